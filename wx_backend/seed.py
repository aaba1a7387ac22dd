"""The demo's people and what goes on among them: put in once, left alone afterwards."""

import secrets
import tomllib
from pathlib import Path
from typing import Any

from domain.actors import SYSTEM, Actor, Role
from domain.code_rows import Entry
from domain.machines import ROSTER
from models import journal
from models.account import PHONE, Account
from models.codes import CodeSet
from models.db import Keys, transaction
from models.graduate import Graduate
from models.org import OrgUnit, Responsibility, Staff
from services import account_requests
from services.code_editions import EVERY_YEAR, bring_in
from services.code_tables import tables_for
from services.context import Context
from wx_backend.demo_posts import bring_posts, recruiters
from wx_backend.demo_resumes import bring_resumes
from wx_backend.demo_roster import DemoRoster, seat_of_staff
from wx_backend.demo_signing import bring_signing
from wx_backend.demo_tasks import bring_tasks
from wx_backend.regions import bring_regions

DEMO_FILE = Path(__file__).resolve().parent.parent / "config" / "demo.toml"


def seed_demo(ctx: Context, file: Path = DEMO_FILE) -> str:
    """Puts what ``file`` tells into an empty database and answers the cast for a person to read."""
    with file.open("rb") as source:
        people = tomllib.load(source)
    if not OrgUnit.select().exists():
        _fill(ctx, people)
    elif not CodeSet.select().exists():  # a demo from before there were imported tables
        _bring_codes(ctx, people["codes"])
    bring_posts(ctx, people["password"])
    bring_resumes(ctx, [row["name"] for row in people["unit"] if row["level"] == Role.SCHOOL])
    bring_tasks(ctx, people)  # also into a demo from before there were tasks
    bring_signing(ctx, people)
    return _cast(people)


@transaction
def _fill(ctx: Context, people: dict[str, Any]) -> None:
    password_hash = ctx.passwords.hash(people["password"])
    units: dict[str, OrgUnit] = {}
    for row in people["unit"]:
        units[row["name"]] = OrgUnit.add(row["level"], row["name"], units.get(row.get("parent", "")))
    heads: dict[str, Staff] = {}  # who administers a unit
    for row in people["staff"]:
        staff = _add_staff(row, units[row["unit"]], people["year"], password_hash)
        if staff.level != Role.COUNSELOR:
            heads[row["unit"]] = staff
    _bring_codes(ctx, people["codes"])
    roster = DemoRoster(people["year"], tables_for(ctx, people["year"]))
    for row in people["graduate"]:
        if row.get("account"):
            _add_account(row, password_hash)
        roster.add(row, units[row["college"]])
    for row in people["class"]:
        students = roster.add_class(row, units[row["college"]], heads[row["college"]])
        for graduate in students[row["locked"] :][: row["confirmed"]]:
            _confirm(graduate, password_hash)
    for row in people["request"]:
        account_requests.file(ctx, seat_of_staff(heads[row["unit"]]), row["act"], row["name"], row["phone"])


def _add_account(row: dict[str, Any], password_hash: str) -> Account:
    keys = {"directory": "builtin", "phone_index": Keys.ring.blind(row["phone"], PHONE)}
    others = {
        "subject": secrets.token_urlsafe(12),
        "name": row["name"],
        "phone": row["phone"],
        "password_hash": password_hash,
    }
    return Account.add_or_get(keys, others)[0]


def _add_staff(row: dict[str, Any], unit: OrgUnit, year: int, password_hash: str) -> Staff:
    account = _add_account(row, password_hash)
    staff = Staff.create(account=account, level=row["level"], unit=unit, office=row.get("office", ""))
    if row["level"] == Role.COUNSELOR:
        Responsibility.add_many(
            staff,
            [
                {"year": year, "college": unit, "education": level, "class_name": row.get("class_name", "")}
                for level in row["education"]
            ],
        )
    return staff


def _confirm(graduate: Graduate, password_hash: str) -> None:
    """学生已确认, by a graduate who has an account from now on."""
    account = _add_account({"name": graduate.name, "phone": graduate.phone}, password_hash)
    actor = Actor(account.code, frozenset({Role.PERSON, Role.GRADUATE}), account.id, graduate.id)
    journal.step(graduate, ROSTER, "confirm", actor, account=account)


def _bring_codes(ctx: Context, tables: dict[str, dict[str, str]]) -> None:
    """The code tables that the demo's people need, real regions among them."""
    bring_regions(ctx)
    for table, codes in tables.items():
        bring_in(ctx, SYSTEM, table, EVERY_YEAR, [Entry(code, name) for code, name in codes.items()])


def _how(row: dict[str, Any], everybody: list[dict[str, Any]]) -> str:
    """What is special about a graduate; empty for the second record of one who stands twice on the roster."""
    alike = [other for other in everybody if other["student_number"] == row["student_number"]]
    if row is not alike[0]:
        return ""
    how = "has an account" if row.get("account") else "registers on the phone"
    return f"{how}, twice on the school's list" if len(alike) > 1 else how


def _cast(people: dict[str, Any]) -> str:
    lines = [f"Demo cast (password of every account: {people['password']})"]
    for row in people["staff"]:
        lines.append(f"  {row['name']}  {row['phone']}  {row['level']}, {row['unit']}")
    for row in people["graduate"]:
        how = _how(row, people["graduate"])
        if not how:
            continue
        lines.append(
            f"  {row['name']}  {row['phone']}  graduate, {how}; "
            f"学号 {row['student_number']}  证件号码 {row['identity_number']}"
        )
    lines += [f"  {line}" for line in recruiters()]
    classes = people["class"]
    others = sum(len(row["people"]) for row in classes)
    lines.append(
        f"  {others} more graduates in {len(classes)} classes stand on the roster; the console lists them"
    )
    return "\n".join(lines)
