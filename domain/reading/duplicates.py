"""What makes two posts the same: unit, title and place."""

import hashlib
import re
from collections.abc import Iterable

from config.reading import reading_pattern
from domain.reading.folding import closed_up

_NOT_A_WORD = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_BYTES = 16


def key(unit: str, title: str, places: str | Iterable[str]) -> str:
    """32 hexadecimal digits, the same for posts that say the same in other dress.

    ``unit`` is the credit code or the name, ``places`` the text or the codes. Width, spaces, marks, the form of the
    company (有限公司), decoration of the title (急聘, 2027届, brackets of nothing else) and the order of places are
    left out of account.
    """
    parts = (places,) if isinstance(places, str) else tuple(sorted(set(places)))
    texts = (_unit(unit), _title(title), "|".join(_bare(part) for part in parts))
    return hashlib.blake2b("\n".join(texts).encode("utf-8", "replace"), digest_size=_BYTES).hexdigest()


def _unit(text: str) -> str:
    return reading_pattern("duplicates", "company").sub("", _bare(text))


def _title(text: str) -> str:
    """A title without its decoration, unless nothing else is in it."""
    even = closed_up(text)[0]
    decoration = reading_pattern("duplicates", "decoration")
    kept = _BRACKETED.sub(lambda found: "" if decoration.search(found[0]) else found[0], even)
    return _bare(decoration.sub("", kept)) or _bare(even)


def _bare(text: str) -> str:
    return _NOT_A_WORD.sub("", closed_up(text)[0]).casefold()
