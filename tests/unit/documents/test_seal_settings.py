"""The seal that settings describe: none, one that is set here, one that others set; and what is wrong with them."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.settings import BadSettings, Settings
from documents.seal import FileSigner, Pkcs11Signer, roots_in
from services.seals import Seals
from tests.seals import keys
from tests.seals import seals as good_seals
from wx_backend.seals import seals_of
from wx_backend.worker import look_at_seal

DEVICE = {
    "seal_pkcs11_module": "/usr/lib/none.so",
    "seal_pkcs11_token": "seals",
    "seal_pkcs11_pin": "648219",
    "seal_pkcs11_label": "seal",
}


def settings(**values: object) -> Settings:
    needed = {
        "secret_key": "a secret of the tests, long enough for anybody",
        "wechat_app_id": "wx0000000000000001",
        "wechat_app_secret": "app-secret",
        "wechat_token": "callbacktoken",
        "wechat_mode": "plain",
    }
    return Settings(_env_file=None, **needed, **values)


def problems_of(**values: object) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        seals_of(settings(**values))
    return bad.value.problems


def test_without_settings_there_is_no_seal() -> None:
    seals = seals_of(settings())
    assert seals == Seals()
    assert (seals.is_set_up, seals.signer()) == (False, None)


def test_a_key_in_a_file_seals_and_its_root_verifies() -> None:
    seals = seals_of(settings(seal_key=str(keys().key), seal_certificate=str(keys().certificate)))
    assert isinstance(seals.signer(), FileSigner)
    assert seals.roots == roots_in([keys().root])
    assert seals.is_set_up


def test_a_certificate_alone_is_a_seal_that_others_set() -> None:
    seals = seals_of(settings(seal_certificate=str(keys().certificate)))
    assert (seals.signer(), seals.is_set_up) == (None, True)


def test_former_roots_verify_too() -> None:
    both = f"{keys().root},{keys('other').root}"
    seals = seals_of(settings(seal_certificate=str(keys().certificate), seal_roots=both))
    assert seals.roots == roots_in([keys().root, keys("other").root])


def test_a_device_needs_no_file_but_the_roots() -> None:
    seals = seals_of(settings(**DEVICE, seal_roots=str(keys().root)))
    assert isinstance(seals.signer(), Pkcs11Signer)
    assert seals.is_set_up


def test_all_that_is_missing_is_told_at_once() -> None:
    assert problems_of(seal_key="/none/seal.key", seal_pkcs11_label="seal") == [
        "WXB_SEAL_KEY: either this or WXB_SEAL_PKCS11_MODULE",
        "WXB_SEAL_CERTIFICATE: needed by WXB_SEAL_KEY",
        "WXB_SEAL_KEY: there is no file /none/seal.key",
        "WXB_SEAL_PKCS11_MODULE: needed by WXB_SEAL_PKCS11_LABEL",
        "WXB_SEAL_PKCS11_TOKEN: needed by WXB_SEAL_PKCS11_LABEL",
        "WXB_SEAL_PKCS11_PIN: needed by WXB_SEAL_PKCS11_LABEL",
        "WXB_SEAL_ROOTS: needed where the certificate is on a device",
    ]


def test_certificates_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert problems_of(seal_certificate="/none.pem") == [
        "WXB_SEAL_CERTIFICATE: cannot read /none.pem: No such file or directory"
    ]
    (tmp_path / "words").write_text("words")
    assert problems_of(seal_roots=str(tmp_path / "words")) == [
        f"WXB_SEAL_ROOTS: {tmp_path / 'words'} holds no certificates in PEM"
    ]


def test_a_chain_without_its_root_needs_the_roots(tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    text = keys().certificate.read_text()
    own.write_text(text[: text.index("-----END")] + "-----END CERTIFICATE-----\n")
    assert problems_of(seal_certificate=str(own)) == [
        "WXB_SEAL_ROOTS: needed, for WXB_SEAL_CERTIFICATE does not end with a root"
    ]
    assert seals_of(settings(seal_certificate=str(own), seal_roots=str(keys().root))).is_set_up


def test_a_worker_says_at_its_start_that_no_seal_can_be_set() -> None:
    """And starts all the same: messages do not wait for a seal."""
    wrong = Seals(FileSigner(keys().key, keys("other").certificate), roots_in([keys().root]))
    for seals, told in ((wrong, ["seal_not_ready"]), (seals_of(settings()), []), (good_seals(), [])):
        with capture_logs() as lines:
            look_at_seal(seals)
        assert [line["event"] for line in lines] == told
