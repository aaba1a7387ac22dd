"""The search itself, in the part of Python that numba compiles. Imported where it is compiled, nowhere else.

**The index.** Each post stands in lists by major: in that of each major it names, of each class and category these
belong to, or in the one list of open posts. A list is cut into slices by city; a slice is sorted by static points
(freshness and headcount), then by tie, the highest first.

**The search.** A pair of (how the majors fit, how the places fit) is a group: its points are certain, and it is the
union of a few slices. Groups are visited by falling points. Nothing left in a slice can score more than group + best
traits + static points of the next row: once that is below the lowest of the posts kept, the slice is left; once it is
so for the next group with the highest static points there are, the search is over. What was not read cannot be among
the answers, so the answer is that of scoring every post.

**What memory costs.** Most of the time goes into waiting for memory. Rows are asked for some way ahead. The facts of
the posts that beat the lowest kept lie anywhere: they are asked for in advance, too, for some posts together, which
wait, in their order, and are looked at when their facts have come. Meanwhile the lowest kept is that of before: more
may wait than need to, never fewer.

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
    POST,
    PROVINCE,
    STATIC,
    among,
    compiled,
    is_out,
    keep,
    longs,
    pay_points,
    prefetch,
    rules_of,
    trait_points,
)

AHEAD = 512  # bytes of a slice's rows that are on their way while one is read


@compiled
def _settle(block: Any, query: Any, state: Any) -> Any:
    """Looks at the facts of those that wait for them, in their order, and keeps what may be shown."""
    rows = longs(block[at.ROWS])
    for i in range(state[at.WAITING]):
        waiter = at.WAITERS + i * at.WAITER
        key, row = state[waiter], state[waiter + 1]
        if key <= state[at.LEAST]:
            continue
        facts = longs(block[at.FACTS] + (rows[2 * row] & POST) * at.FACT * 8)
        if not is_out(block, query, state, facts):
            keep(block, state, key, facts[at.EMPLOYER], row, state[waiter + 2])
    state[at.WAITING] = 0


@compiled
def _slice(block: Any, query: Any, state: Any, group: Any, span: Any) -> Any:
    """One slice of a group, from row ``span[0]`` to before ``span[1]``, until its bound falls below the lowest kept."""
    rows, points = longs(block[at.ROWS]), longs(block[at.POINTS])
    base = state[group] + at.BIAS
    fit = state[group + 1] << 3 | state[group + 2]
    rules, most, floor = state[at.RULES], state[at.MOST_TRAITS], query[at.FLOOR]
    pay = points[at.PAY_MOST] if floor else 0
    least, waiting = state[at.LEAST_SCORE], state[at.WAITING]
    for row in range(span[0], span[1]):
        first = rows[2 * row]
        prefetch(block[at.ROWS] + row * 16 + AHEAD)
        score = base + (first >> at.STATIC_AT & STATIC)
        if score + most < least:
            break
        second = rows[2 * row + 1]
        score += trait_points(state, first)
        if (score + pay < least) | ((rules - second) & at.GUARDS != at.GUARDS):
            continue
        score += pay_points(points, floor, second)
        post = first & POST
        key = score << at.TIE_BITS | (post + 1) << at.ORDINAL_BITS
        if key <= state[at.LEAST]:
            continue
        prefetch(block[at.FACTS] + post * at.FACT * 8)
        waiter = at.WAITERS + waiting * at.WAITER
        state[waiter], state[waiter + 1], state[waiter + 2] = key, row, fit
        waiting += 1
        if waiting == at.ROOM:
            state[at.WAITING] = waiting
            _settle(block, query, state)
            least, waiting = state[at.LEAST_SCORE], 0
    state[at.WAITING] = waiting


@compiled
def _lower(numbers: Any, low: Any, high: Any, number: Any) -> Any:
    """The first place from ``low`` on, before ``high``, where a rising number is not below this one."""
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _my_lists(block: Any, query: Any, state: Any) -> Any:
    """Finds the graduate's list for each way in which majors fit."""
    keys, starts = longs(block[at.LIST_KEYS]), longs(block[at.LIST_STARTS])
    known = block[at.LISTS_KNOWN]
    for major in range(4):
        code = query[at.MAJOR + major] if major < OPEN_TO_ALL else 0
        key = np.int64(major) << at.LIST_BITS | code
        number = _lower(keys, 0, known, key)
        mine = at.MINE + 2 * major
        state[mine], state[mine + 1] = 0, 0
        if code >= 0 and number < known and keys[number] == key:
            state[mine], state[mine + 1] = starts[number], starts[number + 1]


@compiled
def _span(block: Any, query: Any, state: Any, group: Any, places: Any) -> Any:
    """The slices of a group's list for the cities from ``places[0]`` on, before ``places[1]``.

    In the province of a city that is wished for, that city is passed over: with the same majors it was met before, for
    more points or as many.
    """
    slices, rows = longs(block[at.SLICES]), block[at.ROWS]
    mine = at.MINE + 2 * state[group + 1]
    end = state[mine + 1]
    is_province = state[group + 2] == PROVINCE
    most = state[group] + at.BIAS + state[at.MOST_TRAITS]
    number = _lower(slices, state[mine], end, np.int64(places[0]) << at.PLACE_AT)
    while number < end and slices[number] >> at.PLACE_AT < places[1]:
        word, following = slices[number], slices[number + 1] & at.FIRST_ROW
        prefetch(rows + following * 16)
        number += 1
        if most + (word >> at.HEAD_AT & STATIC) < state[at.LEAST_SCORE]:
            continue
        if is_province and among(query, at.WISHED_PLACES, query[at.WISHED], word >> at.PLACE_AT):
            continue
        _slice(block, query, state, group, (word & at.FIRST_ROW, following))


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
    _settle(block, query, state)


