"""The terms of an agreement: checked as a unit typed them, frozen as canonical JSON, compared when they change."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from config.agreement_papers import clauses_of
from config.agreements import TermField, term_fields
from config.codes import code_table
from documents.fonts import lacking
from domain import personal
from domain.desk_hours import CHINA
from domain.employers import unit_code
from domain.refusals import Invalid, Refusal, hinted, named
from domain.roster import REGION, is_county
from models.agreement import Agreement
from services import code_tables
from services.context import Context

Terms = dict[str, str]
# Beside the terms of what was signed on paper before: the number on that paper, and the day of its signatures.
NUMBER, SIGNED_ON = "paper_number", "signed_on"
RULES = "rules"  # of the province, in frozen terms: see frozen_rules

_CLAUSES, _NAMES, _PEOPLE = "clauses", "names", "people"
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}")
_POSTCODE = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{1,7}")
_FARTHEST, _BACK = timedelta(days=2 * 366), timedelta(days=366)
_OLDEST = timedelta(days=2 * 366)  # 签订日期 on a paper


def typed(values: Mapping[str, str]) -> Terms:
    """What somebody typed so far, cleaned but unchecked: fit to be kept as a draft."""
    found: Terms = {}
    for field in term_fields():
        text = values.get(field.name, "")
        lines = text.splitlines() if field.kind == "long" else [text]
        found[field.name] = "\n".join(filter(None, map(personal.prose, lines)))[:1000]
    return found


def checked(ctx: Context, values: Mapping[str, str], year: int) -> Terms:
    """The terms fit to be offered, for a graduate of this 届别. Raises Invalid naming every wrong field."""
    terms, wrong = typed(values), {}
    for field in term_fields():
        fault = _fault(ctx, field, terms, year)
        if fault:
            wrong[field.name] = fault
    if wrong:
        raise Invalid("form", fields=wrong)
    return terms


def need_printable(**texts: str) -> None:
    """Raises Invalid naming every text with a character that a sealed paper could not show."""
    wrong = {
        name: hinted("glyph_lacking", named(odd)) for name, text in texts.items() if (odd := lacking(text))
    }
    if wrong:
        raise Invalid("form", fields=wrong)


def _fault(ctx: Context, field: TermField, terms: Terms, year: int) -> str:
    """What is wrong with one field; puts a right one into its usual form."""
    text = terms[field.name]
    if not text:
        return "required" if field.required else ""
    if len(text) > max(field.most, 4) and field.kind in ("text", "long"):
        return "too_long"
    if odd := lacking(text.replace("\n", "")):
        return hinted("glyph_lacking", named(odd))
    if field.kind in _CODED:
        return "" if _CODED[field.kind](ctx, field, text, year) else _WRONG_CODE[field.kind]
    return _formed(ctx, field, terms)


def _formed(ctx: Context, field: TermField, terms: Terms) -> str:
    text = terms[field.name]
    if field.kind in ("credit", "mobile"):
        try:
            terms[field.name] = unit_code(text) if field.kind == "credit" else personal.mobile(text)
        except Refusal as refusal:
            return refusal.code
    elif field.kind == "date":
        return _date_fault(ctx, text)
    elif field.kind in ("money", "months"):
        is_right = _NUMBER.fullmatch(text) and int(text) <= field.most
        if not is_right or (field.required and int(text) == 0):
            return "bad_term_number"
        terms[field.name] = str(int(text))
    elif field.kind in _FORMS and not _FORMS[field.kind][0].fullmatch(text):
        return _FORMS[field.kind][1]
    return ""


def _date_fault(ctx: Context, text: str) -> str:
    today = ctx.clock().astimezone(CHINA).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "bad_term_day"
    return "" if today - _BACK <= day <= today + _FARTHEST else "bad_term_day"


def signing_day(ctx: Context, text: str) -> date:
    """签订日期 as the paper says, ``2026-11-02``. Raises Invalid for one to come or of more than two years ago."""
    today = ctx.clock().astimezone(CHINA).date()
    try:
        day = date.fromisoformat(personal.clean(text))
    except ValueError:
        day = date.max
    if not today - _OLDEST <= day <= today:
        raise Invalid.field(SIGNED_ON, "bad_signing_day" if text.strip() else "signing_day_needed")
    return day


def _in_table(ctx: Context, field: TermField, code: str, year: int) -> bool:
    if field.table == "industry":
        return code in code_table("industry")
    return code_tables.has(ctx, field.table, year, code)


def _is_county(ctx: Context, _field: TermField, code: str, year: int) -> bool:
    return code_tables.has(ctx, REGION, year, code) and is_county(code)


_CODED = {"code": _in_table, "county": _is_county}
_WRONG_CODE = {"code": "bad_choice", "county": "county_of_employer"}
_FORMS = {
    "phone": (_PHONE, "bad_contact_phone"),
    "email": (personal.EMAIL, "bad_email"),
    "postcode": (_POSTCODE, "bad_postcode"),
}


def frozen(terms: Mapping[str, Any]) -> str:
    """The one way to write terms down: what is stored, and what the digest stands for."""
    return json.dumps(terms, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def signed_text(ctx: Context, terms: Terms, year: int, kind: str, mode: str) -> str:
    """Frozen terms of a 届别 together with what else is signed with them and may read otherwise one day.

    That are the names of their codes, and the clauses. ``kind``: agreement, or form for what is signed on paper.
    """
    clauses = [list(pair) for pair in clauses_of(kind, mode)]
    coded = [field for field in term_fields() if field.kind in _CODED and terms[field.name]]
    names = {field.name: _words(ctx, field, terms[field.name], year) for field in coded}
    return frozen({**terms, _CLAUSES: clauses, _NAMES: names})


def with_people(text: str, people: Mapping[str, Terms]) -> str:
    """Frozen terms together with who agrees on them, by what they are: graduate, signer."""
    return frozen(json.loads(text) | {_PEOPLE: people})


def with_rules(text: str, kept: Mapping[str, Any]) -> str:
    """Frozen terms together with the province's rules; those that were in them give way."""
    return frozen(json.loads(text) | {RULES: kept})


