"""Posts and graduates of a country, made by dice: a few majors, cities and employers have most of everything.

What is drawn from many (majors, cities, employers) follows Zipf's law. Of the posts a quarter is open to all majors, a
sixth names classes; a tenth has several places, a twentieth is for the whole country; a tenth has expired.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import codes
from matching.columns import FIRST_YEAR, NEVER, Columns, Ints
from matching.query import Query, Strictness, Traits

YEAR = 2027
DAY = 740_000
KINDS = ("10", "11", "13", "17", "19", "21", "22", "23", "24", "25", "26", "27", "29", "30", "40", "60")
INDUSTRIES = tuple(str(n) for n in (*range(21, 25), *range(31, 47)))
NATURES = ("10", "20", "21", "22", "23", "29", "31", "32", "33", "39")
CLASSES_OF = {
    1: 4,
    2: 4,
    3: 3,
    4: 2,
    5: 3,
    6: 1,
    7: 12,
    8: 31,
    9: 7,
    10: 11,
    12: 9,
    13: 5,
}  # of each category
MAJORS_OF_A_CLASS, CITIES_OF_A_PROVINCE = 6, 11
PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37),
    *(41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65),
)
SCHOOLS = 2_800
_FLAT, _STEEP = 1.0, 1.1  # exponents of Zipf's law


@dataclass(frozen=True, slots=True)
class Names:
    """All majors and cities, the commonest first."""

    majors: list[str]
    cities: list[str]

    @classmethod
    def drawn(cls, dice: np.random.Generator) -> "Names":
        """Their order is drawn, too."""
        majors = [
            f"{category:02d}{number:02d}{major:02d}"
            for category, count in CLASSES_OF.items()
            for number in range(1, count + 1)
            for major in range(1, MAJORS_OF_A_CLASS + 1)
        ]
        cities = [
            f"{province}{city:02d}00"
            for province in PROVINCES
            for city in range(1, (1 if province in codes.MUNICIPALITIES else CITIES_OF_A_PROVINCE) + 1)
        ]
        return cls(dice.permutation(majors).tolist(), dice.permutation(cities).tolist())


def skewed(dice: np.random.Generator, count: int, many: int, exponent: float = _FLAT) -> Ints:
    """Draws from 0 … many - 1, the n-th with a weight of n to the power of -exponent."""
    weights = np.arange(1, many + 1, dtype=float) ** -exponent
    return np.searchsorted(np.cumsum(weights / weights.sum()), dice.random(count)).clip(0, many - 1)


def share(dice: np.random.Generator, count: int, part: float) -> NDArray[np.bool_]:
    """Which of so many belong to a part."""
    return dice.random(count) < part


def posts(dice: np.random.Generator, names: Names, count: int, first_id: int = 1) -> Columns:
    """So many posts."""
    level_low = dice.choice((1, 2, 3, 4), count, p=(0.36, 0.45, 0.15, 0.04))
    has_years, is_told = share(dice, count, 0.4), share(dice, count, 0.8)
    pay_low = is_told * (250 + skewed(dice, count, 40) * 50)
    published = DAY - skewed(dice, count, 120, 0.4)
    major_start, majors = _majors(dice, names, count)
    place_start, places = _places(dice, names, count)
    return Columns(
        id=np.arange(first_id, first_id + count),
        employer=skewed(dice, count, max(count // 12, 1), 0.7) + 1,
        published=published,
        level_low=level_low,
        level_high=np.where(share(dice, count, 0.1), np.maximum(level_low, 2), 0),
        work_types=np.where(share(dice, count, 0.12), 2, np.where(share(dice, count, 0.08), 3, 1)),
        year_from=np.where(has_years, YEAR - FIRST_YEAR - share(dice, count, 0.5), 0),
        year_to=np.where(has_years, YEAR - FIRST_YEAR - share(dice, count, 0.2), 255),
        kind=_drawn(dice, KINDS, count),
        industry=_drawn(dice, INDUSTRIES, count),
        nature=_drawn(dice, NATURES, count),
        pay_low=pay_low,
        pay_high=is_told * (pay_low + 100 + skewed(dice, count, 30) * 50),
        headcount=1 + skewed(dice, count, 50, _STEEP),
        expires=np.where(
            share(dice, count, 0.1), DAY - 1, np.where(share(dice, count, 0.5), DAY + 30, NEVER)
        ),
        held=np.zeros(count, dtype=np.int64),
        major_start=major_start,
        majors=majors,
        place_start=place_start,
        places=places,
    )


def _drawn(dice: np.random.Generator, names: tuple[str, ...], count: int) -> Ints:
    return np.array([int(name) for name in names])[skewed(dice, count, len(names))]


def _starts(lengths: Ints) -> Ints:
    return np.append(0, np.cumsum(lengths))


def _majors(dice: np.random.Generator, names: Names, count: int) -> tuple[Ints, Ints]:
    lengths = dice.choice((1, 2, 3, 4), count, p=(0.7, 0.15, 0.1, 0.05))
    entries = np.array([codes.major(name) for name in names.majors])[
        skewed(dice, int(lengths.sum()), len(names.majors))
    ]
    sort = np.repeat(dice.choice((0, 1, 2, 3), count, p=(0.57, 0.15, 0.03, 0.25)), lengths)
    entries[np.isin(sort, (1, 2)), 0] = codes.NO_MAJOR
    entries[sort == 2, 1] = codes.NO_MAJOR
    entries[sort == 3] = codes.OPEN
    return _starts(lengths), entries


def _places(dice: np.random.Generator, names: Names, count: int) -> tuple[Ints, Ints]:
    lengths = dice.choice((1, 2, 3), count, p=(0.9, 0.07, 0.03))
    entries = np.array([codes.place(name) for name in names.cities])[
        skewed(dice, int(lengths.sum()), len(names.cities))
    ]
    entries[np.repeat(share(dice, count, 0.05), lengths)] = codes.NATIONWIDE
    return _starts(lengths), entries


def graduates(dice: np.random.Generator, names: Names, count: int) -> list[Query]:
    """So many graduates with an intention: majors and cities are as skewed as those of the posts."""
    majors = skewed(dice, count, len(names.majors))
    levels = dice.choice((1, 2, 3, 4), count, p=(0.45, 0.42, 0.11, 0.02))
    strictness = dice.choice((0, 1, 2), count, p=(0.65, 0.25, 0.1))
    kinds = (Strictness.ANY, Strictness.CLASS, Strictness.EXACT)
    work = dice.choice((1, 2, 3), count, p=(0.6, 0.1, 0.3))
    floors = dice.choice((0, 3000, 4000, 5000, 6000, 8000, 10_000), count)
    return [
        Query(
            level=int(levels[n]),
            year=YEAR,
            major=names.majors[majors[n]],
            strictness=kinds[strictness[n]],
            work_types=int(work[n]),
            places=_some(dice, names.cities, (0.15, 0.35, 0.25, 0.25)),
            wanted=Traits(
                kinds=_some(dice, KINDS, (0.2, 0.4, 0.3, 0.1)),
                industries=_some(dice, INDUSTRIES, (0.3, 0.3, 0.2, 0.2)),
                natures=_some(dice, NATURES, (0.5, 0.3, 0.2)),
            ),
            disliked=Traits(kinds=_some(dice, KINDS, (0.8, 0.2))),
            pay_floor=int(floors[n]),
            blocked_employers=frozenset(dice.integers(1, 1000, 3).tolist()) if n % 5 == 0 else frozenset(),
            units=frozenset((n % SCHOOLS, SCHOOLS + n % len(PROVINCES))),  # a school and a province
        )
        for n in range(count)
    ]


def _some(
    dice: np.random.Generator, names: list[str] | tuple[str, ...], parts: tuple[float, ...]
) -> tuple[str, ...]:
    """A few names, each once: none with the first of ``parts``, one with the second, and so on."""
    number = int(np.searchsorted(np.cumsum(parts), dice.random()))
    weight = len(names) ** dice.random(number)  # Zipf's law, its exponent 1, by the inverse of its integral
    return tuple(dict.fromkeys(names[int(place) - 1] for place in weight))
