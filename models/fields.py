"""Column types: moments in UTC, sealed personal data, small JSON."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

from peewee import BlobField, Field, TextField

from models.db import Keys


def utc_now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


class UtcField(Field):
    """A moment: aware UTC in Python, microseconds kept, without a zone in the database."""

    field_type = "DATETIME(6)"

    def db_value(self, value: datetime | None) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{self.name}: a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC)


class SealedField(BlobField):
    """Personal data at rest: AES-256-GCM bound to this table and column.

    ``index_column`` names the column that holds the value's blind index for ``index_purpose``, so that
    ``rotate-keys`` can renew both together.
    """

    def __init__(self, *, index_column: str = "", index_purpose: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.index_column = index_column
        self.index_purpose = index_purpose

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.table_name}.{self.column_name}"

    def db_value(self, value: str | bytes | None) -> Any:
        if value is None:
            return None
        return super().db_value(value if isinstance(value, bytes) else Keys.ring.seal(value, self.purpose))

    def python_value(self, value: Any) -> str | None:
        return None if value is None else Keys.ring.open(bytes(value), self.purpose)


class SmallJson(TextField):
    """A little structured data; Chinese stays readable in the database."""

    _dumps = staticmethod(partial(json.dumps, ensure_ascii=False, separators=(",", ":"), sort_keys=True))

    def db_value(self, value: Any) -> str | None:
        return None if value is None else self._dumps(value)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)