def people_in(text: str) -> dict[str, Terms]:
    """The people in frozen terms; none where they were frozen without."""
    found: dict[str, Terms] = json.loads(text).get(_PEOPLE, {})
    return found


def parts_in(text: str) -> dict[str, Any]:
    """What ``frozen`` wrote down, of more than plain facts."""
    found: dict[str, Any] = json.loads(text)
    return found


def facts_in(text: str) -> Terms:
    """What ``frozen`` wrote down, of facts that are no terms."""
    found: Terms = json.loads(text)
    return found


def clauses_in(text: str) -> tuple[tuple[str, str], ...]:
    """The clauses in frozen terms, each a title and a text; none where they were frozen without."""
    return tuple((title, words) for title, words in json.loads(text).get(_CLAUSES, ()))


def digest_of(text: str) -> str:
    """SHA-256 of frozen terms, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(agreement: Agreement) -> bool:
    """Whether the terms that are stored are those that were frozen."""
    return digest_of(agreement.terms or "") == agreement.terms_digest


def of(agreement: Agreement) -> Terms:
    """The terms of an agreement; empty strings for what nobody has written yet."""
    stored: Terms = json.loads(agreement.terms) if agreement.terms else {}
    return {field.name: stored.get(field.name, "") for field in term_fields()}


def paper_number(agreement: Agreement) -> str:
    """协议书号 on the paper of an agreement that was signed before; empty for others."""
    stored = json.loads(agreement.terms) if agreement.terms else {}
    return str(stored.get(NUMBER, ""))


def signed_on(agreement: Agreement) -> str:
    """签订日期 of what was signed on paper, as it was given or typed so far; empty for others."""
    stored = json.loads(agreement.terms) if agreement.terms else {}
    return str(stored.get(SIGNED_ON) or agreement.signed_on or "")


def shown(ctx: Context, agreement: Agreement) -> list[tuple[str, str, str]]:
    """(name, title, words) of every term that is not empty, in order; codes as the names that were signed.

    At the end the province's rules, once they are frozen.
    """
    terms = of(agreement)
    stored = json.loads(agreement.terms) if agreement.terms else {}
    signed, kept = stored.get(_NAMES, {}), stored.get(RULES, {})
    return [
        (
            field.name,
            field.title,
            signed.get(field.name) or _words(ctx, field, terms[field.name], agreement.year),
        )
        for field in term_fields()
        if terms[field.name]
    ] + [(name, title, words) for name, title, words in kept.get("words", ())]


def _words(ctx: Context, field: TermField, text: str, year: int) -> str:
    if field.kind == "county":
        return code_tables.place_of(ctx, REGION, year, text)
    if field.kind == "code":
        is_ours = field.table == "industry"
        return (
            code_table("industry").get(text, text)
            if is_ours
            else code_tables.name_of(ctx, field.table, year, text)
        )
    return text


def changed(before: Terms, after: Terms) -> list[str]:
    """Names of the terms that differ, in order."""
    return [field.name for field in term_fields() if before.get(field.name, "") != after.get(field.name, "")]
