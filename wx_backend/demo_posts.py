"""Employers and posts of the demo: what graduates find, and what waits in the lists of the offices."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.actors import SYSTEM
from domain.employers import name_key
from models.account import PHONE, Account
from models.db import Keys, transaction
from models.employer import Employer, Recruiter
from models.org import OrgUnit
from models.places import of_path
from models.post import Post
from services.context import Context
from services.posts import gate, life

FILE = Path(__file__).resolve().parent.parent / "config" / "demo_posts.toml"
_COLUMNS = (
    *("title", "position", "majors", "majors_text", "places", "level_low", "pay_low", "pay_high"),
    "headcount",
)
_COPIED = ("name", "credit_code", "status", "nature", "industry", "scale", "region", "address", "intro")
_APART = timedelta(hours=6)  # of a post from the one before it


@transaction
def bring_posts(ctx: Context, password: str, file: Path = FILE) -> None:
    """Writes the employers and posts of ``file``, unless there are any or the demo's units are missing.

    ``password`` is that of the recruiters.
    """
    if Employer.select().exists():
        return
    with file.open("rb") as source:
        told = tomllib.load(source)
    units = {row["unit"] for row in told["employer"]}
    if OrgUnit.select().where(OrgUnit.name.in_(units)).count() < len(units):
        return
    password_hash = ctx.passwords.hash(password)
    employers = {row["name"]: _add_employer(ctx, row, password_hash) for row in told["employer"]}
    posts = told["posts"]
    for number, row in enumerate(posts["published"]):
        post = _add_post(employers[row[0]], row[1:], posts["description"], ctx.clock() - number * _APART)
        life.publish(ctx, post, SYSTEM)
    for row in posts["review"]:
        life.move(_add_post(employers[row[0]], row[1:], posts["description"]), "submit", SYSTEM)


def recruiters(file: Path = FILE) -> list[str]:
    """Who acts for which employer, a line each for a person to read."""
    with file.open("rb") as source:
        rows = tomllib.load(source)["employer"]
    return [f"{row['recruiter']}  {row['phone']}  recruiter, {row['name']} ({row['status']})" for row in rows]


def _add_employer(ctx: Context, row: dict[str, Any], password_hash: str) -> Employer:
    unit = OrgUnit.get(OrgUnit.name == row["unit"])
    place = of_path(unit.path)
    employer = Employer.create(
        **{name: row[name] for name in _COPIED},
        name_key=name_key(row["name"]),
        unit=unit,
        province_id=place["province_id"],
        school_id=place["school_id"],
        contact_name=row["recruiter"],
        contact_phone=row["phone"],
        filed_at=ctx.clock(),
    )
    keys = {"directory": "builtin", "phone_index": Keys.ring.blind(row["phone"], PHONE)}
    others = {"subject": row["credit_code"], "name": row["recruiter"], "phone": row["phone"]}
    account, _ = Account.add_or_get(keys, others | {"password_hash": password_hash})
    Recruiter.create(
        account=account,
        employer=employer,
        position=row["position"],
        phone=row["phone"],
        phone_index=keys["phone_index"],
    )
    return employer


def _add_post(
    employer: Employer, values: list[Any], description: str, published_at: datetime | None = None
) -> Post:
    columns = dict(zip(_COLUMNS, values, strict=True))
    post = Post(
        **columns,
        employer=employer,
        unit=employer.unit_id,
        province_id=employer.province_id,
        school_id=employer.school_id,
        industry=employer.industry,
        nature=employer.nature,
        description=description.strip().format(title=columns["title"]),
        address=employer.address,
        contact_name=employer.contact_name,
        contact_phone=employer.contact_phone,
        is_shareable=True,
        published_at=published_at,
    )
    post.same_key = gate.key_of(post)
    post.save()
    return post
