"""What a graduate is and wishes for, and how the index is asked for it."""

from array import array
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from config.matching import WISHES, Weights
from matching import codes
from matching.columns import FIRST_YEAR, FULL, INTERN, LAST_YEAR, MOST_PAY, PAY_UNIT
from matching.layout import PART_NAMES

KIND, INDUSTRY, NATURE = 0, 1, 2  # the three traits, each with a table of 256
TRAIT = 256


class MajorFit(IntEnum):
    """How a post's majors stand to the graduate's, the nearest first."""

    EXACT = 0
    CLASS = 1
    CATEGORY = 2
    OPEN = 3


class PlaceFit(IntEnum):
    """How a post's places stand to those wished for."""

    FIRST = 0
    SECOND = 1
    THIRD = 2
    PROVINCE = 3
    NATIONWIDE = 4
    ANYWHERE = 5


class Strictness(IntEnum):
    """专业匹配: which posts may be shown, as bits of MajorFit. Posts that demand other majors alone never are."""

    EXACT = 1 << MajorFit.EXACT
    CLASS = EXACT | 1 << MajorFit.CLASS
    ANY = CLASS | 1 << MajorFit.CATEGORY | 1 << MajorFit.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Codes of kinds of position, industries and natures of units."""

    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()

    def each(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """(trait, codes) of all three."""
        return (KIND, self.kinds), (INDUSTRY, self.industries), (NATURE, self.natures)


NONE = Traits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A graduate. ``level`` is a rank 1 to 4, ``year`` the 届别, ``pay_floor`` yuan a month (0: none).

    ``places`` are up to three GB/T 2260 codes in the order of preference; none, or 000000 among them, means anywhere.
    """

    level: int
    year: int
    major: str = ""
    strictness: Strictness = Strictness.ANY
    work_types: int = FULL | INTERN
    places: tuple[str, ...] = ()
    wanted: Traits = NONE
    disliked: Traits = NONE
    pay_floor: int = 0
    blocked_posts: frozenset[int] = frozenset()
    blocked_employers: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()  # the graduate's own, for whom posts may be held

    def wishes(self) -> tuple[int, ...]:
        """The places as cities, each once; none when anywhere will do. Raises ValueError for more than three."""
        cities = tuple(dict.fromkeys(codes.place(code) for code in self.places))
        if len(cities) > WISHES:
            raise ValueError(f"{len(cities)} places are wished for; {WISHES} are the most")
        return () if codes.NATIONWIDE in cities else cities

    def major_triple(self) -> codes.Triple:
        """The graduate's major, class and category. A code that is none fits open posts alone."""
        try:
            return codes.major(self.major)
        except ValueError:
            return codes.NO_MAJOR, codes.NO_MAJOR, codes.NO_MAJOR

    def year_byte(self) -> int:
        """The 届别 as posts store it."""
        return min(max(self.year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR

    def floor(self) -> int:
        """The floor of pay as it is compared."""
        return min(self.pay_floor // PAY_UNIT, MOST_PAY)


class Found(NamedTuple):
    """A post that fits: its id, its points in all, how majors and places stand, the points by criterion.

    ``parts`` are in the order of layout.PART_NAMES; ``major`` and ``place`` are a MajorFit and a PlaceFit.
    """

    post: int
    score: int
    major: int
    place: int
    parts: tuple[int, ...]

    def part(self, name: str) -> int:
        """The points of one criterion."""
        return self.parts[PART_NAMES.index(name)]


def trait_points(query: Query, weights: Weights) -> dict[tuple[int, int], tuple[int, int]]:
    """(trait, code) → points for being wanted, points off for being disliked; what is neither is not there."""
    points: dict[tuple[int, int], tuple[int, int]] = {}
    if query.wanted is not NONE:
        wish = (weights.wish.kind, weights.wish.industry, weights.wish.nature)
        for trait, names in query.wanted.each():
            for name in names:
                points[trait, codes.small(name)] = (wish[trait], 0)
    if query.disliked is not NONE:
        off = (weights.feedback.kind, weights.feedback.industry, weights.feedback.nature)
        for trait, names in query.disliked.each():
            for name in names:
                slot = (trait, codes.small(name))
                points[slot] = (points.get(slot, (0, 0))[0], -off[trait])
    return points


def packed(query: Query, weights: Weights, fit_points: tuple[int, ...]) -> "array[int]":
    """The query as the numbers that the kernel reads, in the order of matching.layout."""
    wishes = query.wishes()
    traits = trait_points(query, weights)
    floor = query.floor()
    best = [0, 0, 0]
    lists: list[int] = []
    for (trait, code), (points, off) in traits.items():
        best[trait] = max(best[trait], points)
        lists += (trait * TRAIT + code, points, off)
    pay = weights.pay
    return array(
        "q",
        (
            *(query.level, query.year_byte(), query.work_types, query.strictness, *query.major_triple()),
            *fit_points,
            *(floor, pay.most, pay.negotiable, sum(best) + (pay.most if floor else 0)),
            *(len(wishes), *wishes, *(codes.NO_MAJOR,) * (WISHES - len(wishes))),
            *(len(traits), len(query.blocked_posts), len(query.blocked_employers), len(query.units)),
            *(*lists, *query.blocked_posts, *query.blocked_employers, *query.units),
        ),
    )


def fit_points_of(weights: Weights) -> tuple[int, ...]:
    """Points of each MajorFit, then of each PlaceFit."""
    major, place = weights.major, weights.place
    return (
        *(major.exact, major.class_, major.category, major.open),
        *(*place.wished, place.province, place.nationwide, place.anywhere),
    )
