"""Every switch of the product, read once from the environment and checked before anything starts.

Names are the upper-case field names with the prefix ``WXB_``; a ``.env`` file in the working folder is read
too. A secret may be given as a file: ``WXB_SECRET_KEY_FILE=/run/secrets/key``.
"""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
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


class _Unreadable:
    """Stands where a file could not be read, so that it is told together with every other problem."""

    def __init__(self, why: str) -> None:
        self.why = why


class FileSecrets(PydanticBaseSettingsSource):
    """Reads ``WXB_<NAME>_FILE``: the value is the content of that file, without the last line break."""

    def __init__(self, settings_cls: type[BaseSettings], names: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._names = names  # lower case, from the environment and the .env file

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = self._names.get(f"{PREFIX}{field_name}_FILE".lower())
        return (_content(path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def _content(path: str) -> str | _Unreadable:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        return _Unreadable(f"cannot read {path}: {error.strerror}")
    except UnicodeDecodeError:
        return _Unreadable(f"cannot read {path}: it is not text")


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
    wechat_app_id: str = Field(min_length=1)
    wechat_app_secret: SecretStr = Field(min_length=1)
    wechat_token: SecretStr = Field(min_length=3, max_length=32)
    wechat_mode: WeChatMode = "safe"
    wechat_aes_key: SecretStr = Field(default=SecretStr(""), validate_default=True)
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_open_url: str = "https://open.weixin.qq.com"
    wechat_js_url: str = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"  # the script that shares pages
    mini_app_id: str = ""
    mini_app_secret: SecretStr = SecretStr("")
    callback_max_age: int = Field(default=600, ge=30)

    send_connections: int = Field(default=64, ge=1, le=256)  # to WeChat, kept open while a worker sends
    template_ids: Path = Path("config/template_ids.toml")  # which id the account gave to each message
    daily_template_quota: int = Field(default=100_000, ge=0)  # template messages a day; 0 where nobody knows

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
    sms_template_account_unbound: str = ""
    sms_template_account_created: str = ""
    sms_template_role_added: str = ""
    sms_template_unit_changed: str = ""
    sms_template_bind_reminder: str = ""
    sms_template_second_factor_set: str = ""
    sms_template_second_factor_reset: str = ""
    sms_template_recovery_code_used: str = ""
    sms_template_recovery_codes_renewed: str = ""
    sms_template_request_granted: str = ""
    sms_template_request_declined: str = ""
    sms_template_task_assigned: str = ""
    sms_template_task_due: str = ""
    sms_template_task_unfinished: str = ""
    sms_template_task_withdrawn: str = ""
    sms_template_interview_invited: str = ""
    sms_template_hiring_told: str = ""
    sms_template_signing_invited: str = ""
    sms_template_signing_expires: str = ""
    sms_template_signing_decided: str = ""
    sms_template_signer_told: str = ""
    sms_template_signing_sealed: str = ""
    sms_template_review_told: str = ""
    sms_template_release_applied: str = ""
    sms_template_release_decided: str = ""
    sms_template_source_to_confirm: str = ""
    sms_template_destination_rejected: str = ""

    # Identity directory (学信账号): empty issuer means the built-in one
    identity_issuer: str = ""
    identity_client_id: str = ""
    identity_client_secret: SecretStr = SecretStr("")

    # The platform's seal on agreements: its key in a file, or on a device behind a PKCS#11 module; empty means none
    seal_key: str = ""  # path; PEM
    seal_password: SecretStr = SecretStr("")
    seal_certificate: str = ""  # path; PEM, own certificate first, then those above it
    seal_roots: Annotated[tuple[Path, ...], NoDecode] = ()  # what verifying trusts, former roots too
    seal_pkcs11_module: str = ""  # path
    seal_pkcs11_token: str = ""
    seal_pkcs11_pin: SecretStr = SecretStr("")
    seal_pkcs11_label: str = ""  # of the key, and of its certificate

    # Another system that posts are shared with, both ways; empty means none
    peer_url: str = ""
    peer_key_id: str = ""
    peer_secret: SecretStr = SecretStr("")

    # People's sessions
    session_days: int = Field(default=14, ge=1, le=90)
    console_hours: int = Field(default=12, ge=1, le=24)  # how long one log-in opens the staff console
    console_idle_minutes: int = Field(default=60, ge=10, le=1440)  # and how long without anything being done

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        names = {**_names_of(dotenv_settings), **_names_of(env_settings)}
        return init_settings, FileSecrets(settings_cls, names), env_settings, dotenv_settings

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if isinstance(value, _Unreadable):
            raise ValueError(value.why)
        return value

    @field_validator("extra_hosts", "metrics_allow", "secret_keys_previous", "seal_roots", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("public_url", "wechat_api_url", "wechat_open_url", "wechat_js_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an http or https address such as https://jy.example.edu.cn")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "mysql://", "mariadb://")):
            raise ValueError("must be sqlite:///path or mysql://user:password@host:3306/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if not value.startswith(("redis://", "rediss://", "unix://", "sentinel://")):
            raise ValueError("must be redis://host:6379/0, rediss://…, unix://path or sentinel://…/service")
        return value

    @field_validator("bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
            raise ValueError("must be host:port such as 127.0.0.1:8000")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError(
                "must have at least 32 characters (python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
            )
        return value

    @field_validator("wechat_aes_key")
    @classmethod
    def _opens_envelopes(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        key = value.get_secret_value()
        if info.data.get("wechat_mode") == "plain" and not key:
            return value
        try:
            size = len(base64.b64decode(f"{key}=", validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if len(key) != 43 or size != 32:
            raise ValueError(
                "must be the 43 letters and digits of EncodingAESKey unless WXB_WECHAT_MODE is plain"
            )
        return value

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def url(self, path: str) -> str:
        """The full public address of a path of ours."""
        return f"{self.public_url}{path}"


def _names_of(source: PydanticBaseSettingsSource) -> Mapping[str, str | None]:
    return source.env_vars if isinstance(source, EnvSettingsSource) else {}


def load(**overrides: Any) -> Settings:
    """Settings from the environment; raises BadSettings naming every problem at once, never a value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = []
        for item in error.errors(include_input=False, include_url=False):
            name = f"{PREFIX}{item['loc'][0]}".upper()
            problems.append(f"{name}: {item['msg'].removeprefix('Value error, ')}")
        raise BadSettings(problems) from None
