"""What the papers of 网上签约 say: titles, clauses and the words of their tables, from ``agreement_papers.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("agreement_papers.toml")
MODES = ("two", "three")
_CLOSINGS = {"agreement": "online", "form": "paper"}

Clauses = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PaperWords:
    """One kind of paper: its title, what stands at its head, its clauses, what its main table is called, its foot.

    ``lead`` and the clauses' texts may hold ``{number}``, the agreement's.
    """

    title: str
    foot: str
    lead: str
    clauses: Clauses
    terms: str


@cache
def _words() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def edition() -> str:
    """The clauses' edition, kept with every agreement that is offered under them."""
    return str(_words()["edition"])


def labels() -> Mapping[str, str]:
    """The words that all papers share, by name, with the roles' names."""
    return MappingProxyType(_words()["words"] | _words()["roles"])


def clauses_of(kind: str, mode: str) -> Clauses:
    """The clauses, each a title and a text, of an agreement, a form or a release of a ``mode``; none for others.

    What is shown to the people who sign, is frozen with their terms, and is printed.
    """
    if kind in _CLOSINGS:
        return _pairs([*_words()["clauses"][mode], _words()["closing"][_CLOSINGS[kind]]])
    return _pairs(_words()[kind].get("clauses", []))


@cache
def paper_words(kind: str, mode: str) -> PaperWords:
    """What a paper says. ``kind``: agreement, form, receipt, release; register, a 解约 that not both sides signed."""
    own, whole = _words()[kind], _words()
    lead = whole["agreement"]["lead"] if kind == "form" else own["lead"]
    text = lead if isinstance(lead, str) else lead[mode]
    return PaperWords(
        title=own["title"],
        foot=own["foot"].format(sealed=whole["sealed"], unit=whole["unit"]),
        lead=text + own.get("lead_after", ""),
        clauses=clauses_of(kind, mode),
        terms=own.get("terms", whole["words"]["terms"]),
    )


def _pairs(clauses: list[dict[str, str]]) -> Clauses:
    return tuple((clause["title"], clause["text"]) for clause in clauses)
