"""What one post earns, whether it may be shown, and the posts kept so far: the kernel's small parts.

``block``, ``query`` and ``state`` are pointers to the numbers that matching.layout describes.
"""

from collections.abc import Callable
from typing import Any

from numba import njit, types
from numba.extending import intrinsic

from matching import layout as at
from matching.query import TRAIT

# Nothing that calls back into Python, which is what such a wrapper, a raised division by zero or a check would do.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "boundscheck": False, "no_cpython_wrapper": True}
compiled = njit(**OPTIONS)
TIE, UNIT = (1 << at.TIE_BITS) - 1, (1 << at.HELD_BITS) - 1
EXPIRY = 0xFFFFFFFF
OPEN_TO_ALL = 3  # of the ways in which majors fit
PROVINCE, COUNTRY, ANYWHERE = 3, 4, 5  # of those in which places fit, behind the wishes


def _pointer(kind: Any) -> Callable[..., Any]:
    """A function that takes an address for one to numbers of this kind."""
    target = types.CPointer(kind)

    @intrinsic
    def to_pointer(context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, words: Any) -> Any:
            return builder.inttoptr(words[0], context.get_value_type(signature.return_type))

        return target(types.int64), generate

    return to_pointer


longs, ints = _pointer(types.int64), _pointer(types.int32)
octets = _pointer(types.uint8)
NUMBERS = types.CPointer(types.int64)


@compiled
def fits(query: Any, second: Any) -> Any:
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
def pay_points(query: Any, second: Any) -> Any:
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
def trait_points(query: Any, state: Any, first: Any, second: Any) -> Any:
    return (
        state[(first >> 48) & 255]
        + state[TRAIT + ((first >> 56) & 255)]
        + state[2 * TRAIT + ((second >> 48) & 255)]
        + pay_points(query, second)
    )


@compiled
def _is_for(query: Any, unit: Any) -> Any:
    """Whether a unit for which a post is held is the graduate's own."""
    start = at.LISTS + 3 * query[at.TRAITS] + query[at.BLOCKED_POSTS] + query[at.BLOCKED_EMPLOYERS]
    for i in range(start, start + query[at.UNITS]):  # noqa: SIM110 - numba knows no any()
        if query[i] == unit:
            return True
    return False


@compiled
def is_out(block: Any, query: Any, facts: Any) -> Any:
    """Whether a post is not for this graduate, or for nobody any more; ``facts`` is where its facts begin."""
    post, employer, held = facts[at.ID], facts[at.EMPLOYER], facts[at.HELD]
    if facts[at.REST] & EXPIRY < block[at.TODAY]:
        return True
    start = at.LISTS + 3 * query[at.TRAITS]
    end = start + query[at.BLOCKED_POSTS]
    for i in range(start, end):
        if query[i] == post:
            return True
    for i in range(end, end + query[at.BLOCKED_EMPLOYERS]):
        if query[i] == employer:
            return True
    return held >> at.HELD_BITS >= block[at.TODAY] and not _is_for(query, held & UNIT)


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
def keep(block: Any, state: Any, key: Any, employer: Any, row: Any, fit: Any) -> Any:
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
