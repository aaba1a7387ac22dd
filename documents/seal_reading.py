"""Reading a seal, by pyHanko. Large; for processes of their own (``documents.verify_child``) and those that seal."""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.verifying import Verdict


def verdict_of(data: bytes, roots: Sequence[bytes]) -> Verdict:
    """What holds of ``data``, whatever it is; ``roots`` as DER. Raises MemoryError alone."""
    try:
        return _verdict(data, roots)
    except MemoryError:
        raise
    except Exception:  # a file made by anybody breaks its reader in any way
        return Verdict(problems=("unreadable",))


def _verdict(data: bytes, roots: Sequence[bytes]) -> Verdict:
    signatures = PdfFileReader(BytesIO(data)).embedded_signatures
    if len(signatures) != 1:
        return Verdict(problems=("several_seals" if signatures else "no_seal",))
    signature = signatures[0]
    moment = signature.self_reported_timestamp
    status = validate_pdf_signature(signature, _trust(roots, signature))
    covers_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _is_nothing_but_signed(
        data, signature
    )
    reason, _, number = str(signature.sig_object.get("/Reason", "")).rpartition(" ")
    return Verdict(
        is_sealed=True,
        is_intact=status.intact and status.valid and status.docmdp_ok is not False,
        is_trusted=status.trusted,
        covers_whole=covers_whole,
        signed_at=moment and moment.astimezone(UTC),
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        reason=reason,
        number=number,
        problems=tuple(_problems(status, roots, covers_whole=covers_whole)),
    )


def _trust(roots: Sequence[bytes], signature: EmbeddedPdfSignature) -> ValidationContext:
    """Trusts the roots alone, at the time that the signature claims.

    A seal stays good after its certificate has run out: whoever could set one with a false time could as well have
    set it in time. Nothing is fetched: our own roots name no place where to ask.
    """
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
    )


def _problems(status: PdfSignatureStatus, roots: Sequence[bytes], *, covers_whole: bool) -> list[str]:
    problems = []
    if not status.intact:
        problems.append("changed")
    elif not status.valid:
        problems.append("bad_signature")
    if not covers_whole or status.docmdp_ok is False:
        problems.append("added_to")
    if status.intact and status.valid and not status.trusted:
        problems.append("unknown_signer")
    return problems


def _is_nothing_but_signed(data: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether every byte is either signed or of the signature, and that written in the one way that we write it.

    The room for a signature is larger than it needs, and readers pass over what stands in the rest.
    """
    start, first, second, length = (int(number) for number in signature.byte_range)
    gap = data[first:second]
    room = bytes.fromhex(gap[1:-1].decode("ascii"))
    written = _written(signature)
    return (
        start == 0
        and second + length == len(data)
        and gap == b"<%b>" % room.hex().upper().encode()
        and room.startswith(written)
        and not any(room[len(written) :])
    )


def _written(signature: EmbeddedPdfSignature) -> bytes:
    """The signature as we write it (CMS, RFC 5652), around what is signed in it and what proves that.

    Its other fields say again what is known from those; readers do not look at all of them.
    """
    held, one, own = signature.signed_data, signature.signer_info, signature.signer_cert
    digest = {"algorithm": "sha256"}
    name = {"issuer": own.issuer, "serial_number": own.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(name)}),
        "digest_algorithm": digest,
        "signed_attrs": one["signed_attrs"],
        "signature_algorithm": one["signature_algorithm"],
        "signature": one["signature"],
    }
    content = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": held["certificates"],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)}).dump()
