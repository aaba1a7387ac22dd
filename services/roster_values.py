"""The values of a 生源信息 record as texts: for forms, for people, and against what was imported."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.roster import RosterField, roster_fields
from domain import personal
from domain.actors import Role
from domain.refusals import said
from domain.roster import check_row
from models.graduate import Graduate
from services import code_tables
from services.context import Context

# The school hands the roster on to the national system and checks it against 学籍, for which it needs the whole
# number. Nobody else decides anything by it: colleges and counselors tell people apart by name and 学号.
WHOLE_IDENTITY_NUMBER = frozenset({Role.SCHOOL})
# Those who call graduates; levels above the school do not.
WHOLE_PHONE = frozenset({Role.GRADUATE, Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL})

_COLLEGE = "college"


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on a page. ``value`` is what a form sends, ``shown`` what people read.

    ``imported`` is what the import brought, where it was changed since; ``trouble`` what is wrong with the value.
    """

    field: RosterField
    value: str
    shown: str
    may_write: bool
    imported: str | None = None
    trouble: str = ""


def texts(graduate: Graduate, college: str = "") -> dict[str, str]:
    """Every field as a form or a spreadsheet would write it. Reads the college unless its name is given."""
    values = {
        field.name: _text(getattr(graduate, field.name))
        for field in roster_fields()
        if field.name != _COLLEGE
    }
    return values | {_COLLEGE: college or graduate.college.name}


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Reader:
    """Says values of one 届别 as somebody of a role reads them: codes by their names, numbers masked by need."""

    ctx: Context
    year: int
    viewer: Role

    def shown(self, field: RosterField, value: str) -> str:
        """One value; staff read the code as well."""
        if not value:
            return ""
        if field.kind == "code":
            name = code_tables.place_of(self.ctx, field.table, self.year, value)
            return name if name == value or self.viewer is Role.GRADUATE else f"{name} ({value})"
        return self.masked(field, value)

    def masked(self, field: RosterField, value: str) -> str:
        """A value that is no code, as much of it as the role needs."""
        if field.name == "identity_number" and self.viewer not in WHOLE_IDENTITY_NUMBER:
            return personal.mask_identity_number(value)
        if field.name == "phone" and self.viewer not in WHOLE_PHONE:
            return personal.mask_phone(value)
        return value


def imported_values(graduate: Graduate) -> dict[str, str]:
    """Field → what the import brought, of every field changed since."""
    return json.loads(graduate.edits) if graduate.edits else {}


def views(ctx: Context, graduate: Graduate, viewer: Role, writable: Mapping[str, bool]) -> list[FieldView]:
    """Every field in the order of the national form."""
    tables, reader = code_tables.tables_for(ctx, graduate.year), Reader(ctx, graduate.year, viewer)
    values, imported = texts(graduate), imported_values(graduate)
    troubles = {found.column: said(found.reason) for found in check_row(values, tables)[1]}
    return [
        FieldView(
            field,
            values[field.name] if writable.get(field.name) else "",
            reader.shown(field, values[field.name]),
            writable.get(field.name, False),
            reader.shown(field, imported[field.name]) if field.name in imported else None,
            troubles.get(field.name, ""),
        )
        for field in roster_fields()
    ]
