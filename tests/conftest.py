"""What every test may ask for: the Context with recording hands, and the cast."""

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from _pytest.terminal import TerminalReporter
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from redis import Redis

from config.settings import Settings
from domain.keyring import Keyring
from handlers.visit import CONTEXT
from models.db import connected
from services import binding, sessions
from services.context import Context
from services.passwords import Passwords
from services.throttle import Throttle
from tests import databases
from tests.browser import DESKTOP, WECHAT, Browser
from tests.cast import PASSWORD, Cast, Persona, assemble
from tests.fakes import FixedClock, OidcDesk, PromptShelf, RecordingGateway, SmsInbox
from tests.unit.reading import labelled
from wx_backend.redis_client import connect
from wx_backend.web import create_app

SECRET = "a secret of the tests, long enough for anybody"

# How long one example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(SECRET)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> str:
    """An open, migrated database."""
    return databases.open_fresh(tmp_path_factory.mktemp("database"), keyring)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    # A unix socket's path must stay under 108 bytes, which pytest's own folders may not.
    with tempfile.TemporaryDirectory(prefix="vk") as folder, databases.redis_server(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def _redis(redis_url: str) -> Iterator[Redis]:
    with connect(redis_url) as client:
        yield client


@pytest.fixture
def redis(_redis: Redis) -> Redis:
    """Running and empty."""
    _redis.flushdb()
    return _redis


@pytest.fixture
def database(database_url: str) -> Iterator[None]:
    """Empty, with one connection held open by the test."""
    databases.empty()
    with connected():
        yield


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        redis_url=redis_url,
        public_url="http://wx.test",
        data_dir=tmp_path_factory.mktemp("data"),
        secret_key=SECRET,
        wechat_app_id="wx0000000000000001",
        wechat_app_secret="app-secret",
        wechat_token="callbacktoken",
        wechat_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def gateway() -> RecordingGateway:
    return RecordingGateway()


@pytest.fixture
def inbox() -> SmsInbox:
    return SmsInbox()


@pytest.fixture(scope="session")
def passwords(settings: Settings) -> Passwords:
    return Passwords(settings.data_dir)


@pytest.fixture(scope="session")
def password_hash(passwords: Passwords) -> str:
    """That of PASSWORD, made once."""
    return passwords.hash(PASSWORD)


@pytest.fixture
def ctx(
    settings: Settings,
    keyring: Keyring,
    database: None,
    redis: Redis,
    gateway: RecordingGateway,
    inbox: SmsInbox,
    passwords: Passwords,
    clock: FixedClock,
    tmp_path: Path,
) -> Context:
    posts = PromptShelf(tmp_path / "posts")
    posts.ctx = Context(
        settings=settings,
        keyring=keyring,
        redis=redis,
        gateway=gateway,
        sms=inbox,
        throttle=Throttle(redis),
        passwords=passwords,
        clock=clock,
        posts=posts,
    )
    return posts.ctx


@pytest.fixture
def cast(ctx: Context, password_hash: str) -> Cast:
    return assemble(password_hash)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, whichever application shows them."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def _apps(compiled_templates: FileSystemBytecodeCache) -> Callable[[str, Context], Flask]:
    """Applications by name: building one takes longer than most tests, so the next test gives it its own Context."""
    built: dict[str, Flask] = {}

    def app_over(name: str, ctx: Context) -> Flask:
        if name not in built:
            built[name] = create_app(ctx)
            built[name].jinja_env.bytecode_cache = compiled_templates
        built[name].extensions[CONTEXT] = ctx
        return built[name]

    return app_over


@pytest.fixture
def app(ctx: Context, _apps: Callable[[str, Context], Flask]) -> Flask:
    """The pages over the Context."""
    return _apps("pages", ctx)


@pytest.fixture
def oidc() -> OidcDesk:
    return OidcDesk()


@pytest.fixture
def app_with_oidc(ctx: Context, oidc: OidcDesk, _apps: Callable[[str, Context], Flask]) -> Flask:
    """The pages where people log in at an identity provider."""
    return _apps("pages with a provider", dataclasses.replace(ctx, oidc=oidc))


@pytest.fixture
def client_of(app: Flask, ctx: Context) -> Callable[..., Browser]:
    """A browser in which a persona is logged in; inside WeChat they are bound as well."""

    def make(persona: Persona, *, in_wechat: bool = False, app: Flask = app) -> Browser:
        browser = Browser(app, WECHAT if in_wechat else DESKTOP)
        if persona.account is None:
            return browser
        openid = persona.openid if in_wechat else None
        if openid:
            binding.bind(ctx, persona.account, openid)
        door = "wechat" if in_wechat else "desktop"
        with browser.remembers() as kept:
            kept["token"] = sessions.open_session(ctx, persona.account, door, openid)
        return browser

    return make


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """How well free text of posts is read, at the end of every run that asked."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    if any("test_labelled_posts" in report.nodeid for report in reports):
        terminalreporter.section("free text of posts read into codes")
        for line in labelled.table():
            terminalreporter.line(line)
