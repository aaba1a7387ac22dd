"""Which 毕业去向 there are besides an agreement and what each asks for, read from destinations.toml and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from config.shipped_codes import code_tables

TABLE = "destination"  # the code table of 毕业去向
_FILE = Path(__file__).with_name("destinations.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category: its bounds, and what to fill in and to bring, as people read it."""

    name: str
    title: str
    code: str
    definition: tuple[str, ...]
    particulars: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One of the three cases, with its categories in order; see the head of destinations.toml."""

    name: str
    title: str
    about: str
    settled: bool
    next: str
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What holds from a 届别 on. ``agreement`` and ``open`` are codes of 毕业去向."""

    from_year: int
    agreement: str
    open: str
    branches: tuple[Branch, ...]


def edition_of(year: int) -> Edition:
    """What holds for a 届别: the newest edition that is not later, else the first."""
    found = _shipped()
    return next((edition for edition in reversed(found) if edition.from_year <= year), found[0])


def read(text: str) -> tuple[Edition, ...]:
    """The editions of a file, by 届别. Raises ValueError for one that does not add up, naming the place."""
    rows = tomllib.loads(text)
    try:
        editions = tuple(_edition(row, rows) for row in rows["edition"])
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"destinations.toml: {wrong}") from wrong
    if any(one.from_year >= other.from_year for one, other in pairwise(editions)):
        raise ValueError("destinations.toml: the editions are not in the order of their years")
    return editions


@cache
def _shipped() -> tuple[Edition, ...]:
    return read(_FILE.read_text("utf-8"))


def _edition(row: Mapping[str, Any], rows: Mapping[str, Any]) -> Edition:
    given = dict(row)
    categories = given.pop("category")
    codes = [given["agreement"], given["open"], *(one["code"] for one in categories)]
    names = [one["name"] for one in categories]
    branches = {one["name"]: one for one in rows["branch"]}
    if unknown := set(codes) - set(code_tables()[TABLE].codes):
        raise ValueError(f"destinations.toml: no codes of 毕业去向: {sorted(unknown)}")
    if len(set(names)) < len(names):
        raise ValueError(f"destinations.toml: a category twice from {given['from_year']} on")
    if set(branches) != {one["branch"] for one in categories}:
        raise ValueError(f"destinations.toml: categories and branches differ from {given['from_year']} on")
    return Edition(branches=tuple(_branch(one, categories, rows) for one in branches.values()), **given)


def _branch(row: Mapping[str, Any], categories: list[dict[str, Any]], rows: Mapping[str, Any]) -> Branch:
    mine = [one for one in categories if one["branch"] == row["name"]]
    branch = Branch(categories=tuple(_category(one, rows) for one in mine), **row)
    for one in branch.categories:
        lines = (one.title, *one.definition, *one.evidence)
        if not one.definition or not all(line.strip() for line in lines):
            raise ValueError(f"destinations.toml: {one.name} lacks words")
        if {bool(one.particulars), bool(one.evidence)} != {branch.settled}:
            raise ValueError(f"destinations.toml: particulars and evidence of {one.name}")
    return branch


def _category(row: Mapping[str, Any], rows: Mapping[str, Any]) -> Category:
    given = {name: value for name, value in row.items() if name not in ("branch", "form", "more")}
    names = [*(rows["forms"][row["form"]] if "form" in row else ()), *row.get("more", ())]
    if len(set(names)) < len(names):
        raise ValueError(f"destinations.toml: {row['name']} asks for something twice")
    definition, evidence = given.pop("definition"), given.pop("evidence", [])
    if not isinstance(definition, list) or not isinstance(evidence, list):
        raise ValueError(f"destinations.toml: {row['name']} has a line where a list belongs")
    return Category(
        definition=tuple(definition),
        particulars=tuple(rows["particulars"][name] for name in names),
        evidence=tuple(evidence),
        **given,
    )
