"""Places in lists, which come back from an address: what anybody may have written there."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.listing import place, place_of

MOMENT = datetime(2026, 5, 4, 3, 2, 1, 99, tzinfo=UTC)


def token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_place_comes_back_as_it_was() -> None:
    assert place_of(place(7), (int,)) == (7,)
    assert place_of(place(2**63 - 1), (int,)) == (2**63 - 1,)
    assert place_of(place("340104"), (str,)) == ("340104",)
    assert place_of(place(MOMENT, 7), (datetime, int)) == (MOMENT, 7)
    china = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert place_of(place(china, 7), (datetime, int)) == (MOMENT, 7)


@pytest.mark.parametrize(
    "text",
    [
        "[99999999999999999999999999]",
        json.dumps([2**63]),
        "[-1]",
        "[true]",
        "[1.0]",
        '["1"]',
        "[null]",
        "[1, 2]",
        "[]",
        "{}",
        "[" * 100,
        "[" * 100_000,
        "[1" + " " * 200 + "]",
    ],
)
def test_a_number_that_is_none_leads_to_the_start(text: str) -> None:
    assert place_of(token(text), (int,)) is None


@pytest.mark.parametrize(
    "moment",
    [
        '"x"',
        "1",
        '"2026-01-01"',
        '"2026-01-01T00:00:00"',
        '"9999-12-31T23:59:59-23:00"',
        '"0001-01-01T00:00:00+01:00"',
    ],
)
def test_a_moment_that_is_none_leads_to_the_start(moment: str) -> None:
    assert place_of(token(f"[{moment}, 1]"), (datetime, int)) is None


@pytest.mark.parametrize("after", ["", "?", "中", "A", "=" * 5])
def test_what_is_no_token_leads_to_the_start(after: str) -> None:
    assert place_of(after, (int,)) is None
