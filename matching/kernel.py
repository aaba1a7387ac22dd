"""The search itself, in the part of Python that numba compiles. Imported where it is compiled, nowhere else.

**The index.** Each post stands in lists by major: in that of each major it names, of each class and category these
belong to, or in the one list of open posts. A list is cut into slices by city; a slice is sorted by static points
(freshness and headcount), then by tie, the highest first.

**The search.** A pair of (how the majors fit, how the places fit) is a group: its points are certain, and it is the
union of a few slices. Groups are visited by falling points. Nothing left in a slice can score more than group + best
traits + static points of the next row: once that is below the lowest of the posts kept, the slice is left; once it is
so for the next group with the highest static points there are, the search is over. What was not read cannot be among
the answers, so the answer is that of scoring every post.

**A post counts once, at its best.** Only the group's points differ between the places at which one post is met, and
groups fall, so the first meeting is its best. Later it is either kept still, and recognised by its tie, which no other
post has, or was refused or dropped for a reason that stands: see below.

**At most so many of one employer.** The answer is the highest ``count`` of the union of every employer's best
``cap`` posts. What is kept after any part of the posts is exactly this for that part. For a post x that arrives: with
fewer than ``cap`` posts of its employer kept, each higher post of its employer that was met is kept itself or was
dropped for being below all ``count`` kept, so x is among its employer's best, or below the lowest kept and refused as
any post is. With ``cap`` kept, x is among the best of its employer exactly when it beats the lowest of them, which then
leaves, being no longer one of the best, for good: those above it stay. The lowest of a full set never falls, neither
by replacing one's own (the new one is higher) nor by dropping the lowest; so what is refused or dropped stays out, and
so does the same post met again with fewer points.
"""

from typing import Any

import numpy as np
from numba import njit, types

from matching import layout as at
from matching.arrivals import new_posts
from matching.codes import NATIONWIDE
from matching.parts import (
    ANYWHERE,
    COUNTRY,
    NUMBERS,
    OPEN_TO_ALL,
    OPTIONS,
    PROVINCE,
    compiled,
    fits,
    ints,
    is_out,
    keep,
    longs,
    octets,
    pay_points,
    trait_points,
)
from matching.query import TRAIT


@compiled
def _slice(block: Any, query: Any, state: Any, number: Any, group: Any) -> Any:
    """One slice of a group, until its bound falls below the lowest kept."""
    rows, starts = longs(block[at.ROWS]), ints(block[at.SLICE_STARTS])
    alive = octets(block[at.ALIVE])
    base = state[group] + at.BIAS
    fit = state[group + 1] << 3 | state[group + 2]
    for row in range(starts[number], starts[number + 1]):
        first = rows[2 * row]
        score = base + ((first >> 32) & 0xFFFF)
        if score + query[at.MOST_TRAITS] < state[at.LEAST_SCORE]:
            return
        second = rows[2 * row + 1]
        if not fits(query, second):
            continue
        score += trait_points(query, state, first, second)
        post = first & 0xFFFFFFFF
        key = score << at.TIE_BITS | (post + 1) << at.ORDINAL_BITS
        if key <= state[at.LEAST] or alive[post] == 0:
            continue
        facts = longs(block[at.FACTS] + post * at.FACT * 8)
        if not is_out(block, query, facts):
            keep(block, state, key, facts[at.EMPLOYER], row, fit)


@compiled
def _lower(block: Any, key: Any) -> Any:
    """The first slice whose key is not below this one."""
    keys = longs(block[at.SLICE_KEYS])
    low, high = 0, block[at.SLICES]
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _span(block: Any, query: Any, state: Any, group: Any, places: Any) -> Any:
    """The slices of a group's list for the cities from ``places[0]`` on, before ``places[1]``."""
    major = state[group + 1]
    code = query[at.MAJOR + major] if major < OPEN_TO_ALL else 0
    if code < 0:
        return
    key = (np.int64(major) << at.LIST_BITS | code) << at.PLACE_BITS
    number = _lower(block, key + places[0])
    keys = longs(block[at.SLICE_KEYS])
    while number < block[at.SLICES] and keys[number] < key + places[1]:
        _slice(block, query, state, number, group)
        number += 1


@compiled
def _group(block: Any, query: Any, state: Any, group: Any) -> Any:
    place = state[group + 2]
    if place == ANYWHERE:
        _span(block, query, state, group, (0, at.EVERY_PLACE))
    elif place == COUNTRY:
        _span(block, query, state, group, (NATIONWIDE, NATIONWIDE + 1))
    elif place < PROVINCE:
        wish = query[at.WISHED_PLACES + place]
        _span(block, query, state, group, (wish, wish + (1 if wish % 100 else 100)))
    else:
        for i in range(query[at.WISHED]):
            wish = query[at.WISHED_PLACES + i]
            if wish % 100:
                province = wish - wish % 100
                _span(block, query, state, group, (province, province + 100))


