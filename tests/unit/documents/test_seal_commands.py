"""``create-seal-keys`` and ``verify`` as somebody types them, also somebody who has nothing else of the product."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from documents.seal import roots_in
from tests.seals import NAME, NOTE, keys, page, seals
from wx_backend.commands import main
from wx_backend.seal_commands import verify

ROOT = Path(__file__).resolve().parents[3]

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


def test_without_roots_the_settings_and_the_database_are_asked(good: Path, tmp_path: Path) -> None:
    settings = {
        "WXB_DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite",
        "WXB_SECRET_KEY": "a secret of the tests, long enough for anybody",
        "WXB_WECHAT_APP_ID": "wx0000000000000001",
        "WXB_WECHAT_APP_SECRET": "app-secret",
        "WXB_WECHAT_TOKEN": "callbacktoken",
        "WXB_WECHAT_MODE": "plain",
        "WXB_SEAL_ROOTS": str(keys().root),
    }

    def said(*words: object, **changes: str) -> tuple[int, str]:
        """In a process of its own, which has a database of its own."""
        argv = [sys.executable, "-m", "wx_backend", *map(str, words)]
        env = {"PATH": "/usr/bin:/bin", **settings, **changes}
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, told = said("verify", good)
    assert (code, "The database is not up to date" in told) == (2, True), told
    assert said("migrate")[0] == 0
    code, told = said("verify", good)
    assert (code, "no file with this SHA-256 was sealed here\nunchanged    yes" in told) == (1, True), told
    code, told = said("verify", good, WXB_SEAL_ROOTS="none.pem")
    assert (code, "WXB_SEAL_ROOTS: cannot read none.pem" in told) == (2, True), told


@pytest.mark.parametrize("known", [True, False])
def test_the_record_has_the_last_word(good: Path, known: bool) -> None:
    digests = {sha256(good.read_bytes()).hexdigest(): "agreement XY"} if known else {}
    is_good, told = verify(good, seals().roots, lambda digest: digests.get(digest, ""))
    assert is_good == known
    assert ("record       agreement XY" in told) == known


def test_the_record_does_not_make_a_bad_seal_good(good: Path) -> None:
    assert not verify(good, roots_in([keys("other").root]), lambda _digest: "agreement XY")[0]


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
