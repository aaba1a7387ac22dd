"""What one post earns, whether it may be shown, and the posts kept so far: the kernel's small parts.

``block``, ``query``, ``points`` and ``state`` are pointers to the numbers that matching.layout describes.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from matching import layout as at

# Nothing that calls back into Python, which is what such a wrapper, a raised division by zero or a check would do.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "boundscheck": False, "no_cpython_wrapper": True}
compiled = njit(**OPTIONS)
TIE, UNIT = (1 << at.TIE_BITS) - 1, (1 << at.HELD_BITS) - 1
POST, STATIC, PAY = (1 << at.POST_BITS) - 1, 0xFFFF, 0xFFFF
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


longs = _pointer(types.int64)
NUMBERS = types.CPointer(types.int64)


@intrinsic
def _prefetch(context: Any, address: Any) -> Any:
    """Asks the processor to fetch the memory at an address, which will be read soon."""

    def generate(context: Any, builder: Any, signature: Any, words: Any) -> Any:
        word = ir.IntType(32)
        pointer = builder.inttoptr(words[0], ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, word, word, word])
        function = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
        builder.call(function, [pointer, word(0), word(3), word(1)])  # to read, into the nearest cache, data
        return context.get_dummy_value()

    return types.void(types.int64), generate


prefetch: Callable[..., Any] = _prefetch  # with its first parameter left to numba


@compiled
def rules_of(query: Any) -> Any:
    """The graduate's side of the hard rules that a row alone decides: level, type of work, 届别."""
    level, year, work = query[at.LEVEL], query[at.YEAR], query[at.WORK_TYPES]
    return (
        at.GUARDS
        | year << at.YEAR_FROM_AT
        | (at.LAST_BYTE - year) << at.YEAR_TO_AT
        | level << at.FLOOR_AT
        | (at.LAST_LEVEL - level) << at.CEILING_AT
        | (work >> 1 & 1) << at.NOT_FULL_AT
        | (work & 1) << at.NOT_INTERN_AT
    )


@compiled
def pay_points(points: Any, floor: Any, second: Any) -> Any:
    low, high = second >> at.PAY_LOW_AT & PAY, second >> at.PAY_HIGH_AT & PAY
    if floor == 0:
        return 0
    if high == 0:
        return points[at.PAY_NEGOTIABLE]
    if low >= floor:
        return points[at.PAY_MOST]
    if high < floor:
        return 0
    return points[at.PAY_MOST] * (high - floor) // (high - low)


@compiled
def trait_points(state: Any, first: Any) -> Any:
    """What a row's kind, industry and nature earn, less what is taken off for them."""
    return (
        state[first >> at.KIND_AT & 255]
        + state[at.TABLE + (first >> at.INDUSTRY_AT & 255)]
        + state[2 * at.TABLE + (first >> at.NATURE_AT & 255)]
    )


@compiled
def among(query: Any, start: Any, count: Any, number: Any) -> Any:
    """Whether a list of the query's, which begins at ``start``, has this number."""
    for i in range(start, start + count):  # noqa: SIM110 - numba knows no any()
        if query[i] == number:
            return True
    return False


@compiled
def is_out(block: Any, query: Any, state: Any, facts: Any) -> Any:
    """Whether a post is not for this graduate, or for nobody any more; ``facts`` is where its facts begin."""
    if facts[at.REST] & at.EXPIRY < block[at.TODAY]:
        return True
    start = state[at.LISTS_OUT]
    if among(query, start, query[at.BLOCKED_POSTS], facts[at.ID]):
        return True
    start += query[at.BLOCKED_POSTS]
    if among(query, start, query[at.BLOCKED_EMPLOYERS], facts[at.EMPLOYER]):
        return True
    start += query[at.BLOCKED_EMPLOYERS]
    held = facts[at.HELD]
    return held >> at.HELD_BITS >= block[at.TODAY] and not among(query, start, query[at.UNITS], held & UNIT)


@compiled
def keep(block: Any, state: Any, key: Any, employer: Any, row: Any, fit: Any) -> Any:
    """Keeps a post that beats the lowest kept, unless it is kept already or its employer's are all higher.

    What is kept stands in order, the highest first.
    """
    length = state[at.LENGTH]
    same, place = 0, length  # of one employer, and the entry that makes room
    for i in range(length):
        entry = at.KEPT + i * at.ENTRY
        if state[entry] & TIE == key & TIE:
            return
        if state[entry + 1] == employer:
            same += 1
            place = i
    if same >= longs(block[at.POINTS])[at.OF_ONE_EMPLOYER]:
        if state[at.KEPT + place * at.ENTRY] > key:
            return
    elif length < block[at.COUNT]:
        place = length
        length += 1
        state[at.LENGTH] = length
    else:
        place = length - 1
    entry = at.KEPT + place * at.ENTRY
    while entry > at.KEPT and state[entry - at.ENTRY] < key:
        for i in range(at.ENTRY):
            state[entry + i] = state[entry - at.ENTRY + i]
        entry -= at.ENTRY
    state[entry], state[entry + 1], state[entry + 2], state[entry + 3] = key, employer, row, fit
    if length == block[at.COUNT]:
        least = state[at.KEPT + (length - 1) * at.ENTRY]
        state[at.LEAST], state[at.LEAST_SCORE] = least, least >> at.TIE_BITS
