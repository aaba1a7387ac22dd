"""Who moved what, append-only; and ``step``, the only way a status changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from peewee import BigAutoField, CharField, IntegerField

from domain.actors import Actor, Role
from domain.machine import Machine
from domain.refusals import Stale
from models.base import Base, Record
from models.fields import SmallJson, UtcField, utc_now
from models.message import Message
from models.places import place_of


class Journal(Base):
    """One act on one record. ``note`` holds codes and field names, never personal data.

    The units above the record, as they were at the time, decide who may read of the act.
    """

    id = BigAutoField()
    at = UtcField(default=utc_now, index=True)
    province_id = IntegerField(null=True, index=True)
    school_id = IntegerField(null=True, index=True)
    college_id = IntegerField(null=True)
    actor = CharField(max_length=24, index=True)
    role = CharField(max_length=12)
    verb = CharField(max_length=32)
    kind = CharField(max_length=32)
    record = CharField(max_length=24)
    status_before = CharField(max_length=24, default="")
    status_after = CharField(max_length=24, default="")
    note = SmallJson(null=True)
    request_id = CharField(max_length=40, default="")

    class Meta:
        indexes = ((("kind", "record"), False),)


def write(
    row: Record | Message,
    verb: str,
    by: Actor,
    *,
    note: dict[str, Any] | None = None,
    before: str = "",
    after: str = "",
) -> None:
    """Adds an act to the journal, in the caller's transaction."""
    Journal.create(
        actor=by.code,
        role=_role(by),
        verb=verb,
        kind=row._meta.table_name,
        record=row.code,
        status_before=before,
        status_after=after,
        note=note,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        **place_of(row, by),
    )


def step(
    row: Any, machine: Machine, verb: str, by: Actor, *, note: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Moves ``row`` along ``machine`` and journals it; ``changes`` are columns written with the status.

    Raises IllegalMove, NotAllowed, or Stale when the row has been moved since it was read. The row in memory
    carries the new values afterwards.
    """
    before = row.status
    after = machine.next(before, verb, by.roles)
    changes |= {"status": after, "version": row.version + 1, "updated_at": utc_now()}
    model = type(row)
    moved = (
        model.update(**changes)
        .where((model.id == row.id) & (model.status == before) & (model.version == row.version))
        .execute()
    )
    if moved != 1:
        raise Stale()
    for name, value in changes.items():
        setattr(row, name, value)
    write(row, verb, by, note=note, before=before, after=after)


def done_to(kind: type[Record], verb: str, records: Sequence[str]) -> set[str]:
    """Those of some records, by code, that a verb was ever done to."""
    done = Journal.select(Journal.record).where(
        (Journal.kind == kind._meta.table_name) & Journal.record.in_(records) & (Journal.verb == verb)
    )
    return {row.record for row in done} if records else set()


def last_role(row: Record, verb: str) -> str:
    """In which capacity a verb was done to a record last; empty when it never was."""
    done = Journal.select(Journal.role).where(
        (Journal.kind == row._meta.table_name) & (Journal.record == row.code) & (Journal.verb == verb)
    )
    return done.order_by(Journal.id.desc()).limit(1).scalar() or ""


def done_since(kind: type[Record], verbs: Sequence[str], moment: datetime) -> bool:
    """Whether one of some verbs was done to any record of a kind since a moment."""
    done = (Journal.kind == kind._meta.table_name) & Journal.verb.in_(verbs) & (Journal.at > moment)
    return bool(Journal.select(Journal.id).where(done).exists())


def _role(by: Actor) -> str:
    """The weightiest capacity in which the actor acts."""
    order = list(Role)
    return max(by.roles, key=order.index).value
