"""What sharing between systems may say no with, and JSON read as strictly as a machine can write it."""

import json
import math
import re
import unicodedata
from typing import Any, NoReturn

DEEPEST = 12  # brackets within brackets
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
# Controls but line breaks and tabs; halves of characters; text turned round or tagged, which hides what is written.
_WRONG = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


class CallRefused(Exception):
    """A call that is not done. ``code`` is stable, ``where`` the place in the body, ``retry_after`` in seconds."""

    def __init__(self, code: str, status: int, *, where: str = "", retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.where = where
        self.retry_after = retry_after


class ItemRefused(Exception):
    """One post of a batch that is not taken; the others are."""

    def __init__(self, code: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields or {}


def read_json(body: bytes) -> Any:
    """What a body says; raises CallRefused for anything that two programs could understand in two ways."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise CallRefused("not_utf8", 400) from None
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
    except (ValueError, RecursionError):
        raise CallRefused("bad_json", 400) from None
    _check_texts(value, "")
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise CallRefused("too_deep", 400)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CallRefused("key_twice_in_object", 400)
    return found


def _no_number(_word: str) -> NoReturn:
    raise CallRefused("not_a_number", 400)


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise CallRefused("not_a_number", 400)
    return number


def _whole(word: str) -> int:
    if len(word) > 18:
        raise CallRefused("number_too_big", 400)
    return int(word)


def _check_texts(value: Any, where: str) -> None:
    """Raises for characters that no honest text has."""
    if isinstance(value, str):
        if code := wrong_character(value):
            raise CallRefused(code, 400, where=where)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            _check_texts(one, f"{where}/{place}")
    elif isinstance(value, dict):
        for name, one in value.items():
            if code := wrong_character(name):
                raise CallRefused(code, 400, where=where)
            _check_texts(one, f"{where}/{name}")


def wrong_character(text: str) -> str:
    """What is wrong with a text's characters, or nothing."""
    found = _WRONG.search(text)
    if found is None:
        return ""
    kind = unicodedata.category(found[0])
    return {"Cs": "lone_surrogate", "Cc": "control_character", "Cn": "not_a_character"}.get(
        kind, "hidden_direction"
    )
