"""Lists of employers, posts and what comes of them follow an index in its order, however long they grow."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from models import db
from models.employer import Employer
from models.post import Complaint, Fair, Post
from models.pushing import Digested, Pushed
from models.wishes import Application
from services import applications
from services.applications import InboxFilter
from services.context import Context
from services.employers import review as units
from services.employers.review import EmployerFilter
from services.posts import fairs, queue
from services.posts.queue import PostFilter
from services.seats import Seat
from tests.cast import Cast
from tests.posts import add_post
from tests.services.tools import Meet

Sit = Callable[[str], Seat]
Verb = Callable[[Context, Cast, Meet, Sit], object]
MANY = 120


class Ear(logging.Handler):
    """The statements that are run, with their values."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[tuple[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, tuple) and str(record.msg[0]).lstrip("( ").startswith("SELECT"):
            self.heard.append((str(record.msg[0]), record.msg[1]))


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    logger, ear = logging.getLogger("peewee"), Ear()
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(ear)
    try:
        yield ear.heard
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)


def plan(sql: str, values: Any) -> str:
    word = "EXPLAIN QUERY PLAN" if db.is_sqlite() else "EXPLAIN"
    return str(db.database.execute_sql(f"{word} {sql}", values or ()).fetchall())


@pytest.fixture
def many(ctx: Context, cast: Cast) -> None:
    """Rows enough for a list that goes on."""
    first = add_post(ctx, cast.unit, school_id=cast.units["school"].id)
    same = {name: value for name, value in first.__data__.items() if name not in ("id", "code")}
    for start in range(0, MANY, 20):
        Post.insert_many([same | {"code": f"post{nth:08d}"} for nth in range(start, start + 20)]).execute()
    posts = [row for (row,) in Post.select(Post.id).tuples()]
    place = {"province_id": cast.units["province"].id, "school_id": cast.units["school"].id}
    graduate, day = cast.graduate.graduate, ctx.clock()
    Application.insert_many(
        [
            {"post": post, "employer": cast.unit, "graduate": graduate, "code": f"sent{post}", "sent_at": day}
            for post in posts
        ]
    ).execute()
    Complaint.insert_many(
        [
            place
            | {"post": post, "graduate": graduate, "unit": first.unit, "reason": "fee", "code": f"c{post}"}
            for post in posts
        ]
    ).execute()
    unit, ends = cast.units["school"], (day + timedelta(days=9)).date()
    dates = {"title": "双选会", "starts_on": day.date(), "ends_on": ends}
    Fair.insert_many([place | dates | {"unit": unit, "code": f"fair{nth}"} for nth in range(MANY)]).execute()
    Employer.insert_many(
        [
            place
            | {"name": f"单位{nth}", "name_key": f"单位{nth}", "unit": unit, "code": f"unit{nth}"}
            | {"status": "approved" if nth % 2 else "filed", "filed_at": day - timedelta(minutes=nth)}
            for nth in range(MANY)
        ]
    ).execute()
    if not db.is_sqlite():
        for table in ("post", "application", "complaint", "fair", "employer"):
            db.database.execute_sql(f"ANALYZE TABLE `{table}`").fetchall()


def inbox(**wanted: Any) -> Verb:
    return lambda ctx, cast, meet, sit: applications.inbox(
        ctx, meet(cast.employer).recruiter, InboxFilter(**wanted)
    )


def office_units(who: str, **wanted: Any) -> Verb:
    return lambda ctx, cast, meet, sit: units.listed(ctx, sit(who), EmployerFilter(**wanted), most=60)


def office_posts(who: str, **wanted: Any) -> Verb:
    return lambda ctx, cast, meet, sit: queue.of_office(sit(who), PostFilter(**wanted), most=60)


LISTS: dict[str, tuple[Verb, str]] = {
    "inbox": (inbox(), "application_employer_id"),
    "inbox, unread": (inbox(status="sent"), "application_employer_id_status_id"),
    "own applications": (
        lambda ctx, cast, meet, sit: applications.mine(ctx, meet(cast.graduate)),
        "application_graduate_id",
    ),
    "units of a school": (office_units("school", status="filed"), "employer_school_id_status_filed_at_id"),
    "all units of a school": (office_units("school"), "employer_school_id_filed_at_id"),
    "units by a part of a name": (office_units("school", keyword="单位1"), "employer_school_id_filed_at_id"),
    "units of a province by place": (
        office_units("province", place="340000"),
        "employer_province_id_filed_at_id",
    ),
    "all units of the country": (office_units("ministry"), "employer_filed_at_id"),
    "a unit by its code": (office_units("school", keyword="91110000600037341L"), "employer_credit_code"),
    "posts of a school": (office_posts("school", status="published"), "post_school_id_status_id"),
    "posts of a province by a word": (
        office_posts("province", status="published", keyword="工程"),
        "post_province_id_status_id",
    ),
    "complaints of a province": (
        lambda ctx, cast, meet, sit: queue.complaints(sit("province"), "filed"),
        "complaint_province_id_status_id",
    ),
    "complaints of a school": (
        lambda ctx, cast, meet, sit: queue.complaints(sit("school"), "filed"),
        "complaint_unit_id_status_id",
    ),
    "fairs of a province": (
        lambda ctx, cast, meet, sit: queue.fairs(fairs.within(sit("province")), ""),
        "fair_province_id_id",
    ),
    "fairs of a school": (
        lambda ctx, cast, meet, sit: queue.fairs(fairs.within(sit("school")), ""),
        "fair_unit_id",
    ),
    "graduates to be told": (
        lambda ctx, cast, meet, sit: Pushed.due(ctx.clock().date(), 50),
        "pushed_pushed_on",
    ),
    "counselors to be told": (
        lambda ctx, cast, meet, sit: Digested.due(ctx.clock().date(), 50),
        "digested_digested_on",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_table_or_sorts_it(
    name: str, ctx: Context, cast: Cast, meet: Meet, sit: Sit, many: None
) -> None:
    """MariaDB weighs a hundred rows otherwise than a million: here it must know of the index, and SQLite use it."""
    verb, index = LISTS[name]
    with heard() as statements:
        verb(ctx, cast, meet, sit)
    table = index.partition("_")[0]
    mark = "`" if not db.is_sqlite() else '"'
    asked = [(sql, values) for sql, values in statements if f"FROM {mark}{table}{mark}" in sql]
    assert asked
    plans = [plan(sql, values) for sql, values in asked]
    assert any(index in text for text in plans), plans
    if db.is_sqlite():
        for text in plans:
            assert "TEMP B-TREE" not in text, text
            assert not [line for line in text.split("(") if "SCAN" in line and not is_walk(line)], text


def is_walk(line: str) -> bool:
    """A walk along an index, or over what was found by one."""
    return "USING" in line or "_wrapped" in line
