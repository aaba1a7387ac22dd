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

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from matching import layout as at
from matching.codes import NATIONWIDE, NO_MAJOR, OPEN
from matching.query import TRAIT

# Nothing that calls back into Python, which is what such a wrapper, a raised division by zero or a check would do.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "boundscheck": False, "no_cpython_wrapper": True}
compiled = njit(**OPTIONS)
TIE = (1 << at.TIE_BITS) - 1
EXACT, CLASS, CATEGORY, OPEN_TO_ALL = 0, 1, 2, 3
PROVINCE, COUNTRY, ANYWHERE = 3, 4, 5


def _pointer(kind: Any) -> Callable[..., Any]:
    """A function that takes an address for one to numbers of this kind."""
    target = types.CPointer(kind)

    @intrinsic
    def to_pointer(context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, words: Any) -> Any:
            return builder.inttoptr(words[0], context.get_value_type(signature.return_type))

        return target(types.int64), generate

    return to_pointer


_longs, _ints = _pointer(types.int64), _pointer(types.int32)
_shorts, _bytes = _pointer(types.uint16), _pointer(types.uint8)
NUMBERS = types.CPointer(types.int64)


@compiled
def _fits(query: Any, second: Any) -> Any:
    """The hard rules that a row alone decides: level, type of work, 届别."""
    level = query[at.LEVEL]
    ceiling = (second >> 59) & 7
    year = query[at.YEAR]
    return (
        ((second >> 56) & 7) <= level
        and (ceiling == 0 or level <= ceiling)
        and ((second >> 62) & 3 & query[at.WORK_TYPES]) != 0
        and ((second >> 32) & 255) <= year
        and year <= ((second >> 40) & 255)
    )


@compiled
def _pay(query: Any, second: Any) -> Any:
    floor = query[at.FLOOR]
    low, high = second & 0xFFFF, (second >> 16) & 0xFFFF
    if floor == 0:
        return 0
    if high == 0:
        return query[at.PAY_NEGOTIABLE]
    if low >= floor:
        return query[at.PAY_MOST]
    if high < floor:
        return 0
    return query[at.PAY_MOST] * (high - floor) // (high - low)


@compiled
def _traits(query: Any, state: Any, first: Any, second: Any) -> Any:
    return (
        state[(first >> 48) & 255]
        + state[TRAIT + ((first >> 56) & 255)]
        + state[2 * TRAIT + ((second >> 48) & 255)]
        + _pay(query, second)
    )


@compiled
def _is_blocked(query: Any, post: Any, employer: Any) -> Any:
    start = at.LISTS + 3 * query[at.TRAITS]
    end = start + query[at.BLOCKED_POSTS]
    for i in range(start, end):
        if query[i] == post:
            return True
    for i in range(end, end + query[at.BLOCKED_EMPLOYERS]):  # noqa: SIM110 - numba knows no any()
        if query[i] == employer:
            return True
    return False


@compiled
def _find_least(state: Any, length: Any) -> Any:
    worst = at.HEAP
    for i in range(1, length):
        entry = at.HEAP + i * at.ENTRY
        if state[entry] < state[worst]:
            worst = entry
    state[at.WORST], state[at.LEAST] = worst, state[worst]
    state[at.LEAST_SCORE] = state[worst] >> at.TIE_BITS


@compiled
def _keep(block: Any, state: Any, key: Any, employer: Any, row: Any, fit: Any) -> Any:
    """Keeps a post that beats the lowest kept, unless it is kept already or its employer's are all higher."""
    length = state[at.LENGTH]
    same, lowest = 0, 0
    for i in range(length):
        entry = at.HEAP + i * at.ENTRY
        if state[entry] & TIE == key & TIE:
            return
        if state[entry + 1] == employer:
            if same == 0 or state[entry] < state[lowest]:
                lowest = entry
            same += 1
    if same >= block[at.OF_ONE_EMPLOYER]:
        if state[lowest] > key:
            return
        entry = lowest
    elif length < block[at.COUNT]:
        entry = at.HEAP + length * at.ENTRY
        length += 1
        state[at.LENGTH] = length
    else:
        entry = state[at.WORST]
    state[entry], state[entry + 1], state[entry + 2] = key, employer, row
    state[entry + 3], state[entry + 4] = fit >> 3, fit & 7
    if length == block[at.COUNT]:
        _find_least(state, length)


@compiled
def _slice(block: Any, query: Any, state: Any, number: Any, group: Any) -> Any:
    """One slice of a group, until its bound falls below the lowest kept."""
    rows, starts = _longs(block[at.ROWS]), _ints(block[at.SLICE_STARTS])
    employers, ids = _longs(block[at.EMPLOYERS]), _longs(block[at.IDS])
    expires, alive = _ints(block[at.EXPIRES]), _bytes(block[at.ALIVE])
    base = state[group] + at.BIAS
    fit = state[group + 1] << 3 | state[group + 2]
    for row in range(starts[number], starts[number + 1]):
        first = rows[2 * row]
        score = base + ((first >> 32) & 0xFFFF)
        if score + query[at.MOST_TRAITS] < state[at.LEAST_SCORE]:
            return
        second = rows[2 * row + 1]
        if not _fits(query, second):
            continue
        score += _traits(query, state, first, second)
        post = first & 0xFFFFFFFF
        key = score << at.TIE_BITS | (post + 1) << at.ORDINAL_BITS
        if key <= state[at.LEAST] or alive[post] == 0 or expires[post] < block[at.TODAY]:
            continue
        if not _is_blocked(query, ids[post], employers[post]):
            _keep(block, state, key, employers[post], row, fit)


