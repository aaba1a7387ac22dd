"""The kernel's other half: the posts published since the index was built, each looked at with all it names."""

from typing import Any

from matching import layout as at
from matching.codes import NATIONWIDE, NO_MAJOR, OPEN
from matching.parts import (
    ANYWHERE,
    COUNTRY,
    OPEN_TO_ALL,
    PROVINCE,
    STATIC,
    compiled,
    is_out,
    keep,
    longs,
    pay_points,
    trait_points,
)


@compiled
def _major_fit(block: Any, query: Any, post: Any) -> Any:
    """The nearest that a new post's majors stand to the graduate's; 4 when they do not."""
    starts, majors = longs(block[at.NEW_MAJOR_START]), longs(block[at.NEW_MAJORS])
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
def _better(points: Any, fit: Any, best: Any, most: Any) -> Any:
    """Of two place fits the one that earns more, of equals the nearer, with its points."""
    earned = points[at.PLACE_POINTS + fit]
    if earned > most or (earned == most and fit < best):
        return fit, earned
    return best, most


@compiled
def _place_fit(block: Any, query: Any, post: Any) -> Any:
    """The place fit of a new post that earns the most; -1 when its places are not wanted."""
    if query[at.WISHED] == 0:
        return ANYWHERE
    points = longs(block[at.POINTS])
    starts, places = longs(block[at.NEW_PLACE_START]), longs(block[at.NEW_PLACES])
    best, most = -1, -1
    for i in range(starts[post], starts[post + 1]):
        place = places[i]
        if place == NATIONWIDE:
            best, most = _better(points, COUNTRY, best, most)
        for n in range(query[at.WISHED]):
            wish = query[at.WISHED_PLACES + n]
            if place == wish or (wish % 100 == 0 and place // 100 == wish // 100):
                best, most = _better(points, n, best, most)
            elif place // 100 == wish // 100:
                best, most = _better(points, PROVINCE, best, most)
    return best


@compiled
def new_posts(block: Any, query: Any, state: Any) -> Any:
    """Scores each of the posts published since the index was built."""
    rows, ties, points = longs(block[at.NEW_ROWS]), longs(block[at.NEW_TIES]), longs(block[at.POINTS])
    rules = state[at.RULES]
    for post in range(block[at.NEW]):
        first, second = rows[2 * post], rows[2 * post + 1]
        facts = longs(block[at.NEW_FACTS] + post * at.FACT * 8)
        if (rules - second) & at.GUARDS != at.GUARDS or is_out(block, query, state, facts):
            continue
        major = _major_fit(block, query, post)
        place = _place_fit(block, query, post)
        if major == 4 or place < 0:
            continue
        score = at.BIAS + (first >> at.STATIC_AT & STATIC) + trait_points(state, first)
        score += pay_points(points, query[at.FLOOR], second)
        score += points[at.MAJOR_POINTS + major] + points[at.PLACE_POINTS + place]
        key = score << at.TIE_BITS | ties[post]
        if key > state[at.LEAST]:
            keep(block, state, key, facts[at.EMPLOYER], -1 - post, major << 3 | place)
