"""Public holidays and make-up workdays of China as data, read from holidays.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HOLIDAYS_FILE = Path(__file__).with_name("holidays.toml")


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off and weekend days worked, and the years the file speaks of."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]


def load(path: Path = HOLIDAYS_FILE) -> Holidays:
    """The calendar of a file. Raises ValueError naming the day that stands under the wrong year or in both lists."""
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    off: set[date] = set()
    work: set[date] = set()
    for year, lists in tree.items():
        days = [*lists["off"], *lists["work"]]
        wrong = [day for day in days if day.year != int(year)]
        if wrong or len(days) != len(set(days)):
            raise ValueError(f"{path.name}: year {year} holds {wrong or 'a day twice'}")
        off.update(lists["off"])
        work.update(lists["work"])
    return Holidays(frozenset(off), frozenset(work), frozenset(map(int, tree)))
