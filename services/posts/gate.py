"""The gate of posts (内容审核): what keeps one from being published, or what whoever reviews it should look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.posts import cities
from domain.reading import duplicates, forbidden
from domain.reading.gate import concerns
from models.employer import Employer
from models.post import Post

_ALIVE = ("review", "published")
_TEXTS = ("title", "description", "majors_text", "address")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the gate found. ``text`` is the piece of ``field`` that offends, ``sentence`` what stands around it.

    ``code`` is a kind of forbidden term, a kind of concern, or ``double`` with the code of the other post in ``other``.
    """

    code: str
    field: str = ""
    text: str = ""
    sentence: str = ""
    advice: str = ""
    other: str = ""
    is_forbidden: bool = False


def key_of(post: Post) -> str:
    """What doubles of a post have in common."""
    return duplicates.key(
        post.employer.credit_code or post.employer.name, post.title, cities(post.places or ())
    )


def double_of(post: Post) -> Post | None:
    """Another post that is published, or waits to be, and says the same."""
    same = (Post.same_key == post.same_key) & Post.status.in_(_ALIVE) & (Post.id != post.id)
    found = Post.select(Post.id, Post.code, Post.title, Post.status, Employer.name).join(Employer)
    return found.where(same).first() if post.same_key else None


def findings(post: Post) -> list[Finding]:
    """Everything about a post that somebody should look at, forbidden terms first."""
    found = [*_offences(post)]
    found += [Finding(concern.kind) for concern in concerns(post.title, post.description)]
    double = double_of(post)
    if double is not None:
        found.append(Finding("double", text=double.title, other=double.code))
    return found


def _offences(post: Post) -> Iterator[Finding]:
    for name in _TEXTS:
        text = getattr(post, name)
        for hit in forbidden.find(text):
            sentence = text[hit.sentence_start : hit.sentence_end].strip()
            yield Finding(hit.kind, name, text[hit.start : hit.end], sentence, hit.advice, is_forbidden=True)
