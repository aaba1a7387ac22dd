"""What recruiters type in words, read into codes: majors, places, pay. What is not understood is kept."""

from dataclasses import dataclass, field

from config.regions import Region
from domain.posts import ANYWHERE
from domain.reading import majors, pay, places
from domain.reading.places import PlaceBook
from domain.roster import REGION
from domain.years import current_year
from services.context import Context

MOST = 300  # characters of one text


@dataclass(frozen=True, slots=True)
class Typed:
    """Codes of majors (6, 4 or 2 digits; none is 专业不限) and places, yuan a month, and what was not understood."""

    majors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    pay_low: int = 0
    pay_high: int = 0
    unread: dict[str, list[str]] = field(default_factory=dict)


def read(ctx: Context, majors_text: str, places_text: str, pay_text: str) -> Typed:
    """Reads the three texts of a form; an empty one of majors is 专业不限, of pay 面议."""
    asked = majors.read(majors_text[:MOST])
    where = places.read(places_text[:MOST], _book(ctx))
    money = pay.read(pay_text[:MOST])
    unread = {"majors": list(asked.unread), "places": list(where.unread), "pay": list(money.unread)}
    return Typed(
        majors=() if asked.is_open else (*asked.codes, *asked.postgraduate),
        places=(ANYWHERE,) if where.is_nationwide else where.codes,
        pay_low=money.low,
        pay_high=money.high,
        unread={name: words for name, words in unread.items() if words},
    )


def _book(ctx: Context) -> PlaceBook:
    now = ctx.clock()
    entries = ctx.codes.edition(REGION, current_year(now), now).entries.values()
    return PlaceBook(Region(row.code, row.name, row.parent, row.is_retired, row.successor) for row in entries)
