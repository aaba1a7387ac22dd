"""Text made even before it is read, character for character, so that a place in it is a place in the original."""

import re
import unicodedata
from itertools import pairwise


class _Even(dict[int, str]):
    """Each character's even form, found once: one character for one character."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _even(chr(code))
        return form


def _even(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if char == "\n":
        return char
    if kind[0] in "CZ" or kind == "No":
        return " "
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 else char


_EVEN = _Even()
_SPACE = re.compile(r"[^\S\n]+")
_LOOSE = re.compile(r" (?![0-9])|(?<![0-9]) ")


def fold(text: str) -> str:
    """Full-width made narrow, any script's digits 0 to 9, what cannot be seen or is a list's number a space."""
    return text.translate(_EVEN)


def plain(text: str) -> str:
    """Folded, with single spaces and no outer ones: for readers that answer with codes alone."""
    return _SPACE.sub(" ", fold(text)).strip()


def tight(text: str) -> str:
    """Folded, with spaces only where two digits would run together."""
    return _LOOSE.sub("", plain(text))


def closed_up(text: str) -> tuple[str, list[int]]:
    """Folded text without spaces, lines kept, and where each character stood, with the end's place behind."""
    folded = fold(text)
    places = [place for place, char in enumerate(folded) if char == "\n" or not char.isspace()]
    return "".join(folded[place] for place in places), [*places, len(text)]


def clauses(text: str, separators: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where each stretch between separators starts and ends; empty ones are left out."""
    borders = [0]
    for found in separators.finditer(text):
        borders += found.span()
    borders.append(len(text))
    return [(start, end) for start, end in list(pairwise(borders))[::2] if start < end]
