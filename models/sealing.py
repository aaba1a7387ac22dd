"""Renewing sealed columns under the present key, a batch at a time."""

from typing import Any

from peewee import Table

from models import (
    account,
    agreement,
    agreement_papers,
    callback,
    employer,
    graduate,
    job,
    message,
    partner,
    people,
    post,
    resume,
)
from models.base import Base
from models.db import Keys, database, transaction
from models.fields import SealedField

Column = tuple[type[Base], SealedField]

# The modules whose tables hold sealed columns: a table that nobody has imported would keep its old keys.
TABLES = (
    account,
    agreement,
    agreement_papers,
    callback,
    employer,
    graduate,
    job,
    message,
    partner,
    people,
    post,
    resume,
)


def sealed_columns() -> list[Column]:
    """Every column of every table that holds sealed values."""
    found: list[Column] = []
    todo = list(Base.__subclasses__())
    while todo:
        model = todo.pop()
        todo.extend(model.__subclasses__())
        found += [(model, field) for field in model._meta.sorted_fields if isinstance(field, SealedField)]
    return sorted(found, key=lambda column: column[1].purpose)


@transaction
def reseal(column: Column, after_id: int, limit: int) -> tuple[int | None, int]:
    """Seals anew what a former key sealed among the ``limit`` rows behind ``after_id``.

    Answers the last id looked at (None at the end) and how many values were renewed. A value that changed
    since it was read is left alone: whoever changed it used the present key.
    """
    model, field = column
    table = Table(model._meta.table_name).bind(database)  # without the model: its columns would unseal
    raw = getattr(table.c, field.column_name)
    rows = list(
        table.select(table.c.id, raw).where(table.c.id > after_id).order_by(table.c.id).limit(limit).tuples()
    )
    renewed = 0
    for row_id, sealed in rows:
        if sealed is None or Keys.ring.is_current(bytes(sealed)):
            continue
        text = Keys.ring.open(bytes(sealed), field.purpose)
        changes: dict[str, Any] = {field.name: text}
        if field.index_column:
            changes[field.index_column] = Keys.ring.blind(text, field.index_purpose)
        renewed += model.update(**changes).where((model.id == row_id) & (field == bytes(sealed))).execute()
    return (rows[-1][0] if len(rows) == limit else None), renewed
