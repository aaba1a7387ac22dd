"""Editions of code tables: sent in and checked, compared with what holds, put in force, taken back."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from config.roster import roster_fields
from config.shipped_codes import CodeTable, code_tables
from domain.actors import SYSTEM, Actor
from domain.code_rows import Entry, RowTrouble, read_entries
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, Stale
from domain.rights import KEEPS_CODES
from models import journal
from models.codes import CodeRow, CodeSet, held_codes
from models.db import transaction
from services.code_shelf import Edition, shipped, stored
from services.context import Context
from services.seats import Seat

EVERY_YEAR = 0  # the 届别 of an edition that holds for all
_YEARS = range(2000, 2101)
_BATCH = 500
DRAFTS_KEPT = timedelta(days=30)
_VERB_IN_FORCE, _VERB_BACK = "take_effect", "take_back"
CODES_MOVED = (_VERB_IN_FORCE, _VERB_BACK)  # after which other codes hold


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a file: an edition to look at, or what is wrong with it. ``is_news`` is False where it says
    what holds already."""

    edition: CodeSet | None = None
    is_news: bool = True
    troubles: Sequence[RowTrouble] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A code that graduates hold and that would no longer be in use."""

    entry: Entry
    graduates: int
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edition changes against the one that holds for its 届别."""

    new: Sequence[Entry] = ()
    changed: Sequence[tuple[Entry, Entry]] = ()  # before, after
    gone: Sequence[Entry] = ()
    held: Sequence[Held] = field(default=())


@dataclass(frozen=True, slots=True)
class Standing:
    """An edition in the history of its table. ``holds``: it counts for its 届别; ``was_in_force``: it counted once."""

    edition: CodeSet
    holds: bool
    was_in_force: bool


def may_replace(seat: Seat) -> bool:
    """Whether this capacity keeps the code tables."""
    return seat.level in KEEPS_CODES


def need_keeper(seat: Seat) -> None:
    """Raises NotAllowed unless this capacity keeps the code tables."""
    if not may_replace(seat):
        raise NotAllowed()


def table_of(name: str) -> CodeTable:
    """A table by its name. Raises NotFound."""
    table = code_tables().get(name)
    if table is None:
        raise NotFound()
    return table


def year_of(text: str) -> int:
    """A 届别 as typed, 0 for all of them. Raises Invalid."""
    if (
        text.isascii()
        and text.isdigit()
        and len(text) <= 4
        and (int(text) in _YEARS or int(text) == EVERY_YEAR)
    ):
        return int(text)
    raise Invalid.field("year", "codes_year")


def propose(ctx: Context, seat: Seat, table: str, year: int, lines: Iterable[Sequence[str]]) -> Proposal:
    """Takes in the lines of a file, its headings first, as an edition that holds for nothing yet.

    Raises NotAllowed below 省级, NotFound, and Invalid for a file that is no code table.
    """
    need_keeper(seat)
    entries, troubles = read_entries(lines, table_of(table).form)
    if troubles:
        return Proposal(troubles=troubles)
    return _keep(seat.actor, table, year, entries)


def bring_in(ctx: Context, actor: Actor, table: str, year: int, entries: Sequence[Entry]) -> Proposal:
    """Puts rows that a command brings along in force at once; what holds already is left alone."""
    proposal = _keep(actor, table, year, entries)
    if proposal.edition is not None and proposal.is_news:
        _put_in_force(ctx, actor, proposal.edition.code)
        ctx.codes.forget()
    return proposal


def edition_named(code: str) -> CodeSet:
    """An edition by its code. Raises NotFound."""
    edition = CodeSet.get_or_none(CodeSet.code == code)
    if edition is None or edition.name not in code_tables():
        raise NotFound()
    return edition


def difference(edition: CodeSet) -> Difference:
    """What an edition changes against the other one that would hold for its 届别, and whom that touches."""
    before, after = _others(edition).entries, stored(edition).entries
    ended = [row for code, row in before.items() if not row.is_retired and _is_ended(after.get(code))]
    return Difference(
        [row for code, row in after.items() if code not in before],
        [(before[code], row) for code, row in after.items() if code in before and before[code] != row],
        [row for code, row in before.items() if code not in after],
        _held(edition, ended, after),
    )


def take_effect(ctx: Context, seat: Seat, code: str) -> CodeSet:
    """Has an edition hold for its 届别 and the following ones. Raises NotAllowed, NotFound."""
    need_keeper(seat)
    edition = _put_in_force(ctx, seat.actor, code)
    ctx.codes.forget()
    return edition


def take_back(ctx: Context, seat: Seat, code: str) -> CodeSet:
    """Has an edition hold no longer, so that what held before it holds again. Raises NotAllowed, NotFound."""
    need_keeper(seat)
    edition = _end(seat.actor, code)
    ctx.codes.forget()
    return edition


@transaction
def discard(ctx: Context, seat: Seat, code: str) -> str:
    """Deletes an edition that never held, and answers its table. Raises NotAllowed, NotFound, Conflict."""
    need_keeper(seat)
    edition = edition_named(code)
    if edition.in_force_at is not None or _were_in_force([edition]):
        raise Conflict("codes_in_force")
    _delete(edition, seat.actor)
    return edition.name


