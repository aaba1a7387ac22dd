"""Changing one's 简历: one block or one entry at a time, each change once however often it is sent.

Whoever saves says what they saw. What was changed meanwhile, in another tab or on another device, is not written
over: the answer is Conflict(``resume_changed``), and the page shows both.
"""

import json
import re
from collections.abc import Mapping

from config.resume import resume_form
from domain import resume as rules
from domain.refusals import Conflict, NotAllowed, NotFound, Stale
from domain.resume import Values
from models import journal
from models.db import transaction
from models.fields import utc_now
from models.resume import Resume, ResumeEntry
from services.context import Context
from services.resumes import standing
from services.resumes.reading import block_named, mark, packed, printable, values_of
from services.sessions import Visitor

_CODE = re.compile(r"[A-Za-z0-9_-]{16}")


def save_block(ctx: Context, visitor: Visitor, name: str, seen: str, given: Mapping[str, str]) -> None:
    """Saves a block that has fields. Raises NotFound, Invalid naming the wrong fields, Conflict."""
    block = block_named(name, "fields")
    values = rules.checked(block, given)
    printable(values)
    _save_block(ctx, visitor, name, seen, values)


@transaction
def _save_block(ctx: Context, visitor: Visitor, name: str, seen: str, values: Values) -> None:
    resume = own_resume(visitor)
    now = values_of(resume)[name]
    if now == values:
        return
    if mark(now) != seen:
        raise Conflict("resume_changed")
    note_change(ctx, visitor, resume, name, {name: packed(values)})


@transaction
def say_none(ctx: Context, visitor: Visitor, name: str, *, is_none: bool) -> None:
    """Says that there is nothing to tell in a block of entries, or takes that back. Raises NotFound."""
    block = block_named(name, "entries")
    if not block.none:
        raise NotFound()
    resume = own_resume(visitor)
    now = set(resume.none or ())
    wanted = now | {name} if is_none else now - {name}
    if wanted != now:
        note_change(ctx, visitor, resume, name, {"none": sorted(wanted)})


def save_entry(
    ctx: Context, visitor: Visitor, name: str, code: str, seen: str, given: Mapping[str, str]
) -> None:
    """Adds an entry under a code that its form was given, or changes the one that has it.

    Raises NotFound, Invalid naming the wrong fields, Conflict (``resume_changed``, ``resume_full``).
    """
    block = block_named(name, "entries")
    values = rules.checked(block, given)
    printable(values)
    _save_entry(ctx, visitor, (name, code), seen, values)


@transaction
def _save_entry(ctx: Context, visitor: Visitor, named: tuple[str, str], seen: str, values: Values) -> None:
    name, code = named
    resume = own_resume(visitor)
    row = ResumeEntry.get_or_none(ResumeEntry.code == code)
    if row is None:
        if seen or not _CODE.fullmatch(code):
            raise NotFound()
        standing_rows = _standing(resume, name)
        _check_room(standing_rows)
        first = min((one.place for one in standing_rows), default=0)
        ResumeEntry.create(code=code, resume=resume, block=name, place=first - 1, content=packed(values))
    else:
        if row.resume_id != resume.id or row.block != name:
            raise NotFound()
        now = mark(_values(row))
        if now == mark(values) and row.removed_at is None:
            return
        if now != seen:
            raise Conflict("resume_changed")
        # One that was removed elsewhere while somebody was at it comes back with what they wrote.
        row.change(content=packed(values), removed_at=None)
    note_change(ctx, visitor, resume, name, {})


@transaction
def remove_entry(ctx: Context, visitor: Visitor, name: str, code: str) -> None:
    """Takes an entry out; it can be brought back for a while. Raises NotFound."""
    resume, row = _own_entry(visitor, name, code)
    if row.removed_at is None:
        row.change(removed_at=ctx.clock())
        note_change(ctx, visitor, resume, name, {})


@transaction
def restore_entry(ctx: Context, visitor: Visitor, name: str, code: str) -> None:
    """Brings a removed entry back to its place. Raises NotFound, Conflict (``resume_full``)."""
    resume, row = _own_entry(visitor, name, code)
    if row.removed_at is not None:
        _check_room(_standing(resume, name))
        row.change(removed_at=None)
        note_change(ctx, visitor, resume, name, {})


@transaction
def move_entry(ctx: Context, visitor: Visitor, name: str, code: str, to: int) -> None:
    """Puts an entry at place ``to`` of its block, 0 being the first. Raises NotFound."""
    resume, row = _own_entry(visitor, name, code)
    before = _standing(resume, name)
    if row.removed_at is not None:
        raise NotFound()
    others = [one for one in before if one.id != row.id]
    place = min(max(to, 0), len(others))
    after = [*others[:place], row, *others[place:]]
    if [one.id for one in after] == [one.id for one in before]:
        return
    for number, one in enumerate(after):
        if one.place != number:
            one.change(place=number)
    note_change(ctx, visitor, resume, name, {})


def own_resume(visitor: Visitor) -> Resume:
    """The visitor's résumé, begun now if there was none. Raises NotAllowed for somebody on no roster."""
    graduate = visitor.graduate
    if graduate is None:
        raise NotAllowed("identify_first")
    return Resume.add_or_get({"graduate": graduate.id}, {})[0]


def note_change(
    ctx: Context, visitor: Visitor, resume: Resume, block: str, columns: dict[str, object]
) -> None:
    """Writes a change of a résumé, unless somebody was first, with all that follows from it. Raises Stale."""
    mine = (Resume.id == resume.id) & (Resume.version == resume.version)
    now = {"version": resume.version + 1, "updated_at": utc_now()}
    if Resume.update(**columns, **now).where(mine).execute() != 1:
        raise Stale()
    standing.recount(resume.graduate_id, ctx.clock())
    journal.write(resume, "change", visitor.actor, note={"block": block})


def _own_entry(visitor: Visitor, name: str, code: str) -> tuple[Resume, ResumeEntry]:
    block_named(name, "entries")
    resume = own_resume(visitor)
    row = ResumeEntry.get_or_none((ResumeEntry.code == code) & (ResumeEntry.resume == resume.id))
    if row is None or row.block != name:
        raise NotFound()
    return resume, row


def _standing(resume: Resume, name: str) -> list[ResumeEntry]:
    return [row for row in ResumeEntry.of_resume(resume.id) if row.block == name and row.removed_at is None]


def _check_room(rows: list[ResumeEntry]) -> None:
    if len(rows) >= resume_form().most_entries:
        raise Conflict("resume_full")


def _values(row: ResumeEntry) -> Values:
    found: Values = json.loads(row.content)
    return found
