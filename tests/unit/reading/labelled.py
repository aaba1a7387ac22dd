"""Posts as the real world writes them, with what a person reads in them, and how well the readers agree."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from config.regions import regions
from domain.reading import contacts, deadlines, forbidden, gate, levels, majors, pay, places, years

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 21)
PARTS = ("first", "second", "third")
FIELDS = (
    "majors",
    "levels",
    "places",
    "pay",
    "years",
    "deadlines",
    "contacts",
    "forbidden",
    "gate",
    "unread",
)

Items = Counter[tuple[str, ...]]


class Miss(NamedTuple):
    """What was read of a post and what a person reads, where the two differ."""

    line: int
    field: str
    missing: list[tuple[str, ...]]
    surplus: list[tuple[str, ...]]


class Score(NamedTuple):
    """Of one field: read rightly, read in all, and there to be read."""

    right: int
    read: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0


@cache
def place_book() -> places.PlaceBook:
    return places.PlaceBook(regions(ROOT))


@cache
def posts(part: str) -> tuple[dict[str, Any], ...]:
    """The labelled posts of a part.

    The readers were built with the first at hand; the second and the third were written before any reader saw them.

    Each has the fields of a post as text, and ``want``: what a person reads. Fields that ``want`` does not name are
    expected to give nothing; ``says`` are kinds of forbidden terms, ``hides`` contacts, ``odd`` what the gate sees, and
    ``unread`` fields of which something cannot be read.
    """
    lines = Path(__file__).with_name(f"posts_{part}.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def wanted(post: dict[str, Any]) -> dict[str, Items]:
    want = post["want"]
    low, high = want.get("level", (1, None))
    sums = want.get("pay", ())
    return {
        "majors": Counter(
            [("code", code) for code in want.get("majors", ())] + [("open",)] * want.get("open", False)
        ),
        "levels": Counter([("low", str(low))] + [("high", str(high))] * (high is not None)),
        "places": Counter(("code", code) for code in want.get("places", ())),
        "pay": Counter([(sums,)] if sums == "negotiable" else [(str(sums[0]), str(sums[1]))] if sums else []),
        "years": Counter(
            [(str(year),) for year in want.get("years", ())] + [("any",)] * want.get("any_year", False)
        ),
        "deadlines": Counter([(want["until"],)] if "until" in want else []),
        "contacts": Counter({(kind,): count for kind, count in want.get("hides", {}).items()}),
        "forbidden": Counter((kind,) for kind in set(want.get("says", ()))),
        "gate": Counter((kind,) for kind in want.get("odd", ())),
        "unread": Counter((field,) for field in want.get("unread", ())),
    }


def read(post: dict[str, Any]) -> dict[str, Items]:
    whole = f"{post['title']}\n{post['text']}"
    major = majors.read(post.get("major", ""))
    level = levels.read(post.get("level", ""), post["title"])
    place = places.read(post.get("place", ""), place_book())
    money = pay.read(post.get("pay", ""))
    year = years.read(post.get("year", ""))
    until = deadlines.read(post.get("until", ""), TODAY)
    unread = {"major": major, "level": level, "place": place, "pay": money, "year": year, "until": until}
    day = until.on.isoformat() if until.on else "open" if until.is_open_ended else ""
    return {
        "majors": Counter([("code", code) for code in major.codes] + [("open",)] * major.is_open),
        "levels": Counter([("low", str(level.low))] + [("high", str(level.high))] * (level.high is not None)),
        "places": Counter(("code", code) for code in place.codes),
        "pay": Counter(
            [("negotiable",)]
            if money.is_negotiable
            else [(str(money.low), str(money.high))]
            if money.high
            else []
        ),
        "years": Counter([(str(number),) for number in year.years] + [("any",)] * year.is_open),
        "deadlines": Counter([(day,)] if day else []),
        "contacts": Counter({(kind,): count for kind, count in contacts.mask(post["text"]).found.items()}),
        "forbidden": Counter((kind,) for kind in {offence.kind for offence in forbidden.find(whole)}),
        "gate": Counter((concern.kind,) for concern in gate.concerns(post["title"], post["text"])),
        "unread": Counter((name,) for name, answer in unread.items() if answer.unread),
    }


def compared(part: str) -> Iterator[tuple[int, str, Items, Items]]:
    """(line, field, wanted, read) of every field of every post."""
    for line, post in enumerate(posts(part), 1):
        want, got = wanted(post), read(post)
        for field in FIELDS:
            yield line, field, want[field], got[field]


def misses(part: str) -> list[Miss]:
    return [
        Miss(line, field, sorted((want - got).elements()), sorted((got - want).elements()))
        for line, field, want, got in compared(part)
        if want != got
    ]


@cache
def scores(part: str) -> dict[str, Score]:
    sums = {field: [0, 0, 0] for field in FIELDS}
    for _line, field, want, got in compared(part):
        for place, items in enumerate((want & got, got, want)):
            sums[field][place] += items.total()
    return {field: Score(*numbers) for field, numbers in sums.items()}


def table() -> list[str]:
    """Precision and recall by field and part, for people."""
    lines = []
    for part in PARTS:
        lines.append(f"{part} part, {len(posts(part))} posts: field, precision, recall, items")
        for field, score in scores(part).items():
            lines.append(f"  {field:<10} {score.precision:6.3f} {score.recall:6.3f} {score.there:5d}")
    return lines
