"""What a graduate is and wishes for, and how the index is asked for it."""

from array import array
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from config.matching import WISHES, Weights
from matching import codes
from matching.columns import FIRST_YEAR, FULL, INTERN, LAST_YEAR, MOST_PAY, PAY_UNIT
from matching.layout import PARTS

KIND, INDUSTRY, NATURE = 0, 1, 2  # the three traits
_NO_PLACES = (codes.NO_MAJOR,) * WISHES
_NO_TRAITS: tuple[Collection[int], ...] = ((), (), ())


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
        cities = tuple(dict.fromkeys(map(codes.place, self.places)))
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
    """A post that fits: its id, its points in all, how majors and places stand (a MajorFit, a PlaceFit).

    Then the points by criterion, in the order of layout.PART_NAMES.
    """

    post: int
    score: int
    major: int
    place: int
    of_major: int
    of_place: int
    of_kind: int
    of_industry: int
    of_nature: int
    of_pay: int
    of_freshness: int
    of_headcount: int
    of_feedback: int

    @property
    def parts(self) -> tuple[int, ...]:
        """The points by criterion."""
        return self[PARTS:]


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


def packed(query: Query) -> tuple[int, ...]:
    """The query as the numbers that the kernel reads, in the order of matching.layout. Raises ValueError."""
    wishes = query.wishes() if query.places else ()
    kinds, industries, natures = _NO_TRAITS if query.wanted is NONE else _small(query.wanted)
    not_kinds, not_industries, not_natures = _NO_TRAITS if query.disliked is NONE else _small(query.disliked)
    posts, employers, units = query.blocked_posts, query.blocked_employers, query.units
    return (
        *(query.level, query.year_byte(), query.work_types, query.strictness, *query.major_triple()),
        *(query.floor(), len(wishes), *wishes, *_NO_PLACES[len(wishes) :]),
        *(len(kinds), len(industries), len(natures), len(not_kinds), len(not_industries), len(not_natures)),
        *(len(posts), len(employers), len(units)),
        *(*kinds, *industries, *natures, *not_kinds, *not_industries, *not_natures),
        *(*posts, *employers, *units),
    )


def _small(traits: Traits) -> tuple[Collection[int], ...]:
    """Each trait's codes as numbers, each once."""
    kinds, industries, natures = traits.kinds, traits.industries, traits.natures
    return (
        set(map(codes.small, kinds)) if kinds else (),
        set(map(codes.small, industries)) if industries else (),
        set(map(codes.small, natures)) if natures else (),
    )


def points_of(weights: Weights) -> "array[int]":
    """What the criteria earn, in the order of matching.layout."""
    major, place, wish, off = weights.major, weights.place, weights.wish, weights.feedback
    return array(
        "q",
        (
            *(major.exact, major.class_, major.category, major.open),
            *(*place.wished, place.province, place.nationwide, place.anywhere),
            *(wish.kind, wish.industry, wish.nature, off.kind, off.industry, off.nature),
            *(weights.pay.most, weights.pay.negotiable, weights.of_one_employer),
        ),
    )