@compiled
def _groups(query: Any, state: Any) -> Any:
    """Writes the groups that the query admits by falling points; returns how many."""
    count = 0
    for major in range(4):
        if not query[at.STRICTNESS] >> major & 1:
            continue
        for place in range(6):
            is_wanted = place == ANYWHERE
            if query[at.WISHED] > 0:
                is_wanted = place < query[at.WISHED] or place in (PROVINCE, COUNTRY)
            if not is_wanted:
                continue
            points = query[at.MAJOR_POINTS + major] + query[at.PLACE_POINTS + place]
            spot = at.GROUPS + count * at.GROUP
            while spot > at.GROUPS and state[spot - at.GROUP] < points:
                for i in range(at.GROUP):
                    state[spot + i] = state[spot - at.GROUP + i]
                spot -= at.GROUP
            state[spot], state[spot + 1], state[spot + 2] = points, major, place
            count += 1
    return count


@compiled
def _tell(block: Any, query: Any, state: Any, entry: Any, result: Any) -> Any:
    """Writes a kept post with its parts to the address ``result``."""
    out = longs(result)
    row = state[entry + 2]
    if row >= 0:
        rows = longs(block[at.ROWS])
        first, second = rows[2 * row], rows[2 * row + 1]
        facts = longs(block[at.FACTS] + (first & 0xFFFFFFFF) * at.FACT * 8)
    else:
        rows = longs(block[at.NEW_ROWS])
        first, second = rows[2 * (-1 - row)], rows[2 * (-1 - row) + 1]
        facts = longs(block[at.NEW_FACTS] + (-1 - row) * at.FACT * 8)
    major, place = state[entry + 3], state[entry + 4]
    out[at.POST], out[at.SCORE] = facts[at.ID], (state[entry] >> at.TIE_BITS) - at.BIAS
    out[at.MAJOR_FIT], out[at.PLACE_FIT] = major, place
    out[at.PARTS], out[at.PARTS + 1] = query[at.MAJOR_POINTS + major], query[at.PLACE_POINTS + place]
    out[at.PARTS + 5] = pay_points(query, second)
    out[at.PARTS + 6], out[at.PARTS + 7] = (facts[at.REST] >> 32) & 0xFFFF, facts[at.REST] >> 48
    off = 0
    for trait in range(3):
        code = (second >> 48) & 255 if trait == 2 else (first >> (48 + 8 * trait)) & 255
        out[at.PARTS + 2 + trait] = 0
        for i in range(query[at.TRAITS]):
            if query[at.LISTS + 3 * i] == trait * TRAIT + code:
                out[at.PARTS + 2 + trait] = query[at.LISTS + 3 * i + 1]
                off += query[at.LISTS + 3 * i + 2]
    out[at.PARTS + 8] = off


@compiled
def _finish(block: Any, query: Any, state: Any, number: Any) -> Any:
    """Writes what is kept, the highest first, and leaves the scratch as it was found."""
    length = state[at.LENGTH]
    place = block[at.OUT] + number * block[at.COUNT] * at.RESULT * 8
    for done in range(length):
        best = at.HEAP
        for i in range(1, length):
            entry = at.HEAP + i * at.ENTRY
            if state[entry] > state[best]:
                best = entry
        _tell(block, query, state, best, place + done * at.RESULT * 8)
        state[best] = -1
    counts = longs(block[at.OUT_COUNTS])
    counts[number] = length
    for i in range(query[at.TRAITS]):
        state[query[at.LISTS + 3 * i]] = 0


@compiled
def _one(block: Any, query: Any, state: Any, number: Any) -> Any:
    for i in range(query[at.TRAITS]):
        entry = at.LISTS + 3 * i
        state[query[entry]] = query[entry + 1] + query[entry + 2]
    state[at.LENGTH], state[at.LEAST], state[at.LEAST_SCORE] = 0, -1, -1
    new_posts(block, query, state)
    for i in range(_groups(query, state)):
        group = at.GROUPS + i * at.GROUP
        bound = state[group] + at.BIAS + block[at.MOST_STATIC] + query[at.MOST_TRAITS]
        if bound < state[at.LEAST_SCORE]:
            break
        _group(block, query, state, group)
    _finish(block, query, state, number)


@njit(types.int64(NUMBERS), **OPTIONS)
def search(block: Any) -> Any:
    """Answers every query of the block (see matching.layout); always returns 0."""
    starts = longs(block[at.QUERY_STARTS])
    state = longs(block[at.SCRATCH])
    for number in range(block[at.ASKED]):
        query = longs(block[at.QUERIES] + starts[number] * 8)
        _one(block, query, state, number)
    return 0
