"""Who wants posts brought to them, as they say it on 我的账号, and what was brought last."""

from dataclasses import dataclass

from domain.refusals import NotAllowed
from models.db import transaction
from models.post import Post
from models.pushing import Digested, Pushed
from services.posts.search import posts_of
from services.sessions import Visitor


@dataclass(frozen=True, slots=True)
class Choices:
    """Whether posts are brought to somebody, each day as a graduate or as a digest; None for what they do not get."""

    daily: bool | None
    digest: bool | None


def choices_of(visitor: Visitor) -> Choices:
    """What the visitor chose; everybody gets it who has not said no."""
    daily = digest = None
    if visitor.graduate is not None:
        pushed = Pushed.of_graduate(visitor.graduate.id)
        daily = pushed is None or not pushed.is_off
    if visitor.counselor is not None:
        digested = Digested.of_staff(visitor.counselor.id)
        digest = digested is None or not digested.is_off
    return Choices(daily, digest)


@transaction
def choose(visitor: Visitor, kind: str, *, is_wanted: bool) -> None:
    """Wants ``daily`` or ``digest``, or no more. Raises NotAllowed for what the visitor does not get anyway."""
    if kind == "daily" and visitor.graduate is not None:
        Pushed.insert_once([{"graduate": visitor.graduate.id}])
        Pushed.update(is_off=not is_wanted).where(Pushed.graduate == visitor.graduate.id).execute()
    elif kind == "digest" and visitor.counselor is not None:
        Digested.insert_once([{"staff": visitor.counselor.id}])
        Digested.update(is_off=not is_wanted).where(Digested.staff == visitor.counselor.id).execute()
    else:
        raise NotAllowed()


def last_pushed(visitor: Visitor) -> list[Post]:
    """The posts that the last message told a graduate of, the best first, as far as they are still published."""
    row = Pushed.of_graduate(visitor.graduate.id) if visitor.graduate is not None else None
    return posts_of((row.posts or ())[-row.count :]) if row is not None and row.count else []


def last_digest(visitor: Visitor) -> list[Post]:
    """The posts of a counselor's last digest, the best first, as far as they are still published."""
    row = Digested.of_staff(visitor.counselor.id) if visitor.counselor is not None else None
    return posts_of(row.posts or ()) if row is not None else []
