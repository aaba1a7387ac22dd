"""Lists that may be long: one slice at a time from where the last one ended, and a count that stops counting."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

MOST_COUNTED = 10_000
SLICE = 50  # rows

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """Some rows of a list. ``after`` leads to the following ones and is empty at the end.

    ``total`` is the number of all rows, ``MOST_COUNTED + 1`` when there are more, None when nobody counted.
    """

    rows: Sequence[Row]
    after: str = ""
    total: int | None = None


def place(*keys: Any) -> str:
    """A place in a list, by the sort keys of the row before it, as it stands in an address."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def place_of(after: str, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """The keys that ``place`` was given; None for the start of the list and for what is not from there."""
    try:
        keys = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(keys, list) or len(keys) != len(kinds):
        return None
    return tuple(keys) if all(isinstance(key, kind) for key, kind in zip(keys, kinds, strict=True)) else None


def count(query: Any) -> int:
    """How many rows a query finds, counting no further than ``MOST_COUNTED + 1``."""
    return int(query.order_by().limit(MOST_COUNTED + 1).count())
