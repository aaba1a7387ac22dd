"""A graduate who moves to another college takes along what is not over: its people review it, others do not see it."""

from datetime import timedelta

import pytest

from domain.refusals import NotFound
from models.agreement import Agreement, Release
from models.graduate import Graduate
from services import roster
from services.agreements import drafting, queues, release_reviews, releases, reviews
from services.agreements.queues import Asked
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import seat
from tests.cast import Cast, Persona
from tests.rosters import make_whole
from tests.services.sheets_of_graduates import add_regions, row, xlsx


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


@pytest.fixture
def dean(cast: Cast) -> Persona:
    """Who reviews for the other college."""
    found = ways.another(cast.college)
    assert found.staff is not None
    found.staff.change(unit=cast.units["other_college"])
    return found


def moved(ctx: Context, cast: Cast) -> None:
    """The school moves 李晓雨 by the form of the record."""
    graduate = cast.graduate.graduate
    assert graduate is not None
    make_whole(graduate)
    known = Graduate.get_by_id(graduate.id)
    roster.change(ctx, seat(ctx, cast.school), known.code, known.version, {"college": "外国语学院"})


def waiting(ctx: Context, who: Persona) -> tuple[list[str], list[str]]:
    """Agreements and releases that wait for somebody."""
    at = seat(ctx, who)
    found = queues.agreements(ctx, at, Asked()).rows, queues.releases(ctx, at, Asked()).rows
    return [one.code for one in found[0]], [one.code for one in found[1]]


def test_an_agreement_in_review_goes_along(ctx: Context, cast: Cast, dean: Persona) -> None:
    _unit, held = ways.accepted(ctx, cast.graduate)
    assert waiting(ctx, cast.college) == ([held.code], [])
    moved(ctx, cast)
    assert waiting(ctx, cast.college) == waiting(ctx, cast.counselor) == ([], [])
    assert waiting(ctx, dean) == ([held.code], [])
    with pytest.raises(NotFound):
        reviews.one(ctx, seat(ctx, cast.college), held.code)
    assert ways.pass_first(ctx, dean, held).status == "school_review"


def test_a_release_goes_along_and_what_is_over_stays(ctx: Context, cast: Cast, dean: Persona) -> None:
    unit, over = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    drafting.discard(ctx, unit, over)
    unit, held = ways.in_force(ctx, cast)
    past = ways.asked(ctx, unit, held)
    releases.cancel(ctx, unit, past)
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, graduate, agreements.fresh(held))
    ways.add_letter(ctx, graduate, release)
    releases.file_offline(ctx, graduate, release, "升学")
    moved(ctx, cast)
    there, here = cast.units["other_college"].id, cast.units["college"].id
    assert [row.college_id for row in Agreement.select().order_by(Agreement.id)] == [here, there]
    assert waiting(ctx, cast.college) == ([], [])
    assert waiting(ctx, dean) == ([], [release.code])
    for one in (past, release):
        assert release_reviews.one(ctx, seat(ctx, dean), one.code).code == one.code
        with pytest.raises(NotFound):
            release_reviews.one(ctx, seat(ctx, cast.college), one.code)


@pytest.mark.slow
def test_an_import_moves_them_as_well(ctx: Context, cast: Cast) -> None:
    add_regions(ctx)

    def imported(**changes: str) -> None:
        wanted = Wanted("import.graduates", "名单.xlsx", [xlsx([row(1), row(2, **changes)])])
        job = desk.start_import(ctx, seat(ctx, cast.school), wanted)
        runner.work(ctx)
        assert type(job).get_by_id(job.id).status == "done"

    imported()
    first, second = Graduate.select().order_by(Graduate.id.desc()).limit(2)[::-1]
    columns = {"year": 2027, "school_id": first.school_id, "college_id": first.college_id, "kind": "online"}
    rows = [
        Agreement.create(graduate=who, **columns, status=status, ended_at=ended)
        for who, status, ended in (
            (first, "effective", None),
            (second, "effective", None),
            (second, "declined", ctx.clock() - timedelta(days=1)),
        )
    ]
    asked = {"asked_by": "unit", "reason": "", "school_id": first.school_id, "college_id": first.college_id}
    for one in rows[:2]:
        Release.create(agreement=one, graduate=one.graduate, **asked)
    imported(院系名称="外国语学院")
    there, here = cast.units["other_college"].id, cast.units["college"].id
    assert [one.college_id for one in Agreement.select().order_by(Agreement.id)] == [here, there, here]
    assert [one.college_id for one in Release.select().order_by(Release.id)] == [here, there]
