"""How the chain of events is said in Chinese, read from agreement_events.toml."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("agreement_events.toml")


@cache
def _read() -> dict[str, dict[str, str]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def events() -> dict[str, str]:
    """Kind of event → what happened."""
    return _read()["events"]


def sides() -> dict[str, str]:
    """Side → who that is."""
    return _read()["sides"]


def digests() -> dict[str, str]:
    """Name of a digest in an event → what it is of."""
    return _read()["digests"]
