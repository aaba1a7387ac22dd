"""Setting the seal, by pyHanko. Loaded by ``documents.seal`` with the first seal that a process sets."""

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from asn1crypto import keys, x509
from pkcs11 import Attribute, ObjectClass, PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.seal import SealNote, SealTrouble
from documents.seal_reading import verdict_of

_FIELD = "Seal"


def sealed(pdf: bytes, note: SealNote, signer: Signer, chain: Sequence[bytes]) -> bytes:
    """The PDF with the seal in it, found good when looked at again. Raises SealTrouble."""
    about = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=f"{note.reason} {note.number}",
        location=note.place,
    )
    try:
        hand = PdfSigner(about, signer, new_field_spec=SigFieldSpec(_FIELD))
        result = hand.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()
    except (PdfError, SigningError, PKCS11Error, ValueError) as error:
        raise SealTrouble(f"{type(error).__name__}: {error}") from error
    # The last one is at least as high as any that is sent along: does this chain hold together?
    verdict = verdict_of(result, chain[-1:])
    if not verdict.is_good:
        raise SealTrouble(f"the seal does not hold: {', '.join(verdict.problems)}")
    return result


def signer_of_key(key: bytes, chain: Sequence[bytes]) -> Signer:
    """Signs with a key (PKCS#8, DER)."""
    own, *others = _certificates(chain)
    store = SimpleCertificateStore()
    store.register_multiple(others)
    return SimpleSigner(own, keys.PrivateKeyInfo.load(key), store, embed_roots=False)


class Device:
    """A token behind a PKCS#11 module, with a session that stays open. Raises SealTrouble when it is not there."""

    def __init__(self, module: Path, token: str, pin: str, label: str) -> None:
        self._label = label
        try:
            self._session = open_pkcs11_session(
                str(module), token_criteria=TokenCriteria(label=token), user_pin=pin
            )
        except (PKCS11Error, RuntimeError) as error:
            raise SealTrouble(f"token {token}: {_said(error)}") from error

    def certificates(self) -> tuple[bytes, ...]:
        """The certificate under the label. Raises SealTrouble."""
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: self._label}
        try:
            found = [thing[Attribute.VALUE] for thing in self._session.get_objects(wanted)]
        except PKCS11Error as error:
            raise SealTrouble(_said(error)) from error
        if len(found) != 1:
            raise SealTrouble(f"the token has {len(found)} certificates called {self._label}")
        return tuple(found)

    def signer(self, chain: Sequence[bytes]) -> Signer:
        """Signs with the key under the label."""
        own, *others = _certificates(chain)
        # Raw: every device can sign a digest, not every one makes it.
        return PKCS11Signer(
            self._session,
            key_label=self._label,
            signing_cert=own,
            ca_chain=others,
            embed_roots=False,
            use_raw_mechanism=own.public_key.algorithm == "ec",
        )

    def close(self) -> None:
        """Lets the session go."""
        with suppress(PKCS11Error):
            self._session.close()


def _certificates(chain: Sequence[bytes]) -> list[x509.Certificate]:
    return [x509.Certificate.load(certificate) for certificate in chain]


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".rstrip()
