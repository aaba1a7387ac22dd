"""The form of an agreement's terms, as units and graduates fill it in: codes from lists, the county found by a word."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from config.agreements import TermField, term_fields
from config.codes import code_table
from handlers import visit
from handlers.forms import Form
from services import code_tables
from services.employers import forms
from services.employers.forms import counties

WORD = "unit_place_word"
_FIND = "find"
_LONG = 1_000  # characters; each field's own limit is below
Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class TermsForm:
    """The form for an agreement of one 届别. ``found`` are counties for the word that was typed, None without one."""

    form: Form
    year: int
    found: list[tuple[str, str]] | None

    @property
    def is_search(self) -> bool:
        """Whether the person is still looking for a place, so that nothing is to be handed in yet."""
        is_chosen = self.form.text("unit_place") != ""
        return self.form.is_sent and (_FIND in request.form or bool(self.found and not is_chosen))

    @property
    def typed(self) -> dict[str, str]:
        """Field → text, of every field that the form has."""
        return {field.name: request.form.get(field.name, "")[:_LONG] for field in term_fields()}

    def values(self) -> dict[str, object]:
        """What the page needs beside the form itself."""
        place = str(self.form.values.get("unit_place") or "")
        return {
            "parts_of_terms": _parts(),
            "term_choices": _choices(self.year),
            "places_found": self.found,
            "place_name": forms.place_name(visit.ctx(), place),
        }


def terms_form(year: int, known: Mapping[str, str], *kept: str) -> TermsForm:
    """The form, filled with what is known or with what was sent; ``kept`` names further fields of the page."""
    names = [field.name for field in term_fields()]
    form = Form(*names, *kept, WORD, **{name: known.get(name, "") for name in names})
    if form.is_sent:
        form.values |= {name: request.form.get(name, "")[:_LONG].strip() for name in names}
    word = form.text(WORD) if form.is_sent else ""
    found = (
        [(one.code, f"{one.note} {one.name}".strip()) for one in counties(visit.ctx(), word)]
        if word
        else None
    )
    return TermsForm(form, year, found)


def shown_terms(form: Form, year: int, known: Mapping[str, str]) -> TermsForm:
    """The form as it is kept, on a page that was sent for something else, such as a file."""
    form.values |= known
    return TermsForm(form, year, None)


def _parts() -> list[tuple[str, list[TermField]]]:
    """The fields under their headings."""
    by_part: dict[str, list[TermField]] = {"unit": [], "job": []}
    for field in term_fields():
        by_part[field.part].append(field)
    return [("单位信息", by_part["unit"]), ("约定事项", by_part["job"])]


def _choices(year: int) -> Choices:
    return {
        field.name: list(
            code_table("industry").items()
            if field.table == "industry"
            else code_tables.names(visit.ctx(), field.table, year).items()
        )
        for field in term_fields()
        if field.kind == "code"
    }
