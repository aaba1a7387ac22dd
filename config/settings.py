"""Every switch of the product, read once from the environment and checked before anything starts.

Names are the upper-case field names with the prefix ``WXB_``; a ``.env`` file in the working folder is read
too. A secret may be given as a file: ``WXB_SECRET_KEY_FILE=/run/secrets/key``.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "WXB_"

WeChatMode = Literal["plain", "compatible", "safe"]
SmsProviderName = Literal["log", "http", "tencent"]
Words = Annotated[tuple[str, ...], NoDecode]


class BadSettings(Exception):
    """The environment does not describe a product that can start; ``problems`` lists everything wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class FileSecrets(PydanticBaseSettingsSource):
    """Reads ``WXB_<NAME>_FILE``: the value is the content of that file, without the last line break."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """Frozen settings of one process. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # Where things are
    database_url: str = "sqlite:///var/data/app.sqlite"
    redis_url: str = "redis://127.0.0.1:6379/0"
    bind: str = "127.0.0.1:8000"
    public_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("var/data")
    extra_hosts: Words = ()  # further Host headers that are ours, e.g. an internal health-check name
    trusted_proxies: int = Field(
        default=0, ge=0, le=5
    )  # reverse proxies in front whose X-Forwarded-* we believe
    web_processes: int = Field(default=1, ge=1, le=64)
    web_threads: int = Field(default=16, ge=1, le=256)
    metrics_allow: Words = ("127.0.0.1", "::1")  # addresses that may read /metrics
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    # Secrets: the key signs cookies and derives the keys of personal data; former keys still open old data
    secret_key: SecretStr
    secret_keys_previous: Annotated[tuple[SecretStr, ...], NoDecode] = ()

    # WeChat
    wechat_app_id: str
    wechat_app_secret: SecretStr
    wechat_token: SecretStr
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_mode: WeChatMode = "safe"
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_open_url: str = "https://open.weixin.qq.com"
    mini_app_id: str = ""
    mini_app_secret: SecretStr = SecretStr("")
    callback_max_age: int = Field(default=600, ge=30)

    template_ids: Path = Path("config/template_ids.toml")  # which id the account gave to each message

    # Text messages (SMS)
    sms_provider: SmsProviderName = "log"
    sms_url: str = ""  # http: where to post; tencent: endpoint other than the vendor's own
    sms_key_id: str = ""
    sms_key: SecretStr = SecretStr("")
    sms_app_id: str = ""
    sms_sign: str = "24365智慧就业"
    # tencent: the vendor's template numbers, one for each text of config/sms.toml
    sms_template_code: str = ""
    sms_template_account_moved: str = ""
    sms_template_account_created: str = ""

    # Identity directory (学信账号): empty issuer means the built-in one
    identity_issuer: str = ""
    identity_client_id: str = ""
    identity_client_secret: SecretStr = SecretStr("")

    # People's sessions
    session_days: int = Field(default=14, ge=1, le=90)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, FileSecrets(settings_cls), env_settings, dotenv_settings

    @field_validator("extra_hosts", "metrics_allow", "secret_keys_previous", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("public_url", "wechat_api_url", "wechat_open_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an http or https address such as https://jy.example.edu.cn")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError(
                "must have at least 32 characters (python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
            )
        return value

    @model_validator(mode="after")
    def _wechat_key(self) -> "Settings":
        if self.wechat_mode != "plain" and len(self.wechat_aes_key.get_secret_value()) != 43:
            raise ValueError("WXB_WECHAT_AES_KEY must have 43 characters unless WXB_WECHAT_MODE is plain")
        if not 3 <= len(self.wechat_token.get_secret_value()) <= 32:
            raise ValueError("WXB_WECHAT_TOKEN must have 3 to 32 characters")
        return self

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).netloc

    def url(self, path: str) -> str:
        """The full public address of a path of ours."""
        return f"{self.public_url}{path}"


def load(**overrides: Any) -> Settings:
    """Settings from the environment; raises BadSettings naming every problem at once, never a value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = []
        for item in error.errors(include_input=False, include_url=False):
            name = PREFIX + "_".join(str(part) for part in item["loc"]).upper() if item["loc"] else ""
            problems.append(f"{name}: {item['msg']}" if name else item["msg"].removeprefix("Value error, "))
        raise BadSettings(problems) from None
    except OSError as error:
        raise BadSettings([f"cannot read {error.filename}: {error.strerror}"]) from None
