"""From columns of posts to the arrays of the index, which the kernel explains (matching.kernel)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import codes, layout
from matching.columns import ANY_LEVEL, FULL, INTERN, Columns, Ints

_PLACE_BITS = 16
_PLACE = (1 << _PLACE_BITS) - 1
Array = NDArray[np.int64] | NDArray[np.int32] | NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Arrays:
    """The index. Posts are numbered in the order of ties: by day of publication, then by id."""

    rows: Ints
    list_keys: Ints
    list_starts: Ints  # one more
    slices: Ints  # one more, too
    facts: Ints  # see matching.layout
    published: NDArray[np.int32]
    ids_sorted: Ints
    posts_by_id: NDArray[np.int32]


def static_points(columns: Columns, weights: Weights, day: int) -> tuple[Ints, Ints]:
    """Points of freshness on a day (an ordinal), and of headcount: whole numbers, rounded down."""
    fresh, heads = weights.freshness, weights.headcount
    age = np.clip(day - columns.published, 0, fresh.days)
    counted = np.clip(columns.headcount, 0, heads.heads)
    return fresh.most * (fresh.days - age) // fresh.days, heads.most * counted // heads.heads


def first_words(columns: Columns, static: Ints) -> Ints:
    """The first word of each post's rows, with the post's number still to be set."""
    return (
        static << layout.STATIC_AT
        | columns.kind << layout.KIND_AT
        | columns.industry << layout.INDUSTRY_AT
        | columns.nature << layout.NATURE_AT
    )


def second_words(columns: Columns) -> Ints:
    """The second word of each post's rows."""
    ceiling = np.where(columns.level_high == ANY_LEVEL, layout.LAST_LEVEL, columns.level_high)
    return (
        columns.year_from << layout.YEAR_FROM_AT
        | (layout.LAST_BYTE - columns.year_to) << layout.YEAR_TO_AT
        | columns.level_low << layout.FLOOR_AT
        | (layout.LAST_LEVEL - ceiling) << layout.CEILING_AT
        | (columns.work_types & FULL == 0) << layout.NOT_FULL_AT
        | (columns.work_types & INTERN == 0) << layout.NOT_INTERN_AT
        | columns.pay_low << layout.PAY_LOW_AT
        | columns.pay_high << layout.PAY_HIGH_AT
    )


def facts_of(columns: Columns, expires: Ints, static: tuple[Ints, Ints]) -> Ints:
    """What is asked of a post that may be kept, in one place of memory."""
    freshness, headcount = static
    return np.stack(
        (columns.id, columns.employer, columns.held, expires | freshness << 32 | headcount << 48), axis=1
    )


def build(columns: Columns, weights: Weights, day: int) -> Arrays:
    """The index of these posts, fresh on this day. Raises ValueError when there are too many."""
    if len(columns) > layout.MOST_POSTS:
        raise ValueError(f"{len(columns)} posts; an index holds {layout.MOST_POSTS}")
    order = np.lexsort((columns.id, columns.published))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    freshness, headcount = static_points(columns, weights, day)
    static = freshness + headcount
    owner, keys = _postings(columns)
    by_slice = _sorted_rows(keys, static[owner], number[owner])
    owner, keys = owner[by_slice], keys[by_slice]
    rows = np.empty((len(owner), 2), dtype=np.int64)
    rows[:, 0] = first_words(columns, static)[owner] | number[owner]
    rows[:, 1] = second_words(columns)[owner]
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    lists, starts = np.unique(keys[begins] >> _PLACE_BITS, return_index=True)
    heads = (keys[begins] & _PLACE) << layout.PLACE_AT | static[owner[begins]] << layout.HEAD_AT | begins
    ids = columns.id[order]
    by_id = np.argsort(ids)
    return Arrays(
        rows,
        lists,
        np.append(starts, len(begins)),
        np.append(heads, len(keys)),
        facts_of(columns, columns.expires, (freshness, headcount))[order],
        columns.published[order].astype(np.int32),
        ids[by_id],
        by_id.astype(np.int32),
    )


def _postings(columns: Columns) -> tuple[Ints, Ints]:
    """Every (post, slice) in which a post stands, each once: the post's place in the columns, the slice's key."""
    post_of_major = np.repeat(np.arange(len(columns)), np.diff(columns.major_start))
    is_open = columns.majors[:, 2] == codes.OPEN
    owners, lists = [post_of_major[is_open]], [np.full(int(is_open.sum()), 3 << layout.LIST_BITS)]
    for fit in range(3):
        named = columns.majors[:, fit] >= 0
        owners.append(post_of_major[named])
        lists.append(columns.majors[named, fit] | fit << layout.LIST_BITS)
    owner, lists_of = _distinct(np.concatenate(owners), np.concatenate(lists))
    # Each list of a post with each of its places.
    count = np.diff(columns.place_start)[owner]
    pair = np.repeat(np.arange(len(owner)), count)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    place = columns.places[columns.place_start[owner][pair] + within]
    return _distinct(owner[pair], lists_of[pair] << _PLACE_BITS | place)


def _distinct(owner: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """The different pairs, by owner."""
    names, ranks = np.unique(keys, return_inverse=True)
    pairs = np.unique(owner * max(len(names), 1) + ranks)
    return pairs // max(len(names), 1), names[pairs % max(len(names), 1)]


def _sorted_rows(keys: Ints, static: Ints, number: Ints) -> Ints:
    """The order of rows: by slice, then the highest static points first, then the highest tie."""
    return np.lexsort((-number, -static, keys))
