"""Contact data of a post, which stays hidden from whoever has not applied."""

from dataclasses import dataclass

from models.post import Post


@dataclass(frozen=True, slots=True)
class Contact:
    """联系方式: name, telephone, e-mail; empty where the employer gave none."""

    name: str
    phone: str
    email: str


def contact_of(post: Post) -> Contact:
    """For somebody who has applied; nobody else may be shown it."""
    return Contact(post.contact_name, post.contact_phone or "", post.contact_email or "")
