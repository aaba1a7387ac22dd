"""Staff's lists of agreements and releases follow an index in its order, and count no further than they must."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.refusals import NotFound
from models import db
from models.agreement import Agreement, Release
from services import listing
from services.agreements import queues
from services.agreements.queues import Asked
from services.context import Context
from services.seats import Seat
from tests.cast import Cast
from tests.services.test_hiring_plans import heard, is_walk, plan

Sit = Callable[[str], Seat]
MANY = 120
STATUSES = ("college_review", "school_review", "effective", "rejected")


@pytest.fixture(autouse=True)
def many(ctx: Context, cast: Cast) -> None:
    """Rows enough for a list that goes on; every second one is another unit's."""
    place = {"province_id": cast.units["province"].id, "school_id": cast.units["school"].id}
    place |= {"college_id": cast.units["college"].id, "graduate": cast.graduate.graduate}
    rows = [
        place
        | {"code": f"agreement{nth}", "year": 2027, "kind": ("online", "paper")[nth % 3 == 0]}
        | {"status": STATUSES[nth % 4], "accepted_at": ctx.clock(), "number": f"2027-{nth:06d}"}
        | {"unit_name": f"单位{nth}", "credit_code": f"91340100MA0000000{nth % 2}"}
        for nth in range(MANY)
    ]
    Agreement.insert_many(rows).execute()
    Release.insert_many(
        [
            place
            | {"agreement": row, "code": f"release{row.id}", "status": STATUSES[nth % 4]}
            # a release has no such status as effective: it is its own word for the end
            | {"asked_by": "unit", "reason": "", "asked_at": ctx.clock()}
            for nth, row in enumerate(Agreement.select(Agreement.id))
        ]
    ).execute()
    if not db.is_sqlite():
        for table in ("agreement", "release"):
            db.database.execute_sql(f"ANALYZE TABLE `{table}`").fetchall()


CODE = "agreement_credit_code"

