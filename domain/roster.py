"""One row of 生源信息: which values it may hold, and what must agree with what.

The rules are those of 安徽省24365大学生就业服务平台操作指南 二(一): every field is required but 定向或委培单位 where
培养方式 is 非定向, 生源所在地 goes down to the county, and a 专业 is known by its code and never by its name alone.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol
from unicodedata import is_normalized

from config.roster import RosterField, roster_fields, roster_words
from domain import personal
from domain.refusals import Invalid, hinted

Value = str | int | date | None
Row = dict[str, Value]

REGION = "region"  # table of 行政区划
NOT_COMMISSIONED = "1"  # 培养方式: 非定向
# Cities that have no counties below them, GB/T 2260: 东莞, 中山, 儋州, 嘉峪关.
CITIES_WITHOUT_COUNTIES = frozenset({"441900", "442000", "460400", "620200"})
# GB/T 2260 has nothing below these: 台湾, 香港, 澳门. Without them nobody from there could ever be entered.
PROVINCES_ALONE = frozenset({"710000", "810000", "820000"})

# Whose values hardly ever repeat, and of the others how many a column's rules remember.
_EVERYONES_OWN = frozenset({"name", "identity_number", "student_number", "candidate_number", "phone"})
_MOST_KNOWN = 2_000

_MALE, _FEMALE = "1", "2"
_YEARS = range(2000, 2101)
_AGES = range(14, 81)  # whole calendar years between birth and 届别
_CANDIDATE = re.compile(r"[0-9A-Z]{6,20}")
# 080902, 120203K; and what universities set up themselves for 研究生, such as 0812Z1 and 99J1.
_MAJOR = re.compile(r"[0-9]{4,8}[A-Z]{0,4}|[0-9]{2,4}[A-Z][0-9]{1,2}")
_SCHOOL_YEARS = re.compile(r"([1-9]|10)(?:\.0|(\.5))?")


class Tables(Protocol):
    """The code tables of one 届别."""

    def has(self, table: str, code: str) -> bool:
        """Whether the code stands in the table and is not retired."""

    def code_of(self, table: str, name: str) -> str | None:
        """The code of this name, where exactly one has it."""

    def successor(self, table: str, code: str) -> str | None:
        """The code that took a retired one's place."""

    def major(self, education: str, code: str) -> str | None:
        """The name of a 专业 for a 层次; empty while no such table is held, None for an unknown code."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that cannot be taken: the field, what stood in it, and why (a word for ``domain.refusals.said``)."""

    column: str
    value: str
    reason: str


class _Bad(Exception):
    """Why one value cannot be taken."""


Check = Callable[[RosterField, str, Tables], Value]


