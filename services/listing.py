"""Lists that may be long: one slice at a time from where the last one ended, and a count that stops counting."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

MOST_COUNTED = 10_000
SLICE = 50  # rows
_LONGEST_PLACE = 200  # characters
_HIGHEST = 2**63 - 1  # what an id can be

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """Some rows of a list. ``after`` leads to the following ones and is empty at the end.

    ``total`` is the number of all rows, ``MOST_COUNTED + 1`` when there are more, None when nobody counted.
    """

    rows: Sequence[Row]
    after: str = ""
    total: int | None = None


def place(*keys: int | str | datetime) -> str:
    """A place in a list, by the sort keys of the row before it, as it stands in an address."""
    texts = [key.isoformat() if isinstance(key, datetime) else key for key in keys]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def place_of(after: str, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """The keys that ``place`` was given; None for the start of the list and for what is not from there.

    ``kinds`` are int, which is never negative, str and datetime, which is aware.
    """
    if not 0 < len(after) <= _LONGEST_PLACE:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if not isinstance(keys, list) or len(keys) != len(kinds):
            return None
        return tuple(_key(key, kind) for key, kind in zip(keys, kinds, strict=True))
    except (binascii.Error, ValueError, OverflowError, RecursionError):
        return None


def _key(key: Any, kind: type) -> Any:
    """One key as the database takes it; raises ValueError or OverflowError for what is none."""
    if kind is datetime and isinstance(key, str):
        moment = datetime.fromisoformat(key)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    if kind is int and type(key) is int and 0 <= key <= _HIGHEST:
        return key
    if kind is str and isinstance(key, str):
        return key
    raise ValueError(kind.__name__)


def count(query: Any) -> int:
    """How many rows a query finds, counting no further than ``MOST_COUNTED + 1``."""
    return int(query.order_by().limit(MOST_COUNTED + 1).count())