PLANS = {
    "a counselor's queue": ("counselor", Asked(), "{}_college_id_status_id"),
    "a college's queue": ("college", Asked(), "{}_college_id_status_id"),
    "a school's queue": ("school", Asked(), "{}_school_id_status_id"),
    "a school's list": ("school", Asked(state=""), "{}_school_id_id"),
    "a college's list": ("college", Asked(state=""), "{}_college_id_id"),
    "a province's list": ("province", Asked(state=""), "{}_province_id_id"),
    "one status of a province": ("province", Asked(state="rejected"), "{}_province_id_status_id"),
    "a province's list by a unit": ("province", Asked(state="", keyword="单位7"), "{}_province_id_id"),
    "a school's list narrowed": ("school", Asked(state="", year=2027, education="10"), "{}_school_id_id"),
    "one major of a counselor": ("counselor", Asked(major="软件"), "{}_college_id_status_id"),
    "a college of a school": ("school", Asked(state="", college="the college"), "{}_college_id_id"),
    "a status of a college": (
        "province",
        Asked(state="rejected", college="the college", major="0809"),
        "{}_college_id_status_id",
    ),
    "what is marked": ("school", Asked(state="", is_marked=True), "{}_school_id_id"),
    "one unit's code": ("province", Asked(state="", keyword="91340100MA00000001"), CODE),
    "one number": ("ministry", Asked(state="", keyword="2027-000007"), "agreement_number"),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("table", ["agreement", "release"])
def test_no_list_reads_a_table_or_sorts_it(table: str, name: str, ctx: Context, cast: Cast, sit: Sit) -> None:
    who, asked, index = PLANS[name]
    asked = replace(asked, college=cast.units["college"].code if asked.college else "")
    seat, verb = sit(who), queues.agreements if table == "agreement" else queues.releases
    with heard() as statements:
        verb(ctx, seat, asked)
    mark = "`" if not db.is_sqlite() else '"'
    asked_for = [(sql, values) for sql, values in statements if f"FROM {mark}{table}{mark}" in sql]
    assert asked_for
    plans = [plan(sql, values) for sql, values in asked_for]
    if index != CODE or not db.is_sqlite():  # SQLite does not weigh: it takes the range's index for the code
        assert any(index.format(table) in text for text in plans), plans
    if db.is_sqlite():
        for text in plans:
            scans = [line for line in text.split("(") if "SCAN" in line and "CONSTANT" not in line]
            assert all(is_walk(line) for line in scans), text
            if index.startswith("{}"):
                assert "TEMP B-TREE" not in text, text


def test_the_countrys_list_walks_the_newest_first(ctx: Context, sit: Sit) -> None:
    with heard() as statements:
        found = queues.agreements(ctx, sit("ministry"), Asked(state="effective"))
    assert len(found.rows) == MANY // 4
    plans = [plan(sql, values) for sql, values in statements if "ORDER BY" in sql]
    assert any("agreement_status_id" in text for text in plans), plans
    if db.is_sqlite():
        assert not [text for text in plans if "TEMP B-TREE" in text]


def test_counting_stops(ctx: Context, sit: Sit, cast: Cast) -> None:
    with heard() as statements:
        queues.agreements(ctx, sit("ministry"), Asked(state=""))
        queues.number_waiting(ctx, sit("school"))
    counts = [(sql, values) for sql, values in statements if "COUNT(" in sql]
    assert len(counts) == 1 + 2 + 1
    for sql, values in counts:
        assert "LIMIT" in sql, sql
        assert listing.MOST_COUNTED + 1 in values, values


def test_slices_lead_on_to_the_last_row(ctx: Context, sit: Sit) -> None:
    for asked in (Asked(state=""), Asked(), Asked(state="", keyword="单位", kind="online")):
        seen: list[int] = []
        after = ""
        while True:
            found = queues.agreements(ctx, sit("school"), asked, after, most=70)
            seen += [row.id for row in found.rows]
            after = found.after
            if not after:
                break
        assert (
            len(seen)
            == len(set(seen))
            == {"": MANY, "waiting": MANY // 4}[asked.state] * (2 if asked.kind else 3) // 3
        )
        assert seen == sorted(seen, reverse=asked.state == "")


def test_a_narrowed_slice_may_be_empty_and_still_leads_on(ctx: Context, sit: Sit) -> None:
    asked = Asked(state="", keyword="单位3")  # 3, and 30 to 39: among the oldest forty
    first = queues.agreements(ctx, sit("school"), asked, most=60)
    assert list(first.rows) == []
    assert first.total is None
    second = queues.agreements(ctx, sit("school"), asked, first.after, most=60)
    assert [row.unit_name for row in second.rows] == [f"单位{nth}" for nth in (*range(39, 29, -1), 3)]
    last = queues.agreements(ctx, sit("school"), asked, second.after, most=60)
    assert (list(last.rows), last.after) == ([], "")


def test_numbers_are_looked_up(ctx: Context, sit: Sit, cast: Cast) -> None:
    def found(who: str, word: str) -> int:
        return len(queues.agreements(ctx, sit(who), Asked(state="", keyword=word)).rows)

    assert found("province", "2027-000007") == 1
    assert found("province", "2027-999999") == 0
    assert found("school", "91340100ma00000001") == 50  # of sixty, a slice
    assert found("school", cast.graduate.student_number) == 50
    assert found("college", cast.graduate.student_number) == 50
    assert found("school", cast.other_graduate.student_number) == 0
    assert found("province", cast.graduate.student_number) == 0
    assert found("other_counselor", "2027-000007") == 0


def test_lists_are_narrowed_to_whom_they_show(ctx: Context, sit: Sit, cast: Cast) -> None:
    graduate = cast.graduate.graduate
    graduate.change(education_code="10", major_code="080902", major_name="软件工程")
    Agreement.update(error_note="单位性质有误").where(Agreement.code == "agreement2").execute()
    Agreement.update(year=2026).where(Agreement.code == "agreement3").execute()
    place = cast.units["college"].code

    def found(who: str, **wanted: Any) -> set[int]:
        asked, seat = Asked(state="", **wanted), sit(who)
        return {len(one(ctx, seat, asked).rows) for one in (queues.agreements, queues.releases)}

    for who in ("counselor", "college", "school", "province"):
        for wanted in ({"education": "10"}, {"major": "0809"}, {"major": "工程"}, {"college": place}):
            assert found(who, **wanted) == {50}, (who, wanted)
        assert found(who, year=2026) == found(who, is_marked=True) == {1}
        for wanted in ({"education": "20"}, {"major": "0810"}, {"year": 2025}):
            assert found(who, **wanted) == {0}, (who, wanted)
    for who, code in (("counselor", "nonsense"), ("school", "nonsense")):
        with pytest.raises(NotFound):
            found(who, college=code)
    for who in ("counselor", "college"):
        with pytest.raises(NotFound):
            found(who, college=cast.units["other_college"].code)
