"""Code tables that people choose from, read from codes.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("codes.toml")


@cache
def code_table(name: str) -> Mapping[str, str]:
    """Code → Chinese name of one table, in the file's order; raises KeyError for an unknown table."""
    with _FILE.open("rb") as file:
        return MappingProxyType(tomllib.load(file)[name])


def name_of(table: str, code: str) -> str:
    """The Chinese name of a code, or the code itself when the table has lost it."""
    return code_table(table).get(code, code)
