"""``create-seal-keys`` and ``verify`` as somebody types them, also somebody who has nothing else of the product."""

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.seals import NAME, NOTE, keys, page, seals
from wx_backend.commands import main

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def typed(*words: object, **env: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=env)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    signer = seals().signer()
    assert signer is not None
    path = tmp_path / "agreement.pdf"
    path.write_bytes(signer.seal(page(), NOTE))
    return path


def test_a_good_file_is_told_with_all_that_holds(good: Path) -> None:
    done = typed("verify", good, "--roots", keys().root)
    assert done.exit_code == 0
    assert "GOOD" in done.output
    assert "NOT GOOD" not in done.output
    for word in (NAME, NOTE.number, NOTE.reason, sha256(good.read_bytes()).hexdigest()):
        assert word in done.output


def test_a_changed_file_is_told_with_what_is_wrong(good: Path) -> None:
    good.write_bytes(good.read_bytes() + b"\n")
    done = typed("verify", good, "--roots", keys().root)
    assert done.exit_code == 1
    assert "something was added after it was signed" in done.output
    assert "NOT GOOD" in done.output


def test_another_root_does_not_do(good: Path) -> None:
    done = typed("verify", good, "--roots", keys("other").root)
    assert done.exit_code == 1
    assert "does not come from any of the roots" in done.output
    assert typed("verify", good, "--roots", keys("other").root, "--roots", keys().root).exit_code == 0


def test_without_roots_those_of_the_settings_are_trusted(good: Path) -> None:
    settings = {
        "WXB_SECRET_KEY": "a secret of the tests, long enough for anybody",
        "WXB_WECHAT_APP_ID": "wx0000000000000001",
        "WXB_WECHAT_APP_SECRET": "app-secret",
        "WXB_WECHAT_TOKEN": "callbacktoken",
        "WXB_WECHAT_MODE": "plain",
    }
    assert typed("verify", good).exit_code == 2
    assert typed("verify", good, **settings).exit_code == 1
    assert typed("verify", good, **settings, WXB_SEAL_ROOTS=str(keys().root)).exit_code == 0
    bad = typed("verify", good, **settings, WXB_SEAL_ROOTS="none.pem")
    assert (bad.exit_code, "WXB_SEAL_ROOTS: cannot read none.pem" in bad.output) == (2, True)


def test_roots_that_are_none_are_told(good: Path) -> None:
    done = typed("verify", good, "--roots", good)
    assert (done.exit_code, "no certificates" in done.output) == (2, True)


def test_keys_are_made_once_and_told_how_to_use(tmp_path: Path) -> None:
    words = ("create-seal-keys", "seal", "--name", NAME)
    first = typed(*words, WXB_SEAL_PASSWORD="a password")
    assert first.exit_code == 0
    assert "WXB_SEAL_KEY=seal/seal.key\nWXB_SEAL_CERTIFICATE=seal/seal.pem\n" in first.output
    made = {path: path.read_bytes() for path in (tmp_path / "seal").iterdir()}
    assert b"ENCRYPTED" in made[tmp_path / "seal" / "seal.key"]
    assert typed(*words).output == first.output
    assert {path: path.read_bytes() for path in (tmp_path / "seal").iterdir()} == made


def test_keys_that_cannot_be_made_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert typed("create-seal-keys", "file/seal", "--name", NAME).exit_code == 2
    done = typed("create-seal-keys", "seal", "--name", "长" * 20)
    assert (done.exit_code, "19 Chinese characters" in done.output) == (2, True)
