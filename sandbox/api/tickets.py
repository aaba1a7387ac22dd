"""The ticket that signs pages for the JS-SDK: 7200 s, the same while it lives."""

import secrets

from sandbox.api.call import Answer, Call, Route, done
from sandbox.api.refusal import ApiRefusal
from sandbox.state import Token

LIFETIME = 7200
MARGIN = 300


async def get_ticket(call: Call) -> Answer:
    """GET /cgi-bin/ticket/getticket?type=jsapi."""
    if call.query.get("type") != "jsapi":
        raise ApiRefusal(40097, "type")
    world = call.world
    ticket = world.state.jsapi_ticket
    if ticket is None or ticket.dead_at - world.now() < MARGIN:
        value = secrets.token_urlsafe(64)
        ticket = Token(value=value, made_at=world.now(), dead_at=world.now() + LIFETIME)
        world.state.jsapi_ticket = ticket
        world.touch()
    return done(ticket=ticket.value, expires_in=int(ticket.dead_at - world.now()))


ROUTES = (Route("GET", "/cgi-bin/ticket/getticket", get_ticket, quota=1_000_000),)
