"""Lists of tasks, however many there are: a page looks through a stretch of them and no further."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models import db
from models.bulk import insert_rows
from models.task import Task
from services.context import Context
from services.seats import Seat
from services.tasks import lists, visible
from services.tasks.lists import MOST_WALKED, TaskFilter
from tests.cast import Cast

Sit = Callable[[str], Seat]
BEYOND = 30
TABS = {"own": visible.own, "below": visible.below, "above": visible.above}
SEATS = [("ministry", "below"), ("province", "below"), ("school", "own")]


@pytest.fixture
def many(ctx: Context, cast: Cast) -> list[int]:
    """Tasks of the school: the oldest and the one before the newest speak of 征兵, all others of something else."""
    now, school = Task.created_at.db_value(ctx.clock()), cast.units["school"]
    number = MOST_WALKED + BEYOND
    titles = ["征兵宣传" if place in (0, number - 2) else "就业课程" for place in range(number)]
    names = ("code", "version", "created_at", "updated_at", "unit_id", "staff_id", "level", "province_id")
    names += (
        "school_id",
        "status",
        "kind",
        "title",
        "body",
        "campaign",
        "link",
        "link_title",
        "minutes_before",
    )
    names += ("minutes_after", "is_check_in_twice", "copied_from", "missed_why")
    of_all = (school.id, cast.school.staff.id, "school", cast.units["province"].id, school.id)
    rows = [
        (f"t{place}", 0, now, now, *of_all, "dispatched", "notice", title, "", "", "", "", 30, 30, 0, "", "")
        for place, title in enumerate(titles)
    ]
    insert_rows(Task, names, rows)
    return [row_id for (row_id,) in Task.select(Task.id).order_by(Task.id).tuples()]


def pages(ctx: Context, seat: Seat, tab: str, **filters: str) -> Iterator[list[int]]:
    after, is_first = "", True
    while after or is_first:
        found = lists.tasks(ctx, seat, tab, after, TaskFilter(**filters))
        yield [row.id for row in found.rows]
        after, is_first = found.after, False


@pytest.mark.parametrize(("who", "tab"), SEATS)
def test_a_rare_word_is_looked_for_stretch_by_stretch(
    ctx: Context, cast: Cast, sit: Sit, many: list[int], who: str, tab: str
) -> None:
    assert list(pages(ctx, sit(who), tab, keyword="征兵")) == [[many[-2]], [many[0]]]
    assert list(pages(ctx, sit(who), tab, keyword="无此字样")) == [[], []]
    assert list(pages(ctx, sit(who), tab, kind="live")) == [[], []]


@pytest.mark.parametrize(("who", "tab"), SEATS)
def test_a_common_word_leaves_nobody_out(
    ctx: Context, cast: Cast, sit: Sit, many: list[int], who: str, tab: str
) -> None:
    found = [row_id for page in pages(ctx, sit(who), tab, keyword="就业") for row_id in page]
    assert found == [row_id for row_id in reversed(many) if row_id not in (many[-2], many[0])]


def test_the_number_of_all_is_said_where_all_were_looked_through(
    ctx: Context, cast: Cast, sit: Sit, many: list[int]
) -> None:
    seat = sit("school")
    assert lists.tasks(ctx, seat, "own").total == MOST_WALKED + BEYOND
    assert lists.tasks(ctx, seat, "own", "", TaskFilter(keyword="征兵")).total is None
    Task.delete().where(Task.id.in_(many[:BEYOND])).execute()
    assert (
        lists.tasks(ctx, seat, "own", "", TaskFilter(keyword="征兵")).total is None
    )  # just as many as a stretch
    Task.delete().where(Task.id.in_(many[BEYOND : BEYOND + 1])).execute()
    assert lists.tasks(ctx, seat, "own", "", TaskFilter(keyword="征兵")).total == 1


def plan(query: Any) -> str:
    sql, params = query.sql()
    word = "EXPLAIN QUERY PLAN" if db.is_sqlite() else "EXPLAIN"
    return str(db.database.execute_sql(f"{word} {sql}", params).fetchall())


@pytest.mark.parametrize(("who", "tab"), SEATS)
def test_a_page_gathers_and_sorts_nothing(
    ctx: Context, cast: Cast, sit: Sit, many: list[int], who: str, tab: str
) -> None:
    condition = TABS[tab](sit(who))
    walk = Task.select(Task.id).where(condition).order_by(Task.id.desc())
    found = walk.where((Task.id >= many[BEYOND]) & Task.title.contains("征兵"))
    for query in (walk.limit(51), walk.offset(MOST_WALKED - 1).limit(1), found.limit(51)):
        text = plan(query)
        assert "TEMP B-TREE" not in text
        assert "filesort" not in text


def rows_read(verb: Callable[[], object]) -> int:
    """How many rows MariaDB reads for a verb."""

    def handled() -> int:
        counted = db.database.execute_sql("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
        return sum(int(number) for _name, number in counted)

    before = handled()
    verb()
    return handled() - before


@pytest.mark.parametrize(("who", "tab"), SEATS)
def test_looking_for_what_is_not_there_reads_a_stretch(
    ctx: Context, cast: Cast, sit: Sit, many: list[int], who: str, tab: str
) -> None:
    """Of MariaDB by its own count; SQLite follows the same index by the plan above."""
    seat, word = sit(who), TaskFilter(keyword="无此字样")
    found = lists.tasks(ctx, seat, tab, "", word)
    assert (list(found.rows), bool(found.after)) == ([], True)
    if not db.is_sqlite():
        read = rows_read(lambda: lists.tasks(ctx, seat, tab, "", word))
        assert read < 2 * MOST_WALKED + 200
