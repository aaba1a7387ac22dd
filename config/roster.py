"""The fields of a graduate's record (生源信息), read from roster.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("roster.toml")


@dataclass(frozen=True, slots=True)
class RosterField:
    """One field: its column, its Chinese title, its form, and who may change it by default."""

    name: str
    title: str
    kind: str = "text"
    table: str = ""
    longest: int = 20
    locked: bool = False
    required: bool = True
    writers: frozenset[str] = frozenset()


@cache
def roster_words() -> Mapping[str, str]:
    """The words that values are written with, and the name of the list. Raises KeyError for a file that is wrong."""
    with _FILE.open("rb") as file:
        return MappingProxyType(tomllib.load(file)["words"])


@cache
def roster_fields() -> tuple[RosterField, ...]:
    """Every field in the order of the national form. Raises TypeError or KeyError for a file that is wrong."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["field"]
    return tuple(RosterField(**{**row, "writers": frozenset(row.get("writers", ()))}) for row in rows)


def roster_field(name: str) -> RosterField:
    """One field by its name; raises KeyError."""
    return {field.name: field for field in roster_fields()}[name]
