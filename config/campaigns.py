"""The campaigns that a task may belong to, read from campaigns.toml."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("campaigns.toml")


@cache
def campaigns() -> tuple[str, ...]:
    """Their names in the order of the year. Raises OSError, or ValueError for a file that is no TOML."""
    with _FILE.open("rb") as file:
        return tuple(tomllib.load(file)["names"])
