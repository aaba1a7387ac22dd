"""Code tables by 届别: what each is called, the form of its codes, and the rows that hold until one is imported."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("shipped_codes.toml")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One table. ``codes`` and ``above`` (code → the code it belongs to) are empty where import alone fills it."""

    name: str
    title: str
    form: re.Pattern[str]
    example: str
    levels: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)


@cache
def code_tables() -> Mapping[str, CodeTable]:
    """Every table by its name, in the order they are listed. Raises KeyError or re.error for a file that is wrong."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)
    return MappingProxyType({name: _table(name, row) for name, row in rows.items()})


@cache
def major_table(education: str) -> str:
    """The table of 专业 for a 层次; empty for a 层次 that nobody knows."""
    return next((table.name for table in code_tables().values() if education in table.levels), "")


def _table(name: str, row: dict[str, Any]) -> CodeTable:
    return CodeTable(
        name,
        row["title"],
        re.compile(row["form"]),
        row["example"],
        tuple(row.get("levels", ())),
        MappingProxyType(row.get("codes", {})),
        MappingProxyType(row.get("above", {})),
    )
