"""What people choose from where posts are concerned, read from posts.toml."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("posts.toml")


@cache
def choices(name: str) -> Mapping[str, str]:
    """Code → words of one list (complaint, dislike, scale, tag, source, pay_step); raises KeyError."""
    with _FILE.open("rb") as file:
        return MappingProxyType(tomllib.load(file)[name])


@cache
def limit(name: str) -> int:
    """How often a day something may be done; raises KeyError."""
    with _FILE.open("rb") as file:
        return int(tomllib.load(file)["limit"][name])


@cache
def feed_kept() -> timedelta:
    """How long a partner may stay away and still be told of everything that was withdrawn meanwhile."""
    with _FILE.open("rb") as file:
        return timedelta(days=int(tomllib.load(file)["feed"]["kept_days"]))


def pay_steps() -> tuple[int, ...]:
    """The steps of monthly pay that lists are narrowed by, in yuan, rising."""
    return tuple(sorted(map(int, choices("pay_step"))))
