"""What can be chosen when the sandbox starts: command line over environment over TOML file over default."""

import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).parent
PREFIX = "SANDBOX_"
AES_KEY_LENGTH = 43


def demo_value(name: str, length: int) -> str:
    """A value that is the same on every machine, so that a demo needs no set-up. Never use it elsewhere."""
    return hashlib.sha256(f"sandbox demo {name}".encode()).hexdigest()[:length]


class Options(BaseSettings):
    """Frozen options of one sandbox. Durations are seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    bind: str = "127.0.0.1:8100"
    product_url: str = "http://127.0.0.1:8000"
    callback_path: str = "/wechat/callback"
    state: Path | None = Path("var/sandbox.sqlite")
    node_modules: Path = Path("node_modules")
    personas: Path = HERE / "personas.toml"
    templates: Path = HERE / "templates.toml"

    # The official account as its console would show it
    account_name: str = "24365智慧就业"
    account_alias: str = "ncssfwh"
    account_about: str = "高校毕业生就业服务：辅导员关联、职位推荐、网上签约、去向登记"
    original_id: str = "gh_24365sandbox"
    app_id: str = "wx24365000000000a1"
    app_secret: str = demo_value("app", 32)
    token: str = demo_value("token", 24)
    aes_key: str = demo_value("aes", AES_KEY_LENGTH)
    mode: Literal["plain", "compatible", "safe"] = "safe"
    format: Literal["xml", "json"] = "xml"
    allowed_ips: tuple[str, ...] = ()  # empty: any address may fetch a token
    mini_app_id: str = "wx24365000000000b2"
    mini_app_secret: str = demo_value("mini", 32)
    sms_key: str = demo_value("sms", 32)

    # How the platform behaves
    token_lifetime: int = Field(default=7200, ge=2)
    token_overlap: int = Field(default=300, ge=0)  # how long a replaced token still lives
    callback_timeout: float = Field(default=5.0, gt=0)
    callback_tries: int = Field(default=3, ge=1)
    receipt_delay: float = Field(default=0.3, ge=0)
    template_rate: int = Field(default=20, ge=1)  # template messages a user a minute, beyond it 43117
    quotas: dict[str, int] = Field(default_factory=dict)  # calls a day by path, over those of api/quotas.py

    @field_validator("product_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("must be an address such as http://127.0.0.1:8000")
        return f"{parts.scheme}://{parts.netloc}"

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        if not 3 <= len(self.token) <= 32 or not self.token.isalnum():
            raise ValueError("token must be 3 to 32 letters or digits")
        if len(self.aes_key) != AES_KEY_LENGTH:
            raise ValueError(f"aes_key must be {AES_KEY_LENGTH} characters")
        return self

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])

    @property
    def origin(self) -> str:
        """Where the API, the OAuth pages and the page with the phones are, as a browser reaches them."""
        return f"http://localhost:{self.port}"

    @property
    def product_host(self) -> str:
        return urlsplit(self.product_url).netloc

    def phone_origin(self, key: str) -> str:
        return f"http://{key}.localhost:{self.port}"

    def product_environment(self) -> dict[str, str]:
        """The environment that points the product at this sandbox."""
        return {
            "WXB_PUBLIC_URL": self.product_url,
            "WXB_WECHAT_APP_ID": self.app_id,
            "WXB_WECHAT_APP_SECRET": self.app_secret,
            "WXB_WECHAT_TOKEN": self.token,
            "WXB_WECHAT_AES_KEY": self.aes_key,
            "WXB_WECHAT_MODE": self.mode,
            "WXB_WECHAT_API_URL": self.origin,
            "WXB_WECHAT_OPEN_URL": self.origin,
            "WXB_WECHAT_JS_URL": f"{self.origin}/open/js/jweixin.js",
            "WXB_MINI_APP_ID": self.mini_app_id,
            "WXB_MINI_APP_SECRET": self.mini_app_secret,
            "WXB_SMS_PROVIDER": "http",
            "WXB_SMS_URL": f"{self.origin}/sms/send",
            "WXB_SMS_KEY": self.sms_key,
        }


def load_options(given: dict[str, Any], config: Path | None) -> Options:
    """Build the options from the command line's values and an optional TOML file."""
    from_file = tomllib.loads(config.read_text(encoding="utf-8")) if config else {}
    unset = {name: value for name, value in from_file.items() if f"{PREFIX}{name.upper()}" not in os.environ}
    return Options(**{**unset, **given})
