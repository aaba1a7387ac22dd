"""The platform's typed fields and their limits.

A field is named ``<type><n>``; the type decides what may stand in it
(developers.weixin.qq.com, 订阅消息参数值内容限制说明; category templates of service accounts keep the same limits).
Where shortening is honest the value is shortened; a time, a number or an approved word never is.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u20e3\ufe0f]"
)  # the platform takes them out of what is shown
_BREAKS = frozenset({"Cc", "Zl", "Zp"})  # control characters and breaks of lines
_UNSEEN = frozenset({"Cf", "Cs"})  # joiners, marks of direction, halves of characters
_YEARS = range(1000, 10_000)


class BadField(ValueError):
    """A value that the platform would refuse with 47003; a fault of ours, found before sending."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment or day to another, both named."""

    begin: datetime | dt.date
    end: datetime | dt.date


def _plain(text: str) -> str:
    """The text on one line, without what a phone would not show."""
    kinds = ((unicodedata.category(sign), sign) for sign in _EMOJI.sub("", text))
    seen = "".join(" " if kind in _BREAKS else sign for kind, sign in kinds if kind not in _UNSEEN)
    return " ".join(seen.split())


def _shortened(text: str, limit: int) -> str:
    flat = _plain(text)
    if not flat:
        raise BadField("empty")
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def _matching(pattern: str, value: object, what: str) -> str:
    """The value untouched, when it is a text of this pattern."""
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise BadField(f"not {what}")
    return value


def thing(value: object) -> str:
    """Up to 20 characters of any kind; longer text ends in ``…``."""
    return _shortened(str(value), 20)


def name(value: object) -> str:
    """A person's name: 10 Chinese characters, or 20 letters and signs. Both kinds mixed are refused.

    A longer Chinese name keeps its first parts, as its bearer would shorten it (阿卜杜喀迪尔·麦麦提…); letters end
    in ``…``.
    """
    text = _plain(str(value))
    if not re.search(rf"[{_HAN}]", text):
        return _shortened(text, 20)
    if not re.fullmatch(rf"[{_HAN}·]+", text):
        raise BadField("Chinese mixed with other signs")
    while len(text) > 10 and "·" in text:
        text = text.rpartition("·")[0]
    if not 1 <= len(text) <= 10:
        raise BadField("a name of more than 10 Chinese characters")
    return text


def _day(day: dt.date) -> str:
    if day.year not in _YEARS:
        raise BadField("a year of four digits is needed")
    return f"{day.year}年{day.month}月{day.day}日"


def _local(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadField("a moment with its zone is needed")
    try:
        return value.astimezone(SHANGHAI)
    except OverflowError:
        raise BadField("a moment beyond the calendar") from None


def _moment(value: object) -> str:
    local = _local(value)
    return f"{_day(local)} {local:%H:%M}"


def time(value: object) -> str:
    """A moment as ``2026年11月20日 15:01`` in Shanghai, or a Span of two as ``2026年11月20日 15:01~16:00``."""
    if not isinstance(value, Span):
        return _moment(value)
    begin, end = _local(value.begin), _local(value.end)
    if end < begin:
        raise BadField("a span that ends before it begins")
    return f"{_moment(begin)}~" + (f"{end:%H:%M}" if end.date() == begin.date() else _moment(end))


def date(value: object) -> str:
    """A day as ``2026年11月20日``, or a Span of two; the day of a moment is that in Shanghai."""
    if isinstance(value, Span):
        begin, end = _calendar(value.begin), _calendar(value.end)
        if end < begin:
            raise BadField("a span that ends before it begins")
        return f"{_day(begin)}~{_day(end)}"
    return _day(_calendar(value))


def _calendar(value: object) -> dt.date:
    if isinstance(value, datetime):
        return _local(value).date()
    if not isinstance(value, dt.date):
        raise BadField("a day is needed")
    return value


def _decimal(value: object) -> str:
    """The digits of a whole number or a Decimal, without an exponent."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadField("a whole number or a Decimal is needed")
    if not Decimal(value).is_finite():
        raise BadField("not a finite number")
    if abs(Decimal(value).adjusted()) > 40:  # far beyond what fits
        raise BadField("too many digits")
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: object) -> str:
    """A number of at most 32 characters; never rounded."""
    return _matching(r"(?=.{1,32}$)-?\d+(\.\d+)?", _decimal(value), "a number of 32 characters")


def amount(value: object) -> str:
    """Yuan, up to 10 digits before the point and to the 分 after it: ``5000元``, ``12.5元``; never rounded."""
    return _matching(r"\d{1,10}(\.\d{1,2})?元", f"{_decimal(value)}元", "an amount of 10 digits")


def character_string(value: object) -> str:
    """Up to 32 digits, letters and signs, no Chinese; never shortened."""
    return _matching(r"(?=.*\S)[ -~]{1,32}", value, "a character string of 32")


def phone_number(value: object) -> str:
    """A telephone number of up to 17 digits and signs; never shortened."""
    return _matching(r"(?=.*[0-9])[0-9+\-() ]{1,17}", value, "a telephone number of 17")


def letter(value: object) -> str:
    """Up to 32 letters."""
    return _matching(r"[A-Za-z]{1,32}", value, "up to 32 letters")


def symbol(value: object) -> str:
    """Up to 5 signs that are neither letters nor digits."""
    text = _matching(r"[^\w\s]{1,5}", value, "up to 5 signs")
    if _plain(text) != text:
        raise BadField("a sign that phones do not show")
    return text


def car_number(value: object) -> str:
    """A number plate of up to 8 characters, such as 皖A12345."""
    return _matching(rf"[{_HAN}A-Za-z0-9]{{1,8}}", value, "a number plate of 8")


def phrase(value: object) -> str:
    """Up to 5 Chinese characters; never shortened."""
    return _matching(r"[\u4e00-\u9fff]{1,5}", value, "a phrase of five Chinese characters")


def approved(value: object, values: Sequence[str]) -> str:
    """One of the values that the platform approved for this very slot."""
    if not isinstance(value, str) or value not in values:
        raise BadField("not an approved value")
    return value


KINDS: dict[str, Callable[[object], str]] = {
    "thing": thing,
    "name": name,
    "time": time,
    "date": date,
    "number": number,
    "amount": amount,
    "character_string": character_string,
    "phone_number": phone_number,
    "letter": letter,
    "symbol": symbol,
    "car_number": car_number,
    "phrase": phrase,
}
APPROVED = frozenset({"const", "enum"})  # kinds whose values the platform approves one by one


def kind_of(slot: str) -> str:
    """The type in the name of a slot: ``thing1`` → ``thing``."""
    return slot.rstrip("0123456789")


def fit(slot: str, value: object, values: Sequence[str] = ()) -> str:
    """The value as the platform takes it in ``slot``, e.g. ``thing1``; raises BadField."""
    kind = kind_of(slot)
    try:
        return approved(value, values) if kind in APPROVED else KINDS[kind](value)
    except BadField as error:
        raise BadField(f"{slot}: {error}") from None
