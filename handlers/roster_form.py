"""The form of a 生源信息 record, as graduates and staff see it: what was typed, and places found by a word."""

from dataclasses import dataclass
from typing import Any

from flask import request

from config.roster import roster_fields
from domain.roster import REGION
from handlers import visit
from handlers.forms import Form
from services import roster
from services.code_tables import CodeName
from services.roster import RosterRecord

WORD = "_word"  # what is typed to find a place: origin_word
_FIND = "find"


@dataclass(frozen=True, slots=True)
class RosterForm:
    """The form on one record. ``found`` has the places for each field that a word was typed for."""

    form: Form
    seen: RosterRecord
    found: dict[str, list[CodeName]]

    @property
    def is_search(self) -> bool:
        """Whether the person is still looking for a place, so that nothing is to be saved yet."""
        is_asked = _FIND in request.form or any(
            self.form.text(name) == _value(self.seen, name) for name in self.found
        )
        return self.form.is_sent and is_asked

    @property
    def version(self) -> int:
        """The version of the record that the person saw."""
        text = self.form.text("version")
        return int(text) if text.isascii() and text.isdigit() else -1

    @property
    def sent(self) -> dict[str, str]:
        """Field → text of every field that came, also of those that were not offered: the service judges."""
        return {
            field.name: self.form.text(field.name) for field in roster_fields() if field.name in request.form
        }

    def values(self) -> dict[str, Any]:
        """What the page needs beside the form itself."""
        return {
            "seen": self.seen,
            "graduate": self.seen.graduate,
            "found": self.found,
            "choices": roster.choices(visit.ctx(), self.seen),
            "version": self.seen.graduate.version,
        }


def roster_form(seen: RosterRecord) -> RosterForm:
    """The form, filled with the record or with what was sent."""
    writable = {view.field.name: view.value for view in seen.fields if view.may_write}
    regions = [view.field.name for view in seen.fields if view.may_write and view.field.table == REGION]
    form = Form(*writable, *(f"{name}{WORD}" for name in regions), **writable)
    words = {name: form.text(f"{name}{WORD}") for name in regions}
    found = {name: roster.places(visit.ctx(), seen, name, word) for name, word in words.items() if word}
    return RosterForm(form, seen, found if form.is_sent else {})


def _value(seen: RosterRecord, name: str) -> str:
    return next(view.value for view in seen.fields if view.field.name == name)
