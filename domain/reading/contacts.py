"""Phones, addresses and identity numbers in running text, found and hidden."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from config.reading import reading_pattern, reading_words
from domain import personal
from domain.reading.folding import fold
from domain.refusals import Invalid

PHONE, WECHAT, QQ, EMAIL, IDENTITY = "phone", "wechat", "qq", "email", "identity_number"

# In this order: what the first has taken the later do not see.
_PATTERNS = (
    ("identity", IDENTITY),
    ("identity_named", IDENTITY),
    ("email", EMAIL),
    ("mobile", PHONE),
    ("landline", PHONE),
    ("service", PHONE),
    ("local", PHONE),
    ("wechat", WECHAT),
    ("wechat_bare", WECHAT),
    ("qq", QQ),
)
_SHORTEST_DISGUISE = 7


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with what was ``found`` (kind → how often) hidden."""

    text: str
    found: Mapping[str, int]


def mask(text: str) -> Masked:
    """Hides phones, WeChat and QQ numbers, mail addresses and identity numbers; masking twice changes nothing more.

    Years, sums, codes of posts and credit codes stay: a number is hidden for its form (a phone's, or a check digit that
    is right), or for the word before it.
    """
    found: Counter[str] = Counter()
    while spans := sorted(_spans(text)):
        shown = reading_words("contacts")["shown"]
        parts, done = [], 0
        for start, end, kind in spans:
            parts += [text[done:start], shown[kind]]
            done = end
            found[kind] += 1
        text = "".join([*parts, text[done:]])
    return Masked(text, dict(found))


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Where contacts stand; none meets another."""
    folded = fold(text)
    spans: list[tuple[int, int, str]] = []
    for line in dict.fromkeys((folded, _undisguised(text, folded))):
        for name, kind in _PATTERNS:
            for found in reading_pattern("contacts", name).finditer(line):
                start, end = found.span("hit" if found["hit"] is not None else "hit2")
                is_free = all(end <= taken or start >= left for taken, left, _kind in spans)
                if is_free and (name != "identity" or _is_identity(found["hit"])):
                    spans.append((start, end, kind))
    return spans


def _is_identity(number: str) -> bool:
    try:
        personal.identity_number(number.replace("-", ""))
    except Invalid:
        return False
    return True


def _undisguised(text: str, folded: str) -> str:
    """The folded text with long runs of digits that are written otherwise (一三八…, ①③⑧…) as digits."""
    chars = list(folded)
    for start, end in _runs(text):
        chars[start:end] = [str(_digit(char)) for char in text[start:end]]
    return "".join(chars)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    for is_digit, group in groupby(text, key=lambda char: _digit(char) is not None):
        size = len(list(group))
        if is_digit and size >= _SHORTEST_DISGUISE:
            yield place, place + size
        place += size


def _digit(char: str) -> int | None:
    value = unicodedata.digit(char, None)
    return _numerals().get(char) if value is None else value


@cache
def _numerals() -> Mapping[str, int]:
    words = reading_words("contacts")
    numerals: Mapping[str, int] = {char: value for value, char in enumerate(words["numerals"])}
    return {**numerals, **words["more_numerals"]}
