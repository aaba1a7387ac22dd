"""The demo's people: put in once, left alone afterwards."""

import secrets
import tomllib
from pathlib import Path
from typing import Any

from domain.actors import Role
from models.account import IDENTITY_NUMBER, PHONE, Account
from models.db import Keys, transaction
from models.graduate import Graduate
from models.org import OrgUnit, Responsibility, Staff
from services.context import Context

DEMO_FILE = Path(__file__).resolve().parent.parent / "config" / "demo.toml"


def seed_demo(ctx: Context, file: Path = DEMO_FILE) -> str:
    """Puts the people of ``file`` into an empty database and answers the cast for a person to read."""
    with file.open("rb") as source:
        people = tomllib.load(source)
    if not OrgUnit.select().exists():
        _fill(ctx, people)
    return _cast(people)


@transaction
def _fill(ctx: Context, people: dict[str, Any]) -> None:
    password_hash = ctx.passwords.hash(people["password"])
    units: dict[str, OrgUnit] = {}
    for row in people["unit"]:
        units[row["name"]] = OrgUnit.add(row["level"], row["name"], units.get(row.get("parent", "")))
    for row in people["staff"]:
        _add_staff(row, units[row["unit"]], people["year"], password_hash)
    for row in people["graduate"]:
        _add_graduate(row, units[row["college"]], people["year"], password_hash)


def _add_account(row: dict[str, Any], password_hash: str) -> Account:
    keys = {"directory": "builtin", "phone_index": Keys.ring.blind(row["phone"], PHONE)}
    others = {
        "subject": secrets.token_urlsafe(12),
        "name": row["name"],
        "phone": row["phone"],
        "password_hash": password_hash,
    }
    return Account.add_or_get(keys, others)[0]


def _add_staff(row: dict[str, Any], unit: OrgUnit, year: int, password_hash: str) -> None:
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


def _add_graduate(row: dict[str, Any], college: OrgUnit, year: int, password_hash: str) -> None:
    if row.get("account"):
        _add_account(row, password_hash)
    Graduate.create(
        year=year,
        province=college.parent.parent,
        school=college.parent,
        college=college,
        class_name=row["class_name"],
        name=row["name"],
        student_number=row["student_number"],
        identity_number=row["identity_number"],
        identity_index=Keys.ring.blind(row["identity_number"], IDENTITY_NUMBER),
        phone=row["phone"],
        phone_index=Keys.ring.blind(row["phone"], PHONE),
        education=row.get("education", "3"),
        major_code=row["major_code"],
        major_name=row["major_name"],
    )


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
    return "\n".join(lines)
