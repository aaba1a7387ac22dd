"""The seal that the settings describe."""

from pathlib import Path

from cryptography import x509

from config.settings import BadSettings, Settings
from documents.seal import FileSigner, Pkcs11Signer, SealTrouble, Signer, read_certificates, roots_in
from services.seals import Seals

_DEVICE = ("seal_pkcs11_module", "seal_pkcs11_token", "seal_pkcs11_pin", "seal_pkcs11_label")


def seals_of(settings: Settings) -> Seals:
    """The seal of ``settings``: none where they name none; with a certificate alone, one that others set.

    Raises BadSettings naming everything that is missing or cannot be read. The key itself is not opened here.
    """
    problems = _problems(settings)
    if problems:
        raise BadSettings(problems)
    return Seals(_signer(settings), roots_of(settings))


def roots_of(settings: Settings) -> tuple[bytes, ...]:
    """What seals are verified by, as DER: WXB_SEAL_ROOTS, or the root that the seal's certificates end with.

    Raises BadSettings.
    """
    try:
        if settings.seal_roots:
            return roots_in(settings.seal_roots)
        if not settings.seal_certificate:
            return ()
        last = read_certificates(Path(settings.seal_certificate))[-1:]
    except SealTrouble as trouble:
        name = "ROOTS" if settings.seal_roots else "CERTIFICATE"
        raise BadSettings([f"WXB_SEAL_{name}: {trouble}"]) from None
    root = x509.load_der_x509_certificate(last[0])
    if root.issuer != root.subject:
        raise BadSettings(["WXB_SEAL_ROOTS: needed, for WXB_SEAL_CERTIFICATE does not end with a root"])
    return last


def _problems(settings: Settings) -> list[str]:
    device = [name for name in _DEVICE if getattr(settings, name)]
    problems = []
    if settings.seal_key and device:
        problems.append("WXB_SEAL_KEY: either this or WXB_SEAL_PKCS11_MODULE")
    if settings.seal_key and not settings.seal_certificate:
        problems.append("WXB_SEAL_CERTIFICATE: needed by WXB_SEAL_KEY")
    if settings.seal_key and not Path(settings.seal_key).is_file():
        problems.append(f"WXB_SEAL_KEY: there is no file {settings.seal_key}")
    if device:
        lacking = [name for name in _DEVICE if name not in device]
        problems += [f"WXB_{name.upper()}: needed by WXB_{device[0].upper()}" for name in lacking]
        if not settings.seal_roots and not settings.seal_certificate:
            problems.append("WXB_SEAL_ROOTS: needed where the certificate is on a device")
    return problems


def _signer(settings: Settings) -> Signer | None:
    certificate = Path(settings.seal_certificate)
    if settings.seal_key:
        return FileSigner(Path(settings.seal_key), certificate, settings.seal_password.get_secret_value())
    if settings.seal_pkcs11_module:
        return Pkcs11Signer(
            Path(settings.seal_pkcs11_module),
            settings.seal_pkcs11_token,
            settings.seal_pkcs11_pin.get_secret_value(),
            settings.seal_pkcs11_label,
            certificate if settings.seal_certificate else None,
        )
    return None
