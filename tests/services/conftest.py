"""People at the door, for tests of services."""

import pytest

from services import sessions
from services.context import Context
from services.sessions import Visitor
from tests.cast import Persona
from tests.services.tools import Meet


@pytest.fixture
def meet(ctx: Context) -> Meet:
    """A persona → the person at the door, read afresh."""

    def at_the_door(persona: Persona) -> Visitor:
        visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, persona.account, "desktop"))
        assert visitor is not None
        return visitor

    return at_the_door
