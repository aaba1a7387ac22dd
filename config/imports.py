"""What can be imported from a spreadsheet and how its file looks, read from imports.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.roster import roster_fields

_FILE = Path(__file__).with_name("imports.toml")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: the importer's name for it, its heading, and what people are told about it."""

    name: str
    title: str
    note: str = ""
    example: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One thing that can be imported; ``levels`` are those of staff who may."""

    name: str
    title: str
    levels: frozenset[str]
    columns: tuple[Column, ...]

    @property
    def titles(self) -> dict[str, str]:
        """Column → heading."""
        return {column.name: column.title for column in self.columns}


@dataclass(frozen=True, slots=True)
class Words:
    """Names of sheets and headings of the files around an import."""

    sheet: str
    notes_sheet: str
    notes_headings: tuple[str, ...]
    yes: str
    report_sheet: str
    report_headings: tuple[str, ...]


@cache
def _content() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def import_kinds() -> Mapping[str, ImportKind]:
    """Every kind by its name. Raises TypeError or KeyError for a file that is wrong."""
    kinds = {}
    for row in _content()["kind"]:
        columns = _roster_columns() if row.get("roster") else tuple(Column(**one) for one in row["column"])
        kinds[row["name"]] = ImportKind(row["name"], row["title"], frozenset(row["levels"]), columns)
    return kinds


@cache
def import_words() -> Words:
    """The words of templates and reports."""
    content = _content()
    return Words(
        content["sheet"],
        content["notes_sheet"],
        tuple(content["notes_headings"]),
        content["yes"],
        content["report_sheet"],
        tuple(content["report_headings"]),
    )


def level_of(name: str) -> str:
    """The level of staff that people call so; empty for none."""
    return str(_content()["level_names"].get(name, ""))


def _roster_columns() -> tuple[Column, ...]:
    notes: dict[str, str] = _content()["roster_notes"]
    return tuple(
        Column(
            field.name,
            field.title,
            notes.get(field.name, notes[field.kind]).format(longest=field.longest),
            required=field.required,
        )
        for field in roster_fields()
    )
