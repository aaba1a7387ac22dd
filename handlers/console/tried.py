"""A button that does one thing: what came of it is said on the page that one is led to."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash

from domain.refusals import Conflict, Invalid, TooMany
from handlers import visit


@contextmanager
def tried(words: str) -> Iterator[None]:
    """Flashes ``words`` when the act went well, else the refusal's sentence; a script gets the refusal itself."""
    try:
        yield
    except (Conflict, Invalid, TooMany) as refusal:
        if visit.wants_json():
            raise
        flash(refusal.say, "warn")
    else:
        flash(words)
