"""The platform's typed fields and their limits.

A field is named ``<type><n>``; the type decides what may stand in it
(developers.weixin.qq.com, 订阅消息参数值内容限制说明; category templates of service accounts keep the same limits).
Where shortening is honest the value is shortened; a time or a number never is.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadField(ValueError):
    """A value that the platform would refuse with 47003; a fault of ours, found before sending."""


def _shortened(text: str, limit: int) -> str:
    flat = " ".join(_CONTROL.sub(" ", text).split())
    if not flat:
        raise BadField("empty")
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def thing(value: object) -> str:
    """Up to 20 characters of any kind; longer text ends in ``…``."""
    return _shortened(str(value), 20)


def name(value: object) -> str:
    """A person's or organisation's name: 10 Chinese characters, or 20 letters and signs."""
    text = str(value)
    return _shortened(text, 20 if text.isascii() else 10)


def time(value: object) -> str:
    """A moment as ``2026年11月20日 15:01`` in Shanghai."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadField("a moment with its zone is needed")
    local = value.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def character_string(value: object) -> str:
    """Up to 32 digits, letters and signs, no Chinese; never shortened."""
    text = str(value)
    if not text or len(text) > 32 or not text.isascii() or not text.isprintable():
        raise BadField("not a character string of 32")
    return text


def phrase(value: object) -> str:
    """Up to 5 Chinese characters; never shortened."""
    text = str(value)
    if not re.fullmatch(r"[\u4e00-\u9fff]{1,5}", text):
        raise BadField("not a phrase of five Chinese characters")
    return text


KINDS: dict[str, Callable[[object], str]] = {
    "thing": thing,
    "name": name,
    "time": time,
    "character_string": character_string,
    "phrase": phrase,
}


def fit(slot: str, value: object) -> str:
    """The value as the platform takes it in ``slot``, e.g. ``thing1``; raises BadField."""
    kind = slot.rstrip("0123456789")
    try:
        return KINDS[kind](value)
    except BadField as error:
        raise BadField(f"{slot}: {error}") from None
