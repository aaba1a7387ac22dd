"""What a post pays, in yuan a month."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from config.reading import reading_pattern, reading_words
from domain.reading.folding import tight

_NUMBER = r"\d{1,9}(?:\.\d{1,3})?"
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MONTHS_A_YEAR = 12
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pay:
    """``low`` to ``high``, yuan a month; both 0 where nothing is named.

    ``is_negotiable`` is that the text says 面议 and no sum. ``is_open_top`` is that ``high`` is only the least (以上).
    ``period`` is what the text counted by: month, year (÷ 12) or day (× 21.75, 月计薪天数).
    """

    low: int = 0
    high: int = 0
    is_negotiable: bool = False
    unread: tuple[str, ...] = ()
    is_open_top: bool = False
    period: str = ""


@dataclass(frozen=True, slots=True)
class _Sum:
    low: Decimal
    high: Decimal
    period: str
    is_open_top: bool


def read(text: str) -> Pay:
    """The first sum of a field of a post; other sums are kept unread, and so is one without a certain unit."""
    line = _THOUSANDS_COMMA.sub("", tight(text).lower())
    line = _word("extra_months").sub("", line)
    found: _Sum | None = None
    unread: list[str] = []
    for clause in filter(None, _word("clauses").split(line)):
        this = None if _word("skip").search(clause) else _sum(clause)
        if this and not found:
            found = this
        elif this or any(char.isdigit() for char in clause):
            unread.append(clause)
    if found:
        low, high = (int(value.quantize(Decimal(1), ROUND_HALF_UP)) for value in (found.low, found.high))
        return Pay(low, high, False, tuple(unread), found.is_open_top, found.period)
    if _word("negotiable").search(line):
        return Pay(is_negotiable=True, unread=tuple(unread))
    return Pay(unread=tuple(unread) or ((line,) if line else ()))


def thousands(low: float, high: float) -> Pay:
    """The two numbers of a feed in thousand yuan a month, where 0 is 面议; never 万, and not yuan either."""
    if low == high == 0:
        return Pay(is_negotiable=True)
    top = high or low
    if not 0 <= low <= top <= reading_words("pay")["most_thousands"]:
        return Pay(unread=(f"{low}-{high}",))
    return Pay(round(low * 1000), round(top * 1000), is_open_top=high == 0, period="month")


def _sum(clause: str) -> _Sum | None:
    found = next((match for match in _figure().finditer(clause) if _is_money(match, clause)), None)
    if not found:
        return None
    low, high = Decimal(found["low"]), Decimal(found["high"] or found["low"])
    unit, high_unit = _times(found["unit"]), _times(found["high_unit"])
    if found["high"] and high_unit > 1 == unit and low <= high:
        unit = high_unit  # 8-12k
    elif found["high"] and unit > 1 == high_unit and high < 1000 and not found["high_yuan"]:
        high_unit = unit  # 8k-12
    low, high = low * unit, high * (high_unit if found["high"] else unit)
    period = _period(found, clause)
    if not period and not _is_monthly(low, high, max(unit, high_unit)):
        return None
    if found["open_low"]:
        low = Decimal(0)
    return _monthly(low, high, period or "month", bool(found["open_top"] or found["open_top_behind"]))


def _is_money(found: re.Match[str], clause: str) -> bool:
    """Whether a number has anything about it that makes it a sum."""
    large = float(found["low"]) >= reading_words("pay")["least_bare"]
    marks = ("unit", "high_unit", "yuan", "high_yuan", "month", "year", "day", "other")
    return large or any(found[mark] for mark in marks) or bool(_said_period(clause[: found.start()]))


def _times(unit: str | None) -> int:
    if not unit:
        return 1
    return 10000 if _word("ten_thousand").fullmatch(unit) else 1000


def _period(found: re.Match[str], clause: str) -> str:
    said = next((period for period in ("month", "year", "day", _OTHER) if found[period]), "")
    return said or _said_period(clause[: found.start()])


def _said_period(before: str) -> str:
    return next(
        (period for period in ("year", "month", "day", _OTHER) if _word("words", period).search(before)), ""
    )


def _is_monthly(low: Decimal, high: Decimal, unit: int) -> bool:
    """Whether sums without a period can only be a month's pay."""
    words = reading_words("pay")
    if unit == 1:
        return words["least_bare"] <= low and high <= words["most_bare"]
    return unit == 1000 or high < words["most_bare_wan"] * 10000


def _monthly(low: Decimal, high: Decimal, period: str, is_open_top: bool) -> _Sum | None:
    words = reading_words("pay")
    if period == _OTHER:
        return None
    if period == "year":
        low, high = low / _MONTHS_A_YEAR, high / _MONTHS_A_YEAR
    elif period == "day":
        days = Decimal(str(words["days_a_month"]))
        low, high = low * days, high * days
    is_right = low <= high and words["least_a_month"] <= high <= words["most_a_month"]
    if not is_right or 0 < low < words["least_a_month"]:
        return None
    return _Sum(low, high, period, is_open_top)


def _word(*keys: str) -> re.Pattern[str]:
    return reading_pattern("pay", *keys)


@cache
def _figure() -> re.Pattern[str]:
    """One number or two with a line between them, their units, and what they are counted by."""
    words = reading_words("pay")
    periods = "|".join(f"(?P<{name}>{form})" for name, form in words["periods"].items())
    first = "|".join(words["periods"].values())
    unit, yuan = f"{words['thousand']}|{words['ten_thousand']}", words["yuan"]
    return re.compile(
        rf"(?<![\d.])(?P<low>{_NUMBER})(?P<unit>{unit})?(?P<yuan>{yuan})?"
        rf"(?:(?:{first})?(?:{words['range']})(?:{words['sign']})?(?P<high>{_NUMBER})(?P<high_unit>{unit})?(?P<high_yuan>{yuan})?)?"
        rf"(?![\d.]|{words['not_pay']})(?P<open_top>{words['open_top']})?(?P<open_low>{words['open_low']})?(?:{periods})?"
        rf"(?P<open_top_behind>{words['open_top']})?"
    )