class Rules:
    """The rules of a row by the tables of one 届别, for one row or for many: what a column says again and again is
    judged once."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._plan: list[tuple[str, RosterField, Check, dict[str, Value], int]] = [
            (field.name, field, check, {}, 0 if field.name in _EVERYONES_OWN else _MOST_KNOWN)
            for field, check in _plan()
        ]

    def check(self, values: Mapping[str, str]) -> tuple[Row, list[Trouble]]:
        """The row as it may be stored, and everything that is wrong with it.

        ``values`` are texts by field name; what is missing counts as empty. Besides the fields the row has
        ``education`` (层次). A value in trouble is left out of the row.
        """
        row: Row = {}
        troubles: list[Trouble] = []
        for name, field, check, known, most in self._plan:
            text = values.get(name) or ""
            if text in known:
                row[name] = known[text]
                continue
            try:
                value = row[name] = check(field, text, self._tables)
            except (_Bad, Invalid) as bad:
                troubles.append(Trouble(name, text, str(bad)))
                continue
            if len(known) < most and len(text) <= field.longest:
                known[text] = value
        for column, reason in _disagreements(row, self._tables):
            troubles.append(Trouble(column, values.get(column) or "", reason))
            row.pop(column, None)
        row["education"] = str(row.get("education_code", ""))[:1]
        return row, troubles


def check_row(values: Mapping[str, str], tables: Tables) -> tuple[Row, list[Trouble]]:
    """What ``Rules.check`` says of a single row."""
    return Rules(tables).check(values)


def is_county(code: str) -> bool:
    """Whether a code of GB/T 2260 goes as far down as there is a level: to the county."""
    return not code.endswith("00") or code in CITIES_WITHOUT_COUNTIES or code in PROVINCES_ALONE


def tidy(text: str) -> str:
    """What is compared with other records: NFKC and without anything that cannot be seen."""
    if text.isprintable() and "  " not in text and is_normalized("NFKC", text):
        return text.strip()
    return personal.clean(text)


def tidy_words(text: str) -> str:
    """Words on one line; Chinese punctuation stays Chinese."""
    if text.isprintable() and "  " not in text and is_normalized("NFC", text):
        return text.strip()
    return personal.prose(text)


@cache
def _plan() -> tuple[tuple[RosterField, Check], ...]:
    return tuple((field, _OWN.get(field.name) or _BY_KIND[field.kind]) for field in roster_fields())


def _needed(field: RosterField, text: str) -> str:
    if not text and field.required:
        raise _Bad("required")
    if len(text) > field.longest:
        raise _Bad("too_long")
    return text


def _words(field: RosterField, text: str, _tables: Tables) -> str:
    return _needed(field, tidy_words(text))


def _named(field: RosterField, text: str, _tables: Tables) -> str:
    """A college or class: written as units and responsibilities are, with which it is compared."""
    return _needed(field, tidy(text))


def _code(field: RosterField, text: str, tables: Tables) -> str:
    if tables.has(field.table, text):  # as nearly always
        return text
    code = _needed(field, tidy(text))
    if not code or tables.has(field.table, code):
        return code
    named = tables.code_of(field.table, tidy_words(text)) if field.table != REGION else None
    if named is not None:
        return named
    successor = tables.successor(field.table, code)
    if successor:
        raise _Bad(hinted("code_retired", successor))
    raise _Bad("region_unknown" if field.table == REGION else "code_unknown")


def _date(field: RosterField, text: str, _tables: Tables) -> date | None:
    written = tidy(text)
    if not written:
        _needed(field, written)
        return None
    return date_of(written)


@cache
def _date_form() -> re.Pattern[str]:
    words = roster_words()
    first, second, last = f"[-/.{words['year']}]?", f"[-/.{words['month']}]?", f"{words['day']}?"
    midnight = r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"  # as spreadsheets add it
    return re.compile(rf"(\d{{4}})({first})(\d{{1,2}})({second})(\d{{1,2}}){last}{midnight}")


def date_of(written: str) -> date:
    """A day written as 2027-06-30, 2027/6/30, 2027.6.30, 20270630 or 2027年6月30日; raises Invalid."""
    found = _date_form().fullmatch(written)
    if found is not None:
        words = roster_words()
        year, first, month, second, day = found.groups()
        signs = first + second
        is_plain = signs == "" and len(month) == len(day) == 2
        if is_plain or signs in ("--", "//", "..", words["year"] + words["month"]):
            with suppress(ValueError):
                return date(int(year), int(month), int(day))
    raise Invalid("bad_date")


def _number(field: RosterField, text: str, _tables: Tables) -> int:
    digits = _needed(field, tidy(text)).removesuffix(roster_words()["cohort"])
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4 and int(digits) in _YEARS):
        raise _Bad("bad_year")
    return int(digits)


def _name(field: RosterField, text: str, _tables: Tables) -> str:
    return personal.person_name(_needed(field, tidy_words(text)))


def _identity_number(field: RosterField, text: str, _tables: Tables) -> str:
    if not text.strip():
        raise _Bad("required")
    return personal.identity_number(text)


def _student_number(field: RosterField, text: str, _tables: Tables) -> str:
    return personal.student_number(_needed(field, tidy(text)))


def _phone(field: RosterField, text: str, _tables: Tables) -> str | None:
    return personal.mobile(text) if text.strip() else None


def _shaped(pattern: re.Pattern[str], reason: str) -> Check:
    def check(field: RosterField, text: str, _tables: Tables) -> str:
        value = _needed(field, tidy(text).upper())
        if not pattern.fullmatch(value):
            raise _Bad(reason)
        return value

    return check


def _school_years(field: RosterField, text: str, _tables: Tables) -> str:
    found = _SCHOOL_YEARS.fullmatch(_needed(field, tidy(text).removesuffix(roster_words()["year"])))
    if found is None:
        raise _Bad("bad_school_years")
    return found[1] + (found[2] or "")


def _origin(field: RosterField, text: str, tables: Tables) -> str:
    code = _code(field, text, tables)
    if not is_county(code):
        raise _Bad("county_needed")
    return code


def _major_code(field: RosterField, text: str, tables: Tables) -> str:
    code = tidy(text).upper()
    if not code:
        raise _Bad("major_code_needed")
    if not _MAJOR.fullmatch(code) or len(code) > field.longest:
        raise _Bad("bad_major_code")
    return code


_BY_KIND: dict[str, Check] = {"text": _words, "code": _code, "date": _date, "number": _number}
_OWN: dict[str, Check] = {
    "college": _named,
    "class_name": _named,
    "name": _name,
    "identity_number": _identity_number,
    "student_number": _student_number,
    "candidate_number": _shaped(_CANDIDATE, "bad_candidate_number"),
    "school_years": _school_years,
    "origin": _origin,
    "major_code": _major_code,
    "phone": _phone,
}


def _disagreements(row: Row, tables: Tables) -> list[tuple[str, str]]:
    """(field, reason) for each pair of values that are right by themselves and wrong together."""
    found = [*_with_identity(row), *_with_training(row), *_with_major(row, tables)]
    began, ended = row.get("enrolled_on"), row.get("graduates_on")
    if isinstance(began, date) and isinstance(ended, date) and began >= ended:
        found.append(("graduates_on", "dates_reversed"))
    return found


def _with_identity(row: Row) -> list[tuple[str, str]]:
    number, year, gender = row.get("identity_number"), row.get("year"), row.get("gender")
    found = []
    if isinstance(number, str):
        if isinstance(year, int) and year - int(number[6:10]) not in _AGES:
            found.append(("identity_number", "birth_date_odd"))
        if gender in (_MALE, _FEMALE) and (gender == _MALE) != (int(number[16]) % 2 == 1):
            found.append(("gender", "gender_disagrees"))
    return found


def _with_training(row: Row) -> list[tuple[str, str]]:
    training, unit = row.get("training"), row.get("commissioned_by")
    if not training or unit is None:
        return []
    if training == NOT_COMMISSIONED:
        return [("commissioned_by", "commissioned_not_meant")] if unit else []
    return [] if unit else [("commissioned_by", "commissioned_needed")]


def _with_major(row: Row, tables: Tables) -> list[tuple[str, str]]:
    code, name, education = row.get("major_code"), row.get("major_name"), row.get("education_code")
    if not (isinstance(code, str) and isinstance(education, str)):
        return []
    known = tables.major(education[:1], code)
    if known is None:
        return [("major_code", "major_unknown")]
    if known and isinstance(name, str) and tidy(name) != tidy(known):
        return [("major_name", hinted("major_disagrees", known))]
    return []
