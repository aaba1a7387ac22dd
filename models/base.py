"""What every table shares."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from peewee import AutoField, CharField, IntegerField, IntegrityError, Model

from domain.refusals import Conflict, Stale
from models.db import database, is_sqlite
from models.fields import UtcField, utc_now


def new_code() -> str:
    """A random public name of a record: 16 characters, 96 bits."""
    return secrets.token_urlsafe(12)


class Base(Model):
    """A table of ours."""

    id = AutoField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def insert_once(cls, rows: list[dict[str, Any]]) -> None:
        """Inserts rows, passing over those whose unique key is taken already."""
        if not rows:
            return
        query = cls.insert_many(rows)
        (query.on_conflict_ignore() if is_sqlite() else query.on_conflict("IGNORE")).execute()

    @classmethod
    def drop_before(cls, column: str, moment: datetime, limit: int) -> int:
        """Deletes up to ``limit`` rows whose ``column`` is older than a moment; returns how many."""
        old = getattr(cls, column)
        ids = [row.id for row in cls.select(cls.id).where(old < moment).order_by(old).limit(limit)]
        return int(cls.delete().where(cls.id.in_(ids)).execute()) if ids else 0

    @classmethod
    def add_or_get(cls, keys: dict[str, Any], others: dict[str, Any]) -> tuple[Self, bool]:
        """The row with these unique keys, made now if there was none; True when it was made.

        Raises IntegrityError when another unique key of ``others`` is taken.
        """
        row = cls.get_or_none(**keys)
        if row is not None:
            return row, False
        try:
            with database.atomic():
                return cls.create(**keys, **others), True
        except IntegrityError:
            row = cls.get_or_none(**keys)
            if row is None:
                raise
            return row, False


class Record(Base):
    """A row that people see and journals name: a public code, a version, its times."""

    code = CharField(max_length=24, unique=True, default=new_code)
    version = IntegerField(default=0)
    created_at = UtcField(default=utc_now)
    updated_at = UtcField(default=utc_now)

    def change(self, expect: int | None = None, /, **columns: object) -> None:
        """Writes some columns of this row; with ``expect`` only while that is its version. Raises Stale."""
        model = type(self)
        mine = model.id == self.id
        if expect is not None:
            mine &= model.version == expect
        written = model.update(**columns, version=model.version + 1, updated_at=utc_now()).where(mine)
        if written.execute() != 1 and expect is not None:
            raise Stale()
        for name, value in columns.items():
            setattr(self, name, value)
        self.version += 1

    def edit(self, seen: str, columns: Mapping[str, object]) -> bool:
        """Writes what a person's form says, unless the row is no longer the one that its page showed.

        ``seen`` is the version that the page named; empty where there was no page. Returns whether there was
        anything to write: the same form sent again has nothing. Raises Conflict ``stale``.
        """
        changed = {name: value for name, value in columns.items() if getattr(self, name) != value}
        if not changed:
            return False
        if seen not in ("", str(self.version)):
            raise Conflict("stale")
        self.change(self.version, **changed)
        return True

    def hold(self) -> None:
        """Takes the row's lock until the transaction ends; the row stays as it is."""
        model = type(self)
        model.update(version=model.version).where(model.id == self.id).execute()
