"""What an employer's registration is made of, and what is wrong with it."""

import re
from dataclasses import dataclass
from typing import Any

from config.codes import code_table
from config.posts import choices
from domain import personal
from domain.actors import Role
from domain.employers import credit_code, name_key
from domain.refusals import Invalid, Refusal
from domain.roster import REGION, is_county
from domain.years import current_year
from models.org import OrgUnit
from models.places import of_path
from services import code_tables
from services.code_tables import CodeName
from services.context import Context

OFFICES = (Role.PROVINCE.value, Role.SCHOOL.value)
LONGEST = {"name": 100, "address": 200, "website": 200, "contact_name": 40, "position": 40}
MOST_FOUND = 12
_SEARCHED = 200
_INTRO = 2_000  # characters
_LEAST_NAME = 4
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,15}")
_WEBSITE = re.compile(r"https?://[^\s<>\"']{4,190}")
_NEEDED = ("name", "credit_code", "nature", "industry", "scale", "region", "address", "contact_name", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerForm:
    """A unit as its recruiter describes it; ``unit`` is the code of the office that is to look at it."""

    name: str
    credit_code: str
    nature: str = ""
    industry: str = ""
    scale: str = ""
    region: str = ""
    address: str = ""
    website: str = ""
    intro: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    unit: str = ""
    position: str = ""  # of the recruiter


def checked(ctx: Context, form: EmployerForm) -> dict[str, Any]:
    """The columns of an employer, with ``position`` the recruiter's; raises Invalid naming every wrong field."""
    columns, wrong = tidied(ctx, form)
    office = office_of(form.unit)
    if office is None:
        wrong.setdefault("unit", "bad_choice")
    if wrong or office is None:
        raise Invalid("form", fields=wrong)
    place = of_path(office.path)
    return columns | {"unit": office, "province_id": place["province_id"], "school_id": place["school_id"]}


def tidied(ctx: Context, form: EmployerForm) -> tuple[dict[str, Any], dict[str, str]]:
    """What a form says, brought into shape and without its office, and what is wrong with it by field."""
    columns: dict[str, Any] = {name: getattr(form, name) for name in EmployerForm.__dataclass_fields__}
    columns |= {name: personal.prose(getattr(form, name)) for name in LONGEST}
    columns["intro"] = "\n".join(filter(None, map(personal.prose, form.intro.splitlines())))
    wrong = _texts(columns) | _codes(ctx, columns) | _contact(columns)
    wrong |= {name: "required" for name in _NEEDED if not str(columns[name]).strip()}
    try:
        columns["credit_code"] = credit_code(form.credit_code)
    except Refusal as refusal:
        wrong.setdefault("credit_code", refusal.code)
    return columns | {"name_key": name_key(columns["name"])}, wrong


def _texts(columns: dict[str, Any]) -> dict[str, str]:
    wrong = {name: "too_long" for name, most in LONGEST.items() if len(columns[name]) > most}
    if len(columns["intro"]) > _INTRO:
        wrong["intro"] = "too_long"
    if columns["name"] and len(name_key(columns["name"])) < _LEAST_NAME:
        wrong["name"] = "bad_employer_name"
    if columns["website"] and not _WEBSITE.fullmatch(columns["website"]):
        wrong["website"] = "bad_website"
    return wrong


def _codes(ctx: Context, columns: dict[str, Any]) -> dict[str, str]:
    year = current_year(ctx.clock())
    wrong: dict[str, str] = {}
    if not code_tables.has(ctx, "unit_nature", year, columns["nature"]):
        wrong["nature"] = "bad_choice"
    if columns["industry"] not in code_table("industry"):
        wrong["industry"] = "bad_choice"
    if columns["scale"] not in choices("scale"):
        wrong["scale"] = "bad_choice"
    if not code_tables.has(ctx, REGION, year, columns["region"]) or not is_county(columns["region"]):
        wrong["region"] = "county_of_employer"
    return wrong


def _contact(columns: dict[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    phone, email = personal.clean(columns["contact_phone"]), personal.clean(columns["contact_email"])
    if not phone:
        wrong["contact_phone"] = "required"
    elif not _PHONE.fullmatch(phone):
        wrong["contact_phone"] = "bad_contact_phone"
    if email and not personal.EMAIL.fullmatch(email):
        wrong["contact_email"] = "bad_email"
    columns |= {"contact_phone": phone or None, "contact_email": email or None}
    return wrong


def office_of(code: str) -> OrgUnit | None:
    """The office of this code, if it is one that looks at employers: a province's or a school's, and open."""
    office = OrgUnit.get_or_none((OrgUnit.code == code) & OrgUnit.closed_at.is_null()) if code else None
    return office if office is not None and office.level in OFFICES else None


def offices(word: str) -> list[OrgUnit]:
    """Open offices whose name holds a word, provinces first; a few of them."""
    word = personal.clean(word)
    if not word:
        return []
    found = OrgUnit.select().where(
        OrgUnit.level.in_(OFFICES) & OrgUnit.closed_at.is_null() & OrgUnit.name.contains(word)
    )
    return list(found.order_by(OrgUnit.level, OrgUnit.name).limit(MOST_FOUND))


def counties(ctx: Context, word: str) -> list[CodeName]:
    """Places of county level whose name or code fits a word; a few of them."""
    found = code_tables.search(ctx, REGION, current_year(ctx.clock()), word, _SEARCHED)
    return [place for place in found if is_county(place.code)][:MOST_FOUND]


def place_name(ctx: Context, code: str) -> str:
    """安徽省 合肥市 蜀山区."""
    return code_tables.place_of(ctx, REGION, current_year(ctx.clock()), code) if code else ""
