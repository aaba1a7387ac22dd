"""The demo's settings: secrets made once and kept, addresses worked out at each start."""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from launch.ports import Address
from launch.say import Trouble

HEAD = """\
# Settings of the demo, made by ./wx demo and kept from start to start; a line added here (WXB_NAME=value)
# reaches every part of it. ./wx demo --fresh makes new ones.
"""
# Never to be taken for the certificate of a licensed authority.
SEAL_NAME = "平台数字签名（自建证书）"
# What both ends have to know: the sandbox's name for it, and the product's.
SHARED = {
    "SANDBOX_APP_ID": "WXB_WECHAT_APP_ID",
    "SANDBOX_APP_SECRET": "WXB_WECHAT_APP_SECRET",
    "SANDBOX_TOKEN": "WXB_WECHAT_TOKEN",
    "SANDBOX_AES_KEY": "WXB_WECHAT_AES_KEY",
    "SANDBOX_MODE": "WXB_WECHAT_MODE",
    "SANDBOX_MINI_APP_ID": "WXB_MINI_APP_ID",
    "SANDBOX_MINI_APP_SECRET": "WXB_MINI_APP_SECRET",
    "SANDBOX_SMS_KEY": "WXB_SMS_KEY",
}


def aes_key() -> str:
    """An EncodingAESKey as the platform gives them: 43 letters and digits that spell 32 bytes in base64."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().removesuffix("=")
        if key.isalnum():
            return key


def _new() -> dict[str, str]:
    return {
        "WXB_SECRET_KEY": secrets.token_urlsafe(48),
        "WXB_WECHAT_APP_ID": "wx" + secrets.token_hex(8),
        "WXB_WECHAT_APP_SECRET": secrets.token_hex(16),
        "WXB_WECHAT_TOKEN": secrets.token_hex(12),
        "WXB_WECHAT_AES_KEY": aes_key(),
        "WXB_WECHAT_MODE": "safe",
        "WXB_MINI_APP_ID": "wx" + secrets.token_hex(8),
        "WXB_MINI_APP_SECRET": secrets.token_hex(16),
        "WXB_SMS_KEY": secrets.token_hex(16),
    }


def load_or_make(path: Path) -> dict[str, str]:
    """The settings kept in `path`; made, readable by the owner alone, where there are none.

    Raises `Trouble` for a line that is no setting. A file that lacks one of ours is filled up.
    """
    kept = _parse(path) if path.exists() else {}
    settings = {**_new(), **kept}
    if settings != kept:
        fresh = path.with_name(path.name + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(HEAD + "".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
        fresh.replace(path)
    return settings


def _parse(path: Path) -> dict[str, str]:
    settings = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().startswith("WXB_"):
            raise Trouble(
                f"{path}, line {number}: not of the form WXB_NAME=value. Mend it, or ./wx demo --fresh."
            )
        settings[name.strip()] = value.strip()
    return settings


def environment(
    surroundings: Mapping[str, str], kept: Mapping[str, str], folder: Path, *, web: Address, sandbox: Address
) -> dict[str, str]:
    """The environment for every part of the demo, without the address of Redis.

    WXB_ and SANDBOX_ variables of the caller's shell are left out: the demo must never touch what they point to.
    """
    outside = {
        name: value for name, value in surroundings.items() if not name.startswith(("WXB_", "SANDBOX_"))
    }
    data = folder / "data"
    return {
        **outside,
        "PYTHONUNBUFFERED": "1",
        "WXB_BIND": str(web),
        "WXB_PUBLIC_URL": web.url,
        "WXB_DATA_DIR": str(data),
        "WXB_DATABASE_URL": f"sqlite:///{data / 'app.sqlite'}",
        "WXB_WECHAT_API_URL": sandbox_url(sandbox),
        "WXB_WECHAT_OPEN_URL": sandbox_url(sandbox),
        "WXB_WECHAT_JS_URL": f"{sandbox_url(sandbox)}/open/js/jweixin.js",
        "WXB_SMS_PROVIDER": "http",
        "WXB_SMS_URL": f"{sandbox_url(sandbox)}/sms/send",
        "SANDBOX_BIND": str(sandbox),
        "SANDBOX_PRODUCT_URL": web.url,
        "SANDBOX_STATE": str(folder / "sandbox.sqlite"),
        **{name: kept[ours] for name, ours in SHARED.items()},
        **kept,
    }


def seal(folder: Path) -> dict[str, str]:
    """The settings that name the demo's seal, whose keys ``seal_words`` make."""
    keys = folder / "data" / "seal"
    return {"WXB_SEAL_KEY": str(keys / "seal.key"), "WXB_SEAL_CERTIFICATE": str(keys / "seal.pem")}


def seal_words(folder: Path) -> list[str]:
    """The words for the product's command line that make the seal's keys, first of all; again, they do nothing."""
    return ["create-seal-keys", str(folder / "data" / "seal"), "--name", SEAL_NAME]


def sandbox_url(sandbox: Address) -> str:
    """Where people open the sandbox: by name on loopback, for its phones live on names below `localhost`."""
    return f"http://localhost:{sandbox.port}" if sandbox.near in ("127.0.0.1", "[::1]") else sandbox.url
