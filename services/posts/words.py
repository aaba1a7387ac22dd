"""Words and codes by which published posts are found.

A text is cut into words as people search for them; each property of a post becomes a word of its own with a mark
before it, so that a list narrowed by several of them is one walk over one index.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

import rjieba

from config.posts import pay_steps
from domain.posts import ANYWHERE, RANKS
from models.post import Post

ALL = "a:"  # every published post has it
_LONGEST = 20  # characters of a word
_MOST = 60  # words of text a post is found by
_TOP_RANK = max(RANKS.values())


def cut(text: str) -> list[str]:
    """The words of a text, each once, in order: small letters, no punctuation, none of one Latin letter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = (word.strip() for word in rjieba.cut_for_search(folded))
    kept = (word[:_LONGEST] for word in found if any(map(str.isalnum, word)) and not _is_letter(word))
    return list(dict.fromkeys(kept))


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def words_of(post: Post) -> list[str]:
    """Everything a post is found by, each once."""
    texts = chain(cut(post.title), cut(post.employer.name), cut(post.majors_text))
    words = list(dict.fromkeys(texts))[:_MOST]
    return [*words, *dict.fromkeys(_marks(post))]


def _marks(post: Post) -> Iterator[str]:
    yield ALL
    yield from (f"p:{code}" for place in post.places or () for code in around(place))
    yield f"i:{post.industry}"
    yield f"k:{post.position}"
    yield f"n:{post.nature}"
    yield f"w:{post.work_type}"
    yield f"s:{post.source}"
    yield from (f"g:{tag}" for tag in post.tags or ())
    yield from (f"l:{rank}" for rank in range(post.level_low or 1, (post.level_high or _TOP_RANK) + 1))
    yield from (f"$:{step}" for step in pay_steps() if post.pay_high >= step)
    yield from _years(post.year_low, post.year_high)


def _years(low: int, high: int) -> Iterable[str]:
    return [f"y:{year}" for year in range(low, high + 1)] if low else ["y:any"]


def around(place: str) -> list[str]:
    """A place's code with those of the city and the province that it lies in."""
    return [ANYWHERE] if place == ANYWHERE else [place, f"{place[:4]}00", f"{place[:2]}0000"]
