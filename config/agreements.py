"""What an agreement (就业协议书) is made of and its times, read from agreements.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("agreements.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermField:
    """One line of the terms; see the head of agreements.toml."""

    name: str
    title: str
    kind: str
    most: int
    part: str  # unit | job
    table: str = ""
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A kind of picture that somebody gives."""

    title: str
    side: str  # unit | graduate | either | staff
    parts: int
    is_identity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that the first review makes sure of; see the head of its part of agreements.toml."""

    title: str
    materials: tuple[str, ...]
    kinds: tuple[str, ...] = ("online",)
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things may take."""

    ticket: timedelta
    draft: timedelta
    own_draft: timedelta  # what a graduate writes, since it was last saved
    release_draft: timedelta
    offer_reminders: tuple[timedelta, ...]  # before the end, the longest first
    review_reminder: timedelta
    review_escalation: timedelta
    returned: timedelta
    returned_reminder: timedelta
    scan: timedelta
    scan_reminders: tuple[timedelta, ...]
    release: timedelta
    release_reminder: timedelta
    sealing_alert: timedelta
    told_a_day: int
    open_offers: int
    new_signer_questions: int  # about one agreement, within new_signer_window
    new_signer_window: timedelta
    seal_warnings: tuple[timedelta, ...]  # before the end of the seal's certificate
    keep_draft: timedelta
    keep_ended: timedelta
    keep_after_year: timedelta


@cache
def _read() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def term_fields() -> tuple[TermField, ...]:
    """The terms, in order."""
    return tuple(TermField(**row) for row in _read()["field"])


@cache
def materials() -> Mapping[str, Material]:
    """Kind of file → what it is."""
    return MappingProxyType({name: Material(**row) for name, row in _read()["material"].items()})


@cache
def national_errors() -> Mapping[str, str]:
    """Kind of error that the national system reports → what it is called."""
    return MappingProxyType(dict(_read()["national_error"]))


def _criterion(
    title: str, materials: Sequence[str], kinds: Sequence[str] = ("online",), mode: str = ""
) -> Criterion:
    return Criterion(title=title, materials=tuple(materials), kinds=tuple(kinds), mode=mode)


@cache
def all_criteria() -> Mapping[str, Criterion]:
    """Name → what a first review ticks, of whatever kind."""
    return MappingProxyType({name: _criterion(**row) for name, row in _read()["criterion"].items()})


@cache
def criteria(kind: str = "online", mode: str = "") -> Mapping[str, Criterion]:
    """Name → what the first review of such an agreement ticks, in order; of ``release``, where its papers are there."""
    rows = all_criteria().items()
    return MappingProxyType({name: row for name, row in rows if kind in row.kinds and row.mode in ("", mode)})


def printed(name: str, **values: object) -> str:
    """A word of the papers, with its places filled."""
    return str(_read()["printed"][name]).format(**values)


_SPANS = (
    *("ticket", "draft", "own_draft", "release_draft", "review_reminder", "review_escalation"),
    *("returned", "returned_reminder", "scan", "release", "release_reminder"),
)


@cache
def times() -> Times:
    """How long things may take."""
    hours, keep = _read()["times"], _read()["keep"]
    return Times(
        **{name: timedelta(hours=hours[name]) for name in _SPANS},
        offer_reminders=tuple(timedelta(hours=number) for number in hours["offer_reminders"]),
        scan_reminders=tuple(timedelta(hours=number) for number in hours["scan_reminders"]),
        sealing_alert=timedelta(minutes=hours["sealing_alert_minutes"]),
        told_a_day=hours["told_a_day"],
        open_offers=hours["open_offers"],
        new_signer_questions=hours["new_signer_questions"],
        new_signer_window=timedelta(days=hours["new_signer_days"]),
        seal_warnings=tuple(timedelta(days=number) for number in _read()["seal"]["warn_days"]),
        keep_draft=timedelta(days=keep["draft"]),
        keep_ended=timedelta(days=keep["ended"]),
        keep_after_year=timedelta(days=keep["graduation_year"]),
    )


@cache
def watermark_words() -> str:
    """What lies over a picture that staff look at; takes ``number``, ``viewer`` and ``day``."""
    return str(_read()["watermark"]["text"])
