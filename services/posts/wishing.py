"""What putting a post away for its pay or its place says of a graduate's wishes: offered, and taken with one tap."""

from dataclasses import dataclass
from typing import Any, Literal

from domain.posts import ANYWHERE
from domain.refusals import NotAllowed
from models import journal
from models.db import transaction
from models.graduate import Intention
from models.post import Post
from models.wishes import Dislike
from services.context import Context
from services.graduates import MAX_PAY
from services.posts import deeds
from services.posts.words import around
from services.sessions import Visitor

STEP = 500  # yuan a month


@dataclass(frozen=True, slots=True)
class Change:
    """``pay``: the floor that leaves out such posts, in yuan a month; ``place``: the code of a wish to give up."""

    kind: Literal["pay", "place"]
    value: str


def change_for(visitor: Visitor, post: Post) -> Change | None:
    """What a graduate who put a post away might want to change; nothing where the wish says so already.

    A place is given up only while another is left: with none of them every place would do.
    """
    graduate_id = visitor.actor.graduate_id
    row = Dislike.get_or_none((Dislike.graduate == graduate_id) & (Dislike.post == post))
    wish = Intention.of_graduate(graduate_id) if row is not None and graduate_id else None
    if row is None or wish is None:
        return None
    if row.reason == "pay":
        floor = (post.pay_high // STEP + 1) * STEP
        return Change("pay", str(floor)) if post.pay_high and wish.pay_floor < floor <= MAX_PAY else None
    if row.reason == "place":
        wished = [code for code in wish.places or () if code != ANYWHERE]
        places = [code for place in post.places or () for code in around(place)]
        given_up = [code for code in wished if code in places]
        if len(given_up) == 1 and len(wish.places or ()) > 1:
            return Change("place", given_up[0])
    return None


@transaction
def accept(ctx: Context, visitor: Visitor, code: str) -> Change | None:
    """Changes the wish as was offered; a second tap finds nothing to change. Raises NotFound, NotAllowed."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    change = change_for(visitor, deeds.one(code))
    wish = Intention.of_graduate(visitor.graduate.id)
    if change is None or wish is None:
        return None
    columns: dict[str, Any] = {"pay_floor": int(change.value)}
    if change.kind == "place":
        columns = {"places": [place for place in wish.places or () if place != change.value]}
    wish.change(wish.version, **columns)
    journal.write(wish, "change", visitor.actor)
    return change