def drop_drafts(ctx: Context) -> int:
    """Deletes what was sent in and never put in force within ``DRAFTS_KEPT``; returns how many editions went."""
    return sum(_drop_draft(ctx, row.code) for row in CodeSet.left_alone(ctx.clock() - DRAFTS_KEPT))


@transaction
def _drop_draft(ctx: Context, code: str) -> bool:
    edition = CodeSet.get_or_none(CodeSet.code == code)
    if edition is None or edition.updated_at >= ctx.clock() - DRAFTS_KEPT or _were_in_force([edition]):
        return False
    _delete(edition, SYSTEM)
    return True


def _delete(edition: CodeSet, actor: Actor) -> None:
    # Whoever puts it in force at this moment either comes first, and it stays, or finds it gone.
    if not edition.put_in_force(None):
        raise Stale()
    _note(edition, "discard", actor)
    edition.delete_instance()


def history(table: str) -> list[Standing]:
    """Every edition of a table, the newest first."""
    editions = CodeSet.history(table_of(table).name)
    once = _were_in_force(editions)
    holding: dict[tuple[str, int], int] = {}
    for row in CodeSet.all_in_force():
        holding.setdefault((row.name, row.year), row.id)
    return [Standing(row, holding.get((row.name, row.year)) == row.id, row.code in once) for row in editions]


def standing_of(table: str, code: str) -> Standing:
    """One edition in the history of a table. Raises NotFound."""
    found = next((row for row in history(table) if row.edition.code == code), None)
    if found is None:
        raise NotFound()
    return found


@transaction
def _keep(actor: Actor, table: str, year: int, entries: Sequence[Entry]) -> Proposal:
    digest = _digest(entries)
    known = CodeSet.alike(table, year, digest)
    if known is not None:
        if known.in_force_at is None:
            known.change()  # sent in again, it is looked at again
        return Proposal(known, is_news=not _holds(known))
    edition = CodeSet.create(name=table, year=year, rows=len(entries), digest=digest)
    for start in range(0, len(entries), _BATCH):
        CodeRow.insert_many(
            [
                {
                    "edition": edition,
                    "code": row.code,
                    "name": row.name,
                    "parent": row.parent,
                    "is_retired": row.is_retired,
                    "successor": row.successor,
                    "place": place,
                }
                for place, row in enumerate(entries[start : start + _BATCH], start)
            ]
        ).execute()
    _note(edition, "import", actor)
    return Proposal(edition)


@transaction
def _put_in_force(ctx: Context, actor: Actor, code: str) -> CodeSet:
    edition = edition_named(code)
    if not _holds(edition):
        if not edition.put_in_force(ctx.clock()):
            raise Stale()
        _note(edition, _VERB_IN_FORCE, actor)
    return edition


@transaction
def _end(actor: Actor, code: str) -> CodeSet:
    edition = edition_named(code)
    if edition.in_force_at is not None:
        if not edition.put_in_force(None):
            raise Stale()
        _note(edition, _VERB_BACK, actor)
    return edition


def _holds(edition: CodeSet) -> bool:
    """Whether the edition counts for the 届别 it was made for."""
    counts = next(
        (row for row in CodeSet.all_in_force() if (row.name, row.year) == (edition.name, edition.year)), None
    )
    return counts is not None and counts.id == edition.id


def _note(edition: CodeSet, verb: str, actor: Actor) -> None:
    journal.write(
        edition, verb, actor, note={"table": edition.name, "year": edition.year, "rows": edition.rows}
    )


def _were_in_force(editions: Iterable[CodeSet]) -> set[str]:
    return journal.done_to(CodeSet, _VERB_IN_FORCE, [row.code for row in editions])


def _others(edition: CodeSet) -> Edition:
    """What would hold for the edition's 届别 without it."""
    for row in CodeSet.all_in_force():
        if row.name == edition.name and row.year <= edition.year and row.id != edition.id:
            return stored(row)
    return shipped(edition.name)


def _is_ended(row: Entry | None) -> bool:
    return row is None or row.is_retired


def _held(edition: CodeSet, ended: Sequence[Entry], after: Mapping[str, Entry]) -> list[Held]:
    later = [
        row.year for row in CodeSet.all_in_force() if row.name == edition.name and row.year > edition.year
    ]
    codes, levels = [row.code for row in ended], code_tables()[edition.name].levels
    years = (edition.year, min(later, default=None))
    columns = _columns(edition.name)
    holders = held_codes(columns, codes, years, levels) if columns else {}
    return [
        Held(row, holders[row.code], after[row.code].successor if row.code in after else "")
        for row in ended
        if row.code in holders
    ]


def _columns(table: str) -> list[str]:
    if code_tables()[table].levels:
        return ["major_code"]
    return [one.name for one in roster_fields() if one.table == table]


def _digest(entries: Iterable[Entry]) -> str:
    rows = [[row.code, row.name, row.parent, row.is_retired, row.successor] for row in entries]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
