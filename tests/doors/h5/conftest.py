"""Browsers at the door."""

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.browser import WECHAT, Browser
from tests.cast import Persona
from tests.fakes import RecordingGateway
from wechat.oauth import OAuthUser


@pytest.fixture
def desktop(app: Flask) -> Browser:
    """A stranger's browser on a desktop."""
    return Browser(app)


@pytest.fixture
def phone(app: Flask) -> Browser:
    """A stranger's, inside WeChat."""
    return Browser(app, WECHAT)


@pytest.fixture
def code_of(gateway: RecordingGateway) -> Callable[..., str]:
    """The code with which the platform sends a persona's browser back."""

    def make(persona: Persona, *, is_snapshot: bool = False) -> str:
        word = f"code-of-{persona.key}"
        gateway.codes[word] = OAuthUser(persona.openid, is_snapshot=is_snapshot)
        return word

    return make


@pytest.fixture
def through_wechat(code_of: Callable[..., str]) -> Callable[[Browser, Persona, str], str]:
    """Opens a page in a persona's WeChat and goes through the platform; answers the way back."""

    def go(desktop: Browser, persona: Persona, path: str) -> str:
        begin = desktop.led(path)
        asked = desktop.led(begin if begin.startswith("/h5/oauth/begin") else f"/h5/oauth/begin?next={path}")
        state = asked.rpartition("state=")[2]
        return f"/h5/oauth/back?code={code_of(persona)}&state={state}"

    return go


class Queries(logging.Handler):
    """Counts the statements that peewee logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.count = 0

    def emit(self, _record: logging.LogRecord) -> None:
        self.count += 1


@pytest.fixture
def queries() -> Iterator[Queries]:
    """How many statements went to the database; a test sets the count back to 0 where it begins to count."""
    handler, log = Queries(), logging.getLogger("peewee")
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)
