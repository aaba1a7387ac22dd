"""Codes as whole numbers: majors by their digits, places by city, so that the index compares integers alone.

A major's code has six characters (普通高等学校本科专业目录 and its sisters; some end in a letter), of which the first
four are its class and the first two its category. Places are GB/T 2260 codes, compared by their first four digits: the
city. What is written for a whole province ends in two zeros then. The four municipalities have one city each.
"""

from functools import lru_cache

NATIONWIDE, UNKNOWN_PLACE = 0, 1
NO_MAJOR = -1  # unlike every code, and unlike OPEN
OPEN = -2
MUNICIPALITIES = {11, 12, 31, 50}

_BASE = 36
_KEPT = 8192  # codes whose numbers are remembered: there are not many more
PER_CLASS, PER_CATEGORY = _BASE**2, _BASE**4  # codes of majors in one class, in one category

Triple = tuple[int, int, int]  # major, class, category; NO_MAJOR where it is less exact than that
ALL_MAJORS: Triple = (OPEN, OPEN, OPEN)


@lru_cache(_KEPT)
def major(code: str) -> Triple:
    """What a major, class or category (6, 4 or 2 characters; longer codes are cut) stands for.

    Raises ValueError for anything else.
    """
    word = code[:6]
    if len(word) not in (2, 4, 6) or not (word.isascii() and word.isalnum()):
        raise ValueError(f"{code!r} is no code of a major, class or category")
    number = int(word, _BASE)
    if len(word) == 6:
        return number, number // PER_CLASS, number // PER_CATEGORY
    if len(word) == 4:
        return NO_MAJOR, number, number // PER_CLASS
    return NO_MAJOR, NO_MAJOR, number


@lru_cache(_KEPT)
def place(code: str) -> int:
    """The city of a place: its first four digits; ``pp00`` for a province, 0 for the whole country.

    Raises ValueError for what is not six digits.
    """
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code!r} is no code of a place")
    city = int(code[:4])
    return city // 100 * 100 if city // 100 in MUNICIPALITIES else city


@lru_cache(_KEPT)
def small(code: str) -> int:
    """A code of up to two digits as it is stored in one byte; 0 when there is none. Raises ValueError."""
    if not code:
        return 0
    if len(code) > 2 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code!r} is no code of two digits")
    return int(code)