@compiled
def _groups(block: Any, query: Any, state: Any) -> Any:
    """Writes the groups that the query admits by falling points; returns how many."""
    points, count = longs(block[at.POINTS]), 0
    for major in range(4):
        if not query[at.STRICTNESS] >> major & 1:
            continue
        for place in range(6):
            is_wanted = place == ANYWHERE
            if query[at.WISHED] > 0:
                is_wanted = place < query[at.WISHED] or place in (PROVINCE, COUNTRY)
            if not is_wanted:
                continue
            earned = points[at.MAJOR_POINTS + major] + points[at.PLACE_POINTS + place]
            spot = at.GROUPS + count * at.GROUP
            while spot > at.GROUPS and state[spot - at.GROUP] < earned:
                for i in range(at.GROUP):
                    state[spot + i] = state[spot - at.GROUP + i]
                spot -= at.GROUP
            state[spot], state[spot + 1], state[spot + 2] = earned, major, place
            count += 1
    return count


@compiled
def _prepare(block: Any, query: Any, state: Any) -> Any:
    """Writes what the graduate's traits earn by code, and all else that is the same for every post."""
    points, entry = longs(block[at.POINTS]), at.LISTS
    most = points[at.PAY_MOST] if query[at.FLOOR] else 0
    for trait in range(3):
        count = query[at.WANTED + trait]
        most += points[at.WISH_POINTS + trait] if count else 0
        for i in range(entry, entry + count):
            state[trait * at.TABLE + query[i]] = points[at.WISH_POINTS + trait]
        entry += count
    for trait in range(3):
        count = query[at.DISLIKED + trait]
        for i in range(entry, entry + count):
            state[trait * at.TABLE + query[i]] -= points[at.OFF_POINTS + trait]
        entry += count
    state[at.LISTS_OUT], state[at.MOST_TRAITS], state[at.RULES] = entry, most, rules_of(query)
    state[at.LENGTH], state[at.LEAST], state[at.LEAST_SCORE], state[at.WAITING] = 0, -1, -1, 0


@compiled
def _tell(block: Any, query: Any, entry: Any, result: Any) -> Any:
    """Writes a kept post with its parts to the address ``result``; ``entry`` is where it stands among those kept."""
    out, points, row = longs(result), longs(block[at.POINTS]), entry[2]
    if row >= 0:
        words = longs(block[at.ROWS] + row * 16)
        facts = longs(block[at.FACTS] + (words[0] & POST) * at.FACT * 8)
    else:
        words = longs(block[at.NEW_ROWS] + (-1 - row) * 16)
        facts = longs(block[at.NEW_FACTS] + (-1 - row) * at.FACT * 8)
    major, place = entry[3] >> 3, entry[3] & 7
    out[at.POST], out[at.SCORE] = facts[at.ID], (entry[0] >> at.TIE_BITS) - at.BIAS
    out[at.MAJOR_FIT], out[at.PLACE_FIT] = major, place
    out[at.PARTS], out[at.PARTS + 1] = points[at.MAJOR_POINTS + major], points[at.PLACE_POINTS + place]
    off, start = 0, at.LISTS
    for slot in range(6):
        trait = slot % 3
        count = query[at.WANTED + slot]
        is_named = among(query, start, count, words[0] >> (at.KIND_AT + 8 * trait) & 255)
        if slot < 3:
            out[at.PARTS + 2 + trait] = points[at.WISH_POINTS + trait] if is_named else 0
        elif is_named:
            off += points[at.OFF_POINTS + trait]
        start += count
    out[at.PARTS + 5] = pay_points(points, query[at.FLOOR], words[1])
    out[at.PARTS + 6], out[at.PARTS + 7] = facts[at.REST] >> 32 & 0xFFFF, facts[at.REST] >> 48
    out[at.PARTS + 8] = -off


@compiled
def _finish(block: Any, query: Any, state: Any, number: Any) -> Any:
    """Writes what is kept, the highest first, and leaves the scratch as it was found."""
    length = state[at.LENGTH]
    place = block[at.OUT] + number * block[at.COUNT] * at.RESULT * 8
    for done in range(length):
        entry = longs(block[at.SCRATCH] + (at.KEPT + done * at.ENTRY) * 8)
        _tell(block, query, entry, place + done * at.RESULT * 8)
    longs(block[at.OUT_COUNTS])[number] = length
    start = at.LISTS
    for slot in range(6):
        count = query[at.WANTED + slot]
        for i in range(start, start + count):
            state[slot % 3 * at.TABLE + query[i]] = 0
        start += count


@compiled
def _one(block: Any, query: Any, state: Any, number: Any) -> Any:
    _prepare(block, query, state)
    _my_lists(block, query, state)
    new_posts(block, query, state)
    for i in range(_groups(block, query, state)):
        group = at.GROUPS + i * at.GROUP
        bound = state[group] + at.BIAS + block[at.MOST_STATIC] + state[at.MOST_TRAITS]
        if bound < state[at.LEAST_SCORE]:
            break
        _group(block, query, state, group)
    _finish(block, query, state, number)


@njit(types.int64(NUMBERS), **OPTIONS)
def search(block: Any) -> Any:
    """Answers every query of the block (see matching.layout), and says whether it is old; always returns 0."""
    block[at.IS_OLD] = 1 if longs(block[at.NEWS])[0] != block[at.SEEN] else 0
    starts = longs(block[at.QUERY_STARTS])
    state = longs(block[at.SCRATCH])
    for number in range(block[at.ASKED]):
        query = longs(block[at.QUERIES] + starts[number] * 8)
        _one(block, query, state, number)
    return 0
