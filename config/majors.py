"""The catalogue of majors by which free text is read, from majors.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("majors.toml")


@dataclass(frozen=True, slots=True)
class MajorCatalogue:
    """Code → name, of three kinds of codes that do not share their numbers.

    ``taught`` has undergraduate and vocational codes: 2 digits a category, 4 a class, 6 a major. ``postgraduate`` has
    disciplines of 4 digits. ``kin`` says in which of these the graduates of an undergraduate class go on to study.
    ``aliases`` has what posts say → codes, those of disciplines with a ``p`` before them.
    """

    taught: Mapping[str, str]
    postgraduate: Mapping[str, str]
    kin: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, tuple[str, ...]]


@cache
def major_catalogue() -> MajorCatalogue:
    """What is shipped. Raises ValueError or KeyError for a file that is wrong."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)
    taught: dict[str, str] = dict(rows["category"])
    for table in ("undergraduate", "vocational"):
        for code, line in rows[table].items():
            taught |= _class(code, line)
    return MajorCatalogue(
        MappingProxyType(taught),
        MappingProxyType(rows["postgraduate"]),
        _tuples(rows["kin"]),
        _tuples(rows["alias"]),
    )


def _class(code: str, line: str) -> dict[str, str]:
    """A class and its majors, which stand behind it in pairs of two digits and a name."""
    name, *pairs = line.split()
    majors = zip(pairs[::2], pairs[1::2], strict=True)
    return {code: name} | {code + number: major for number, major in majors}


def _tuples(table: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({key: tuple(values) for key, values in table.items()})
