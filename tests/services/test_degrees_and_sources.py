"""学历查询 with consent alone, and 生源查询 without small numbers."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.posts import SMALLEST_COUNT
from models.employer import DegreeCheck
from models.graduate import Graduate
from models.journal import Journal
from models.sources import SourceCount, SourcesCounted
from models.wishes import Application
from services import applications, degree_checks, sources
from services.context import Context
from services.sessions import Visitor
from services.sources import Asked
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_post
from tests.rosters import add_many
from tests.services.tools import Meet, owed, refusal_of


@pytest.fixture
def boss(cast: Cast, meet: Meet) -> Visitor:
    return meet(cast.employer)


@pytest.fixture
def asked(ctx: Context, cast: Cast, meet: Meet, boss: Visitor) -> DegreeCheck:
    """李晓雨 applied, and the unit asks about the degree."""
    assert cast.unit is not None
    sent = applications.apply(ctx, meet(cast.graduate), add_post(ctx, cast.unit).code)
    done = [degree_checks.ask(ctx, boss, sent.code, "录用前核实") for _ in range(2)]
    assert done[0].id == done[1].id
    return done[0]


def test_only_with_consent(ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck) -> None:
    assert [row.phone for row in owed("hiring_told")] == [cast.graduate.phone]
    assert refusal_of(lambda: degree_checks.look(ctx, boss, asked.code)).code == "degree_no_consent"
    graduate = meet(cast.graduate)
    assert [degree_checks.grant(ctx, graduate, asked.code).status for _ in range(2)] == ["granted"] * 2
    degree_checks.look(ctx, boss, asked.code)
    degree = degree_checks.look(ctx, boss, asked.code)
    assert (degree.name, degree.school, degree.major) == ("李晓雨", "江淮大学", "软件工程")
    assert DegreeCheck.get().looks == 2
    looks = Journal.select().where((Journal.verb == "view") & (Journal.record == asked.code))
    assert looks.count() == 2
    degree_checks.refuse(ctx, graduate, asked.code)
    assert refusal_of(lambda: degree_checks.look(ctx, boss, asked.code)).code == "degree_no_consent"


def test_a_consent_ends_by_itself(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck, clock: FixedClock
) -> None:
    degree_checks.grant(ctx, meet(cast.graduate), asked.code)
    clock.advance(days=30)
    assert refusal_of(lambda: degree_checks.look(ctx, boss, asked.code)).code == "degree_no_consent"
    assert [degree_checks.expire(ctx) for _ in range(2)] == [1, 0]


def test_who_refused_is_not_pressed(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck
) -> None:
    degree_checks.refuse(ctx, meet(cast.graduate), asked.code)
    code = applications.mine(ctx, meet(cast.graduate)).rows[0].code
    assert refusal_of(lambda: degree_checks.ask(ctx, boss, code, "再问")).code == "degree_asked_lately"


def test_nobody_else_asks_answers_or_looks(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck
) -> None:
    other = meet(cast.other_graduate)
    for verb in (degree_checks.grant, degree_checks.refuse):
        assert refusal_of(lambda verb=verb: verb(ctx, other, asked.code)).status == 404
    assert refusal_of(lambda: degree_checks.ask(ctx, boss, "nowhere", "x")).status == 404
    assert refusal_of(lambda: degree_checks.look(ctx, meet(cast.graduate), asked.code)).status == 403
    assert degree_checks.of_graduate(other) == []
    assert len(degree_checks.of_employer(boss.recruiter).rows) == 1


def test_small_numbers_are_nowhere(ctx: Context, cast: Cast, boss: Visitor) -> None:
    add_many(cast, 7, major_code="080901", major_name="计算机科学与技术")
    add_many(cast, 4, major_code="050201", major_name="英语")
    assert (sources.count(ctx), sources.count(ctx)) == (1, 0)
    school = cast.units["school"].code
    seen = sources.look_up(ctx, boss, Asked(school=school))
    assert [(row.major_code, row.count) for row in seen.found.rows] == [("080901", 7)]
    assert seen.total == 7
    assert sources.look_up(ctx, boss, Asked(school=school, major="英语")).total == 0
    assert sources.look_up(ctx, boss, Asked(major="0809")).found.rows[0].count == 7
    assert sources.look_up(ctx, boss, Asked(province=cast.units["province"].code, level=2)).found.rows
    assert sources.look_up(ctx, boss, Asked(province=cast.units["province"].code, level=4)).found.rows == []
    assert sources.look_up(ctx, boss, Asked()).found.rows == []
    assert sources.look_up(ctx, boss, Asked(school="nowhere")).total == 0


def test_numbers_are_renewed_the_next_day(ctx: Context, cast: Cast, boss: Visitor, clock: FixedClock) -> None:
    add_many(cast, 6, major_code="080901", major_name="计算机科学与技术")
    sources.count(ctx)
    Graduate.update(major_code="080902").where(Graduate.major_code == "080901").execute()
    clock.advance(days=1)
    assert sources.count(ctx) == 1
    assert [row.major_code for row in SourceCount.select()] == ["080902"]
    assert SourcesCounted.select().count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_no_difference_of_two_answers_tells_of_few_people(
    sizes: list[int], ctx: Context, cast: Cast, boss: Visitor
) -> None:
    """What is left of a wider answer without a narrower one is nothing, or at least the smallest number."""
    Graduate.delete().execute()
    SourcesCounted.delete().execute()
    for nth, size in enumerate(sizes):
        add_many(cast, size, major_code=f"08090{nth}", major_name=f"专业{nth}")
    sources.count(ctx)
    school = cast.units["school"].code
    asked = ["", "08", "0809", *(f"08090{nth}" for nth in range(len(sizes)))]
    answers = {
        major: sources.look_up(ctx, boss, Asked(school=school, major=major)).total or 0 for major in asked
    }
    for wide, narrow in itertools.permutations(asked, 2):
        if narrow.startswith(wide):
            assert answers[wide] - answers[narrow] in {0, *range(SMALLEST_COUNT, 100)}
            assert answers[narrow] in {0, *range(SMALLEST_COUNT, 100)}


def test_a_consent_goes_with_the_application(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck
) -> None:
    visitor = meet(cast.graduate)
    degree_checks.grant(ctx, visitor, asked.code)
    first = applications.mine(ctx, visitor).rows[0].code
    second = applications.apply(ctx, visitor, add_post(ctx, cast.unit, title="测试工程师").code)
    applications.withdraw(ctx, visitor, first)
    assert degree_checks.look(ctx, boss, asked.code).name == "李晓雨"  # the other application stands
    applications.withdraw(ctx, visitor, second.code)
    assert DegreeCheck.get().status == "refused"
    assert refusal_of(lambda: degree_checks.look(ctx, boss, asked.code)).code == "degree_no_consent"
    assert "不同意" in owed("hiring_told")[-1].payload


def test_a_question_goes_with_the_application_too(
    ctx: Context, cast: Cast, meet: Meet, asked: DegreeCheck
) -> None:
    visitor = meet(cast.graduate)
    applications.withdraw(ctx, visitor, applications.mine(ctx, visitor).rows[0].code)
    assert DegreeCheck.get().status == "refused"
    assert refusal_of(lambda: degree_checks.grant(ctx, visitor, asked.code)).code == "illegal_move"


def test_a_consent_that_outlived_its_application_opens_nothing(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, asked: DegreeCheck
) -> None:
    """As one whose application was taken back before consents went with them."""
    degree_checks.grant(ctx, meet(cast.graduate), asked.code)
    Application.update(status="withdrawn").execute()
    assert refusal_of(lambda: degree_checks.look(ctx, boss, asked.code)).code == "degree_no_consent"