@compiled
def _lower(block: Any, key: Any) -> Any:
    """The first slice whose key is not below this one."""
    keys = _longs(block[at.SLICE_KEYS])
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
    keys = _longs(block[at.SLICE_KEYS])
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
def _major_fit(block: Any, query: Any, post: Any) -> Any:
    """The nearest that a new post's majors stand to the graduate's; 4 when they do not."""
    starts, majors = _longs(block[at.NEW_MAJOR_START]), _longs(block[at.NEW_MAJORS])
    best = 4
    for i in range(starts[post], starts[post + 1]):
        for fit in range(3):
            code = majors[3 * i + fit]
            if code == OPEN:
                best = min(best, OPEN_TO_ALL)
            elif code != NO_MAJOR and code == query[at.MAJOR + fit]:
                best = min(best, fit)
    if best < 4 and not query[at.STRICTNESS] >> best & 1:
        return 4
    return best


@compiled
def _better(query: Any, fit: Any, best: Any, most: Any) -> Any:
    """Of two place fits the one that earns more, of equals the nearer, with its points."""
    points = query[at.PLACE_POINTS + fit]
    if points > most or (points == most and fit < best):
        return fit, points
    return best, most


@compiled
def _place_fit(block: Any, query: Any, post: Any) -> Any:
    """The place fit of a new post that earns the most; -1 when its places are not wanted."""
    if query[at.WISHED] == 0:
        return ANYWHERE
    starts, places = _longs(block[at.NEW_PLACE_START]), _longs(block[at.NEW_PLACES])
    best, most = -1, -1
    for i in range(starts[post], starts[post + 1]):
        place = places[i]
        if place == NATIONWIDE:
            best, most = _better(query, COUNTRY, best, most)
        for n in range(query[at.WISHED]):
            wish = query[at.WISHED_PLACES + n]
            if place == wish or (wish % 100 == 0 and place // 100 == wish // 100):
                best, most = _better(query, n, best, most)
            elif place // 100 == wish // 100:
                best, most = _better(query, PROVINCE, best, most)
    return best


@compiled
def _new_posts(block: Any, query: Any, state: Any) -> Any:
    """Scores each of the posts published since the index was built."""
    rows, ties = _longs(block[at.NEW_ROWS]), _longs(block[at.NEW_TIES])
    employers, ids = _longs(block[at.NEW_EMPLOYERS]), _longs(block[at.NEW_IDS])
    expires = _longs(block[at.NEW_EXPIRES])
    for post in range(block[at.NEW]):
        first, second = rows[2 * post], rows[2 * post + 1]
        if not _fits(query, second) or expires[post] < block[at.TODAY]:
            continue
        major = _major_fit(block, query, post)
        place = _place_fit(block, query, post)
        if major == 4 or place < 0:
            continue
        score = at.BIAS + ((first >> 32) & 0xFFFF) + _traits(query, state, first, second)
        score += query[at.MAJOR_POINTS + major] + query[at.PLACE_POINTS + place]
        key = score << at.TIE_BITS | ties[post]
        if key > state[at.LEAST] and not _is_blocked(query, ids[post], employers[post]):
            _keep(block, state, key, employers[post], -1 - post, major << 3 | place)


@compiled
def _tell(block: Any, query: Any, state: Any, entry: Any, result: Any) -> Any:
    """Writes a kept post with its parts to the address ``result``."""
    out = _longs(result)
    row = state[entry + 2]
    if row >= 0:
        rows = _longs(block[at.ROWS])
        first, second = rows[2 * row], rows[2 * row + 1]
        post = first & 0xFFFFFFFF
        ids, static = _longs(block[at.IDS]), _shorts(block[at.STATIC])
    else:
        post = -1 - row
        rows = _longs(block[at.NEW_ROWS])
        first, second = rows[2 * post], rows[2 * post + 1]
        ids, static = _longs(block[at.NEW_IDS]), _shorts(block[at.NEW_STATIC])
    major, place = state[entry + 3], state[entry + 4]
    out[at.POST], out[at.SCORE] = ids[post], (state[entry] >> at.TIE_BITS) - at.BIAS
    out[at.MAJOR_FIT], out[at.PLACE_FIT] = major, place
    out[at.PARTS], out[at.PARTS + 1] = query[at.MAJOR_POINTS + major], query[at.PLACE_POINTS + place]
    out[at.PARTS + 5] = _pay(query, second)
    out[at.PARTS + 6], out[at.PARTS + 7] = np.int64(static[2 * post]), np.int64(static[2 * post + 1])
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
    counts = _longs(block[at.OUT_COUNTS])
    counts[number] = length
    for i in range(query[at.TRAITS]):
        state[query[at.LISTS + 3 * i]] = 0


@compiled
def _one(block: Any, query: Any, state: Any, number: Any) -> Any:
    for i in range(query[at.TRAITS]):
        entry = at.LISTS + 3 * i
        state[query[entry]] = query[entry + 1] + query[entry + 2]
    state[at.LENGTH], state[at.LEAST], state[at.LEAST_SCORE] = 0, -1, -1
    _new_posts(block, query, state)
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
    starts = _longs(block[at.QUERY_STARTS])
    state = _longs(block[at.SCRATCH])
    for number in range(block[at.ASKED]):
        query = _longs(block[at.QUERIES] + starts[number] * 8)
        _one(block, query, state, number)
    return 0
