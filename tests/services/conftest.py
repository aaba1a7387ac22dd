"""People at the door, their seats, and messages owed, for tests of services."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from models.message import Message
from services import outbox, sessions
from services.context import Context
from services.seats import Seat, seat_of
from services.sessions import Visitor
from templates_msg.account import AccountBound
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast, Persona
from tests.conftest import SECRET
from tests.services.crew import Crew
from tests.services.owing import OPENID, PHONE
from tests.services.tools import Meet


@pytest.fixture
def meet(ctx: Context) -> Meet:
    """A persona → the person at the door, read afresh."""

    def at_the_door(persona: Persona) -> Visitor:
        visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, persona.account, "desktop"))
        assert visitor is not None
        return visitor

    return at_the_door


@pytest.fixture
def sit(cast: Cast, meet: Meet) -> Callable[[str], Seat]:
    """The seat of somebody in the cast, read afresh."""
    return lambda who: seat_of(meet(getattr(cast, who)))


@pytest.fixture
def owe(ctx: Context) -> Callable[..., Message]:
    """Owes one template message and answers its row."""

    def add(key: str = "k1", openid: str | None = OPENID) -> Message:
        message = AccountBound(account="李晓雨", at=ctx.clock())
        outbox.owe(ctx, message, openid=openid, key=key, path="/h5/account")
        return Message.get(Message.key == key)

    return add


@pytest.fixture
def owe_sms(ctx: Context) -> Callable[..., Message]:
    """Owes one text message and answers its row."""

    def add(key: str = "s1") -> Message:
        outbox.owe_sms(ctx, "code", {"code": "123456", "minutes": "5"}, phone=PHONE, key=key)
        return Message.get(Message.key == key)

    return add


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where a seal's keys are."""
    return tmp_path / "keys"


@pytest.fixture
def sealer(ctx: Context, cast: Cast, keys: Path) -> Context:
    """A school that is open for 网上签约, and a seal."""
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, keys)


@pytest.fixture
def crew(
    sealer: Context, settings: Settings, database_url: str, keys: Path
) -> Iterator[Callable[[int], Crew]]:
    """So many processes over this test's database."""
    crews: list[Crew] = []

    def start(size: int) -> Crew:
        now = sealer.clock().isoformat()
        crews.append(Crew(size, [database_url, SECRET, str(settings.data_dir), now, str(keys)]))
        return crews[-1]

    yield start
    for one in crews:
        one.end()
