"""Posts as columns: what is known of each, one numpy array per property."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from matching import codes
from matching.layout import HELD_BITS

FULL, INTERN = 1, 2  # bits of the types of work
NEVER = 2**31 - 1  # the day on which a post without a deadline expires
ANY_LEVEL, ANY_YEAR = 0, 0
FIRST_YEAR, LAST_YEAR = 2000, 2254  # graduation years are stored in a byte
PAY_UNIT, MOST_PAY = 10, 65_535  # pay is compared in whole tens of yuan a month

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One post as whoever publishes it says it. Days are ordinals (``date.toordinal``), codes are texts.

    Levels are ranks 1 to 4; ``level_high`` 0 means no ceiling, years 0 mean any graduation year, pay 0/0 is 面议,
    no majors, classes and categories means open to all, ``expires`` 0 means never. Up to and on the day ``held_until``
    the post is shown to the graduates of the unit ``held_for`` alone.
    """

    id: int
    employer: int
    published: int
    level_low: int = 1
    level_high: int = ANY_LEVEL
    work_types: int = FULL
    year_from: int = ANY_YEAR
    year_to: int = ANY_YEAR
    majors: tuple[str, ...] = ()  # majors, classes and categories alike
    places: tuple[str, ...] = ()
    kind: str = ""
    industry: str = ""
    nature: str = ""
    pay_low: int = 0
    pay_high: int = 0
    headcount: int = 1
    expires: int = 0
    held_until: int = 0
    held_for: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Many posts. ``major_start`` and ``place_start`` tell where a post's entries begin; each post has one or more.

    ``years`` are already offsets from FIRST_YEAR, 0 to 255 for any; pay is in PAY_UNIT; both as they are compared.
    """

    id: Ints
    employer: Ints
    published: Ints
    level_low: Ints
    level_high: Ints
    work_types: Ints
    year_from: Ints
    year_to: Ints
    kind: Ints
    industry: Ints
    nature: Ints
    pay_low: Ints
    pay_high: Ints
    headcount: Ints
    expires: Ints
    held: Ints  # see layout.HELD_BITS
    major_start: Ints  # one more than there are posts
    majors: Ints  # rows of (major, class, category); codes.ALL_MAJORS for a post that is open
    place_start: Ints
    places: Ints

    def __len__(self) -> int:
        return len(self.id)


PLAIN = tuple(field.name for field in fields(Columns))[:16]


def year_range(first: int, last: int) -> tuple[int, int]:
    """Graduation years as bytes: 0 to 255 when any will do; an open end reaches to the end."""
    low = max(first, FIRST_YEAR) - FIRST_YEAR if first else 0
    high = min(last, LAST_YEAR) - FIRST_YEAR if last else 255
    return min(low, 255), max(high, 0)


def pay_range(low: int, high: int) -> tuple[int, int]:
    """Yuan a month in PAY_UNIT; a range with one end is that one sum."""
    low, high = low or high, high or low
    return min(low // PAY_UNIT, MOST_PAY), min(high // PAY_UNIT, MOST_PAY)


def gather(offers: Iterable[Offer]) -> Columns:
    """Columns of these posts, in their order. Raises ValueError for a code that is none."""
    plain: list[tuple[int, ...]] = []
    majors: list[codes.Triple] = []
    places: list[int] = []
    major_start, place_start = [0], [0]
    for offer in offers:
        plain.append(_plain(offer))
        majors += sorted({codes.major(code) for code in offer.majors}) or [codes.ALL_MAJORS]
        places += sorted({codes.place(code) for code in offer.places}) or [codes.UNKNOWN_PLACE]
        major_start.append(len(majors))
        place_start.append(len(places))
    table = np.array(plain, dtype=np.int64).reshape(-1, len(PLAIN))
    return Columns(
        **{name: np.ascontiguousarray(table[:, n]) for n, name in enumerate(PLAIN)},
        major_start=_ints(major_start),
        majors=np.array(majors, dtype=np.int64).reshape(-1, 3),
        place_start=_ints(place_start),
        places=_ints(places),
    )


def _plain(offer: Offer) -> tuple[int, ...]:
    years = year_range(offer.year_from, offer.year_to)
    pay = pay_range(offer.pay_low, offer.pay_high)
    said = asdict(offer) | {
        "year_from": years[0],
        "year_to": years[1],
        "pay_low": pay[0],
        "pay_high": max(pay),
        "kind": codes.small(offer.kind),
        "industry": codes.small(offer.industry),
        "nature": codes.small(offer.nature),
        "expires": offer.expires or NEVER,
        "held": offer.held_until << HELD_BITS | offer.held_for,
    }
    return tuple(said[name] for name in PLAIN)


def _ints(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def joined(parts: Sequence[Columns]) -> Columns:
    """The posts of all parts, one after another."""
    return Columns(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in PLAIN},
        major_start=_starts([part.major_start for part in parts]),
        majors=np.concatenate([part.majors for part in parts]),
        place_start=_starts([part.place_start for part in parts]),
        places=np.concatenate([part.places for part in parts]),
    )


def _starts(starts: Sequence[Ints]) -> Ints:
    moved, end = [np.zeros(1, dtype=np.int64)], 0
    for one in starts:
        moved.append(one[1:] + end)
        end += int(one[-1])
    return np.concatenate(moved)
