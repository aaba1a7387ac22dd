"""What every table shares."""

import secrets
from datetime import datetime
from typing import Any, Self

from peewee import AutoField, CharField, IntegerField, IntegrityError, Model

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

    def change(self, **columns: object) -> None:
        """Writes some columns of this row."""
        type(self).update(**columns, version=type(self).version + 1, updated_at=utc_now()).where(
            type(self).id == self.id
        ).execute()
        for name, value in columns.items():
            setattr(self, name, value)
