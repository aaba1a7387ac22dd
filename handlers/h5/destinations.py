"""去向登记 on the graduate's phone: how the destination stands, and what every other one asks for."""

from flask.typing import ResponseReturnValue

from handlers import destination_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import destinations, links
from services.agreements.parties import own_graduate

door = Door("destinations")

PAGE = "/h5/destinations"


@door.on(PAGE, Guard.GRADUATE)
def own_destination() -> ResponseReturnValue:
    """The standing, the three cases of 其他去向信息登记, and whom to ask."""
    ctx, visitor = visit.ctx(), visit.me()
    graduate = own_graduate(visitor)
    return Form().show(
        "h5/destinations.html",
        mine=destination_words.words(destinations.standing(ctx, graduate)),
        guides=destinations.guide(ctx, graduate.year),
        counselors=[link.staff for link in links.linked(visitor)],
    )
