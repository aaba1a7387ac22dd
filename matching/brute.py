"""The plain way: every post is scored, all are sorted, the list is read from the top. What the index must equal.

It shares nothing with the index but the columns and the weights, and is written to be read.
"""

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import codes
from matching.columns import Columns, Ints
from matching.layout import HELD_BITS
from matching.query import INDUSTRY, KIND, NATURE, Found, MajorFit, PlaceFit, Query, trait_points

NEVER_FITS = -(10**6)
UNIT = (1 << HELD_BITS) - 1


def top(columns: Columns, weights: Weights, query: Query, *, day: int, today: int) -> list[Found]:
    """The posts to show, the best first. ``day`` is the one from which freshness counts."""
    major, major_fit = _majors(columns, weights, query)
    place, place_fit = _places(columns, weights, query)
    traits = trait_points(query, weights)
    parts = [major, place]
    off = np.zeros(len(columns), dtype=np.int64)
    for trait, column in ((KIND, columns.kind), (INDUSTRY, columns.industry), (NATURE, columns.nature)):
        wanted = np.zeros(len(columns), dtype=np.int64)
        for (which, code), (points, less) in traits.items():
            if which == trait:
                wanted[column == code] = points
                off[column == code] += less
        parts.append(wanted)
    parts += [_pay(columns, weights, query), *_static(columns, weights, day), off]
    score = sum(parts, start=np.zeros(len(columns), dtype=np.int64))
    fits = _fits(columns, query, today) & (major_fit != NEVER_FITS) & (place_fit != NEVER_FITS)
    chosen: list[int] = []
    shown: dict[int, int] = {}
    candidates = np.flatnonzero(fits)
    order = np.lexsort((-columns.id[candidates], -columns.published[candidates], -score[candidates]))
    for post in candidates[order].tolist():
        employer = int(columns.employer[post])
        if shown.get(employer, 0) < weights.of_one_employer:
            shown[employer] = shown.get(employer, 0) + 1
            chosen.append(post)
        if len(chosen) == weights.count:
            break
    return [
        Found(
            int(columns.id[post]),
            int(score[post]),
            int(major_fit[post]),
            int(place_fit[post]),
            *(int(part[post]) for part in parts),
        )
        for post in chosen
    ]


def _fits(columns: Columns, query: Query, today: int) -> NDArray[np.bool_]:
    has_ceiling = columns.level_high != 0
    return (
        (columns.level_low <= query.level)
        & (~has_ceiling | (query.level <= columns.level_high))
        & (columns.work_types & query.work_types != 0)
        & (columns.year_from <= query.year_byte())
        & (query.year_byte() <= columns.year_to)
        & (columns.expires >= today)
        & ((columns.held >> HELD_BITS < today) | np.isin(columns.held & UNIT, list(query.units)))
        & ~np.isin(columns.id, list(query.blocked_posts))
        & ~np.isin(columns.employer, list(query.blocked_employers))
    )


def _majors(columns: Columns, weights: Weights, query: Query) -> tuple[Ints, Ints]:
    """Points and fit of each post's best entry."""
    points = (weights.major.exact, weights.major.class_, weights.major.category, weights.major.open)
    fit = np.full(len(columns.majors), NEVER_FITS)
    fit[columns.majors[:, 0] == codes.OPEN] = MajorFit.OPEN
    for relation in (MajorFit.CATEGORY, MajorFit.CLASS, MajorFit.EXACT):
        own = query.major_triple()[relation]
        if own >= 0:
            fit[columns.majors[:, relation] == own] = relation
    for relation in MajorFit:
        if not query.strictness & 1 << relation:
            fit[fit == relation] = NEVER_FITS
    earned = np.full(len(fit), NEVER_FITS)
    for relation in MajorFit:
        earned[fit == relation] = points[relation]
    return _best(earned, fit, columns.major_start)


def _places(columns: Columns, weights: Weights, query: Query) -> tuple[Ints, Ints]:
    """Points and fit of each post's best entry."""
    wishes = query.wishes()
    points = (
        *weights.place.wished,
        weights.place.province,
        weights.place.nationwide,
        weights.place.anywhere,
    )
    if not wishes:
        every = np.ones(len(columns), dtype=np.int64)
        return every * weights.place.anywhere, every * PlaceFit.ANYWHERE
    earned = np.full(len(columns.places), NEVER_FITS)
    fit = np.full(len(columns.places), NEVER_FITS)

    def offer(which: NDArray[np.bool_], relation: int) -> None:
        better = which & (earned < points[relation])
        earned[better], fit[better] = points[relation], relation

    for number, wish in enumerate(wishes):
        is_in_province = columns.places // 100 == wish // 100
        offer(is_in_province if wish % 100 == 0 else columns.places == wish, number)
        offer(is_in_province, PlaceFit.PROVINCE)
    offer(columns.places == codes.NATIONWIDE, PlaceFit.NATIONWIDE)
    return _best(earned, fit, columns.place_start)


def _best(earned: Ints, fit: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """Of each post's entries the one that earns the most; of equals the nearest."""
    if len(starts) == 1:
        return starts[:0], starts[:0]
    best = np.maximum.reduceat(earned, starts[:-1])
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    nearest = np.where(earned == best[owner], fit, 99)
    return best, np.minimum.reduceat(nearest, starts[:-1])


def _pay(columns: Columns, weights: Weights, query: Query) -> Ints:
    low, high, floor = columns.pay_low, columns.pay_high, query.floor()
    if not floor:
        return np.zeros(len(columns), dtype=np.int64)
    within = weights.pay.most * (high - floor) // np.maximum(high - low, 1)
    points = np.where(low >= floor, weights.pay.most, np.where(high < floor, 0, within))
    return np.where(high == 0, weights.pay.negotiable, points)


def _static(columns: Columns, weights: Weights, day: int) -> tuple[Ints, Ints]:
    fresh, heads = weights.freshness, weights.headcount
    age = np.minimum(np.maximum(day - columns.published, 0), fresh.days)
    freshness = fresh.most * (fresh.days - age) // fresh.days
    return freshness, heads.most * np.minimum(columns.headcount, heads.heads) // heads.heads
