"""Words and patterns by which free text of posts is read, from reading.toml."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("reading.toml")


@cache
def reading_words(section: str) -> Mapping[str, Any]:
    """One reader's words by their key; raises KeyError for a reader that the file does not have."""
    with _FILE.open("rb") as file:
        return MappingProxyType(tomllib.load(file)[section])


@cache
def reading_pattern(section: str, *keys: str) -> re.Pattern[str]:
    """One of a reader's patterns, by its key or keys; raises KeyError, or re.error for one that is wrong."""
    value: Any = reading_words(section)
    for key in keys:
        value = value[key]
    return re.compile(value, re.IGNORECASE)
