"""Sealing with a key that stays on its device: SoftHSM stands for the device."""

import subprocess
import sys
from pathlib import Path

import pytest

from documents.seal import Pkcs11Signer, SealTrouble
from tests.seals import keys

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PIN = "648219"
PLACES = (
    "/usr/lib/softhsm",
    "/usr/lib/*/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib64",
    "/usr/local/lib/softhsm",
)

# In a process of its own: a module of a device lives as long as the process, and keeps to its first settings.
SEAL = """
import sys
from pathlib import Path
from documents import verifying
from documents.seal import Pkcs11Signer, SealTrouble, roots_in
from tests.seals import NOTE, page
module, token, pin, label, certificate, root = sys.argv[1:]
signer = Pkcs11Signer(Path(module), token, pin, label, Path(certificate) if certificate else None)
for time in range(2):
    try:
        verdict = verifying.check(signer.seal(page(), NOTE), roots_in([Path(root)]))
        print(verdict.is_good, verdict.problems, len(signer.certificates()))
    except SealTrouble as trouble:
        print("trouble:", trouble)
"""


@pytest.fixture(scope="module")
def module() -> Path:
    """SoftHSM's PKCS#11 module."""
    found = (path for place in PLACES for path in Path("/").glob(f"{place[1:]}/libsofthsm2.so"))
    return next(found)


@pytest.fixture(scope="module")
def token(module: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a token called "seals" that has our key and certificate under the label "seal"."""
    folder = tmp_path_factory.mktemp("token")
    settings = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    env = {"SOFTHSM2_CONF": str(settings), "PATH": "/usr/bin:/bin"}
    util = ["softhsm2-util", "--token", "seals", "--pin", PIN]
    subprocess.run(
        [*util[:1], "--init-token", "--free", "--label", "seals", "--pin", PIN, "--so-pin", PIN],
        env=env,
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [*util, "--import", str(keys().key), "--label", "seal", "--id", "01"],
        env=env,
        check=True,
        capture_output=True,
    )
    put = (
        "import sys, pkcs11; from pkcs11.util.x509 import decode_x509_certificate as read;"
        "from documents.seal import read_certificates as chain; from pathlib import Path;"
        "session = pkcs11.lib(sys.argv[1]).get_token(token_label='seals').open(user_pin=sys.argv[2], rw=True);"
        "own = read(chain(Path(sys.argv[3]))[0]); own[pkcs11.Attribute.LABEL] = 'seal';"
        "own[pkcs11.Attribute.TOKEN] = True; session.create_object(own)"
    )
    words = [sys.executable, "-c", put, str(module), PIN, str(keys().certificate)]
    subprocess.run(words, env=env, cwd=ROOT, check=True, capture_output=True)
    return settings


def said(settings: Path, *words: object) -> list[str]:
    argv = [sys.executable, "-c", SEAL, *map(str, words), str(keys().root)]
    env = {"SOFTHSM2_CONF": str(settings), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_device_seals_with_the_certificate_that_it_holds(module: Path, token: Path) -> None:
    assert said(token, module, "seals", PIN, "seal", "") == ["True () 1"] * 2


def test_a_device_seals_with_certificates_from_a_file(module: Path, token: Path) -> None:
    assert said(token, module, "seals", PIN, "seal", keys().certificate) == ["True () 2"] * 2


@pytest.mark.parametrize(
    ("name", "pin", "label", "told"),
    [
        ("seals", "000000", "seal", "PinIncorrect"),
        ("another", PIN, "seal", "No token"),
        ("seals", PIN, "another", "has 0 certificates called another"),
    ],
    ids=["pin", "token", "label"],
)
def test_a_device_that_does_not_seal_says_why_each_time(
    module: Path, token: Path, name: str, pin: str, label: str, told: str
) -> None:
    lines = said(token, module, name, pin, label, "")
    assert [told in line and line.startswith("trouble:") for line in lines] == [True, True], lines


def test_a_key_that_is_not_on_the_device_is_told(module: Path, token: Path) -> None:
    lines = said(token, module, "seals", PIN, "another", keys().certificate)
    assert all(line.startswith("trouble:") for line in lines), lines


def test_a_module_that_is_not_there_is_told(tmp_path: Path) -> None:
    signer = Pkcs11Signer(tmp_path / "none.so", "seals", PIN, "seal")
    with pytest.raises(SealTrouble, match="token seals"):
        signer.certificates()
