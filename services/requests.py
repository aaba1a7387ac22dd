"""What a request or a tick needs around it, for doors that must not know the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from models import db

DatabaseAway = db.DatabaseAway


@contextmanager
def request_scope() -> Iterator[None]:
    """One database connection for a request or a tick, given back at its end."""
    with db.connected():
        yield
