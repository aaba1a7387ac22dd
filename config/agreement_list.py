"""The words of the list of agreements as it is taken out, read from agreement_list.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("agreement_list.toml")


@cache
def agreement_list() -> Mapping[str, Any]:
    """Every word by its key. Raises OSError, or ValueError for a file that is no TOML."""
    with _FILE.open("rb") as file:
        return MappingProxyType(tomllib.load(file))
