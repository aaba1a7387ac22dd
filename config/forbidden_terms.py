"""What the text of a post must not say, by kind, from forbidden_terms.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("forbidden_terms.toml")


@dataclass(frozen=True, slots=True)
class ForbiddenKind:
    """One kind of offence: ``title`` and ``advice`` for people, ``unless`` what in a text makes it allowed."""

    name: str
    title: str
    advice: str
    patterns: tuple[re.Pattern[str], ...]
    exceptions: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


@cache
def forbidden_kinds() -> Mapping[str, ForbiddenKind]:
    """Every kind by its name, in the file's order. Raises KeyError or re.error for a file that is wrong."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)
    return MappingProxyType({name: _kind(name, row) for name, row in rows.items()})


def _kind(name: str, row: dict[str, Any]) -> ForbiddenKind:
    patterns, exceptions = (
        tuple(re.compile(form, re.IGNORECASE) for form in row[key]) for key in ("patterns", "exceptions")
    )
    unless = re.compile(row["unless"], re.IGNORECASE) if "unless" in row else None
    return ForbiddenKind(name, row["title"], row["advice"], patterns, exceptions, unless)
