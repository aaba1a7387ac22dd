"""The gate of posts (内容审核): what keeps one from being published, or what whoever reviews it should look at."""

from dataclasses import dataclass

from domain.posts import same_key
from models.post import Post

_ALIVE = ("review", "published")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the gate found. ``text`` is the piece of ``field`` that offends; ``code`` of a double is in ``other``."""

    code: str
    field: str = ""
    text: str = ""
    advice: str = ""
    other: str = ""


def key_of(post: Post) -> str:
    """What doubles of a post have in common."""
    return same_key(post.employer.credit_code or post.employer.name, post.title, post.places or ())


def double_of(post: Post) -> Post | None:
    """Another post that is published, or waits to be, and says the same."""
    same = (Post.same_key == post.same_key) & Post.status.in_(_ALIVE) & (Post.id != post.id)
    return Post.select(Post.id, Post.code, Post.title).where(same).first() if post.same_key else None
