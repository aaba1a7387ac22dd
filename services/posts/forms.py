"""What a post is made from, and what is wrong with it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.codes import code_table
from config.posts import choices
from domain import personal
from domain.desk_hours import CHINA
from domain.posts import LIFE
from domain.reading.contacts import mask
from domain.refusals import Invalid
from domain.years import current_year
from services.code_tables import YearTables, tables_for
from services.context import Context

MOST_PAY = 1_000_000  # yuan a month
MOST_PEOPLE = 10_000
MOST_PLACES = 30
MOST_MAJORS = 60
LEAST_BYTES = 50  # of a description; anything shorter tells nobody what the work is
LONGEST = {"title": 60, "majors_text": 300, "address": 200, "contact_name": 40}
_DESCRIPTION = 5_000  # characters
_RANKS = range(5)
_LONGEST_LIFE = timedelta(days=365)
_YEARS = range(2000, 2101)
_MAJOR = re.compile(r"[0-9A-Z]{2}|[0-9A-Z]{4}|[0-9]{6}[A-Z]{0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostForm:
    """A post as a form or a partner gives it: codes of the tables, ranks of levels, yuan a month."""

    title: str
    description: str
    position: str = ""
    industry: str = ""
    nature: str = ""
    work_type: str = "full"
    level_low: int = 0
    level_high: int = 0
    majors: tuple[str, ...] = ()
    majors_text: str = ""
    places: tuple[str, ...] = ()
    address: str = ""
    pay_low: int = 0
    pay_high: int = 0
    year_low: int = 0
    year_high: int = 0
    headcount: int = 1
    tags: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    closes_on: date | None = None
    is_shareable: bool = False
    hold_until: date | None = None
    unread: Mapping[str, list[str]] | None = None  # field → what could not be read into codes


def checked(ctx: Context, form: PostForm, may_lack: Collection[str] = ()) -> dict[str, Any]:
    """The columns of a post; raises Invalid naming every wrong field.

    ``may_lack`` are codes that may be empty, as those of a partner's post that nobody knows.
    """
    columns: dict[str, Any] = {name: getattr(form, name) for name in PostForm.__dataclass_fields__}
    columns |= {name: personal.prose(getattr(form, name)) for name in LONGEST}
    columns["description"] = mask(_paragraphs(form.description)).text
    columns |= {name: list(dict.fromkeys(getattr(form, name))) for name in ("majors", "places", "tags")}
    codes = _codes(tables_for(ctx, current_year(ctx.clock())), columns)
    wrong = _texts(columns) | {
        name: why for name, why in codes.items() if columns[name] or name not in may_lack
    }
    wrong |= _numbers(form) | _days(form, ctx.clock().astimezone(CHINA).date()) | _contact(columns)
    if wrong:
        raise Invalid("form", fields=wrong)
    return columns


def _paragraphs(text: str) -> str:
    lines = (personal.prose(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _texts(columns: Mapping[str, Any]) -> dict[str, str]:
    wrong = {name: "too_long" for name, most in LONGEST.items() if len(columns[name]) > most}
    if not columns["title"]:
        wrong["title"] = "required"
    if len(columns["description"].encode()) < LEAST_BYTES:
        wrong["description"] = "post_too_short"
    elif len(columns["description"]) > _DESCRIPTION:
        wrong["description"] = "too_long"
    return wrong


def _codes(tables: YearTables, columns: Mapping[str, Any]) -> dict[str, str]:
    single = {"position": "position", "nature": "unit_nature"}
    wrong = {name: "bad_choice" for name, table in single.items() if not tables.has(table, columns[name])}
    if columns["industry"] not in code_table("industry"):
        wrong["industry"] = "bad_choice"
    if not columns["places"]:
        wrong["places"] = "required"
    elif len(columns["places"]) > MOST_PLACES or not all(
        code == "000000" or tables.has("region", code) for code in columns["places"]
    ):
        wrong["places"] = "bad_choice"
    if len(columns["majors"]) > MOST_MAJORS or not all(map(_MAJOR.fullmatch, columns["majors"])):
        wrong["majors"] = "bad_choice"
    if any(code not in choices("tag") for code in columns["tags"]):
        wrong["tags"] = "bad_choice"
    if columns["work_type"] not in ("full", "intern"):
        wrong["work_type"] = "bad_choice"
    return wrong


def _numbers(form: PostForm) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if form.level_low not in _RANKS or form.level_high not in _RANKS:
        wrong["level_low"] = "bad_choice"
    elif form.level_high and form.level_high < form.level_low:
        wrong["level_high"] = "bad_range"
    if not 0 <= form.pay_low <= form.pay_high <= MOST_PAY or (form.pay_high and not form.pay_low):
        wrong["pay_low"] = "bad_pay_range"
    if not 1 <= form.headcount <= MOST_PEOPLE:
        wrong["headcount"] = "bad_headcount"
    years = (form.year_low, form.year_high)
    if any(year and year not in _YEARS for year in years) or bool(years[0]) != bool(years[1]):
        wrong["year_low"] = "bad_choice"
    elif form.year_high < form.year_low:
        wrong["year_low"] = "bad_range"
    return wrong


def _days(form: PostForm, today: date) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if form.closes_on and not today <= form.closes_on <= today + _LONGEST_LIFE:
        wrong["closes_on"] = "bad_last_day"
    if form.hold_until and form.hold_until > (form.closes_on or today + LIFE):
        wrong["hold_until"] = "bad_last_day"
    return wrong


def _contact(columns: dict[str, Any]) -> dict[str, str]:
    """Brings contact data into form; None where there is none."""
    wrong: dict[str, str] = {}
    phone, email = personal.clean(columns["contact_phone"]), personal.clean(columns["contact_email"])
    if phone and not re.fullmatch(r"\+?[0-9][0-9 -]{5,15}", phone):
        wrong["contact_phone"] = "bad_phone"
    if email and not personal.EMAIL.fullmatch(email):
        wrong["contact_email"] = "bad_email"
    columns |= {"contact_phone": phone or None, "contact_email": email or None}
    return wrong
