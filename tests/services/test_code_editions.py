"""Replacing code tables: checked and compared first, journaled, taken back, and only by those who keep them."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.code_sheet import HEADINGS
from domain.actors import SYSTEM
from domain.code_rows import Entry, RowTrouble
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models.codes import CodeRow, CodeSet
from models.journal import Journal
from services import code_editions, code_reports, code_tables, housekeeping
from services.code_editions import Proposal
from services.context import Context
from services.seats import Seat
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import acts, codes_of, together
from wx_backend.redis_client import connect

HARDSHIP = (("0", "非困难生"), ("1", "就业困难"), ("2", "家庭困难"))
Sit = Callable[[str], Seat]


@pytest.fixture
def keeper(sit: Sit) -> Seat:
    return sit("province")


@pytest.fixture
def propose(ctx: Context, keeper: Seat) -> Callable[..., Proposal]:
    def send(*rows: tuple[str, ...], table: str = "hardship", year: int = 2027) -> Proposal:
        return code_editions.propose(ctx, keeper, table, year, [HEADINGS, *rows])

    return send


def names(ctx: Context, year: int = 2027) -> dict[str, str]:
    return dict(code_tables.names(ctx, "hardship", year))


def edition_of(proposal: Proposal) -> CodeSet:
    assert proposal.edition is not None
    return proposal.edition


# -- taking effect -----------------------------------------------------------------------------------------


def test_an_edition_holds_once_it_is_told_to(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    before = names(ctx)
    edition = edition_of(propose(*HARDSHIP))
    assert names(ctx) == before
    code_editions.take_effect(ctx, keeper, edition.code)
    assert names(ctx) == dict(HARDSHIP)
    assert names(ctx, 2026) == before
    assert acts("code_set") == [("import", "province", "", ""), ("take_effect", "province", "", "")]


def test_taking_effect_twice_is_taking_effect_once(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal], clock: FixedClock
) -> None:
    edition = edition_of(propose(*HARDSHIP))
    code_editions.take_effect(ctx, keeper, edition.code)
    clock.advance(minutes=1)
    code_editions.take_effect(ctx, keeper, edition.code)
    assert [verb for verb, *_rest in acts("code_set")] == ["import", "take_effect"]


def test_of_eight_at_once_one_is_journaled(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    edition = edition_of(propose(*HARDSHIP))
    results = together(*[lambda: code_editions.take_effect(ctx, keeper, edition.code)] * 8)
    assert set(codes_of(results)) <= {"ok", "stale"}
    assert [verb for verb, *_rest in acts("code_set")].count("take_effect") == 1


def test_the_same_file_again_changes_nothing(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    edition = edition_of(propose(*HARDSHIP))
    code_editions.take_effect(ctx, keeper, edition.code)
    again = propose(*HARDSHIP)
    assert (edition_of(again).id, again.is_news) == (edition.id, False)
    assert (CodeSet.select().count(), CodeRow.select().count()) == (1, 3)


def test_the_same_rows_for_another_year_are_another_edition(propose: Callable[..., Proposal]) -> None:
    assert edition_of(propose(*HARDSHIP)).id != edition_of(propose(*HARDSHIP, year=2028)).id


def test_an_older_file_again_brings_its_edition_back(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal], clock: FixedClock
) -> None:
    first, second = edition_of(propose(*HARDSHIP)), edition_of(propose(("9", "其他")))
    for edition in (first, second):
        clock.advance(minutes=1)
        code_editions.take_effect(ctx, keeper, edition.code)
    assert names(ctx) == {"9": "其他"}
    again = propose(*HARDSHIP)
    assert (edition_of(again).id, again.is_news) == (first.id, True)
    clock.advance(minutes=1)
    code_editions.take_effect(ctx, keeper, first.code)
    assert names(ctx) == dict(HARDSHIP)


def test_rows_in_trouble_leave_nothing_behind(propose: Callable[..., Proposal]) -> None:
    proposal = propose(("0", "甲"), ("0", "乙"), ("x", "丙"))
    assert proposal.edition is None
    assert [(trouble.line, trouble.reason) for trouble in proposal.troubles] == [
        (3, "codes_twice:2"),
        (4, "codes_form"),
    ]
    assert CodeSet.select().count() == 0


# -- undo --------------------------------------------------------------------------------------------------


def test_taken_back_what_held_before_holds_again(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal], clock: FixedClock
) -> None:
    shipped = names(ctx)
    editions = [edition_of(propose(*HARDSHIP)), edition_of(propose(("9", "其他")))]
    for edition in editions:
        clock.advance(minutes=1)
        code_editions.take_effect(ctx, keeper, edition.code)
    code_editions.take_back(ctx, keeper, editions[1].code)
    assert names(ctx) == dict(HARDSHIP)
    code_editions.take_back(ctx, keeper, editions[1].code)
    assert names(ctx) == dict(HARDSHIP)
    code_editions.take_back(ctx, keeper, editions[0].code)
    assert names(ctx) == shipped
    assert [verb for verb, *_rest in acts("code_set")].count("take_back") == 2


def test_the_history_says_which_edition_holds(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal], clock: FixedClock
) -> None:
    first, second, third = (edition_of(propose((str(number), "甲"))) for number in range(3))
    for edition in (first, second):
        clock.advance(minutes=1)
        code_editions.take_effect(ctx, keeper, edition.code)
    told = [(row.edition.id, row.holds, row.was_in_force) for row in code_editions.history("hardship")]
    assert told == [(third.id, False, False), (second.id, True, True), (first.id, False, True)]


def test_only_what_never_held_can_be_thrown_away(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    held, never = edition_of(propose(*HARDSHIP)), edition_of(propose(("9", "其他")))
    code_editions.take_effect(ctx, keeper, held.code)
    with pytest.raises(Conflict):
        code_editions.discard(ctx, keeper, held.code)
    code_editions.take_back(ctx, keeper, held.code)
    with pytest.raises(Conflict):
        code_editions.discard(ctx, keeper, held.code)
    assert code_editions.discard(ctx, keeper, never.code) == "hardship"
    assert [row.code for row in CodeSet.select()] == [held.code]
    assert CodeRow.select().count() == 3


# -- what changes ------------------------------------------------------------------------------------------


def test_the_difference_to_what_holds(ctx: Context, keeper: Seat, propose: Callable[..., Proposal]) -> None:
    code_editions.take_effect(ctx, keeper, edition_of(propose(("0", "甲"), ("1", "乙"), ("2", "丙"))).code)
    draft = edition_of(propose(("0", "甲"), ("1", "乙乙"), ("3", "丁")))
    seen = code_editions.difference(draft)
    assert [row.code for row in seen.new] == ["3"]
    assert [(before.name, after.name) for before, after in seen.changed] == [("乙", "乙乙")]
    assert [row.code for row in seen.gone] == ["2"]
    assert seen.held == []


def test_the_first_edition_of_a_big_table_is_all_new(propose: Callable[..., Proposal]) -> None:
    draft = edition_of(propose(("340000", "安徽省"), ("340100", "合肥市", "340000"), table="region", year=0))
    seen = code_editions.difference(draft)
    assert ([row.code for row in seen.new], seen.changed, seen.gone) == (["340000", "340100"], [], [])


def test_codes_that_graduates_hold_are_told_before_they_go(
    ctx: Context, cast: Cast, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    rows = (
        ("340000", "安徽省"),
        ("340104", "蜀山区", "340000"),
        ("340111", "包河区", "340000"),
        ("340121", "长丰县", "340000"),
    )
    first = edition_of(propose(*rows, table="region", year=0))
    code_editions.take_effect(ctx, keeper, first.code)
    cast.graduate.graduate.change(origin="340104", division="340104")
    cast.other_graduate.graduate.change(origin="340104", division="340111")
    cast.fresh_graduate.graduate.change(origin="340121")
    changed = (rows[0], ("340104", "蜀山区", "340000", "停用", "340121"), rows[3])
    seen = code_editions.difference(edition_of(propose(*changed, table="region", year=2027)))
    assert [(held.entry.code, held.graduates, held.successor) for held in seen.held] == [
        ("340104", 2, "340121"),
        ("340111", 1, ""),
    ]


def test_graduates_of_other_years_are_not_touched(
    ctx: Context, cast: Cast, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    cast.graduate.graduate.change(hardship="2")
    gone = (("0", "非困难生"),)
    later = code_editions.difference(edition_of(propose(*gone, year=2028)))
    assert later.held == []
    assert [
        held.entry.code for held in code_editions.difference(edition_of(propose(*gone, year=0))).held
    ] == ["2"]
    code_editions.take_effect(ctx, keeper, edition_of(propose(*HARDSHIP, year=2027)).code)
    assert code_editions.difference(edition_of(propose(("1", "就业困难"), year=0))).held == []


def test_majors_are_looked_for_among_their_own_levels(
    ctx: Context, cast: Cast, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    rows = (("080902", "软件工程"), ("080901", "计算机科学与技术"))
    for table in ("major_undergraduate", "major_postgraduate"):
        code_editions.take_effect(ctx, keeper, edition_of(propose(*rows, table=table, year=0)).code)
    cast.graduate.graduate.change(major_code="080902", education="3")
    held = {
        table: code_editions.difference(edition_of(propose(rows[1], table=table, year=2027))).held
        for table in ("major_undergraduate", "major_postgraduate")
    }
    assert [row.graduates for row in held["major_undergraduate"]] == [3]
    assert held["major_postgraduate"] == []


# -- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["counselor", "college", "school"])
def test_below_the_province_nobody_replaces_a_table(
    ctx: Context, sit: Sit, propose: Callable[..., Proposal], level: str
) -> None:
    edition = edition_of(propose(*HARDSHIP))
    seat = sit(level)
    assert not code_editions.may_replace(seat)
    for verb in (code_editions.take_effect, code_editions.take_back, code_editions.discard):
        with pytest.raises(NotAllowed):
            verb(ctx, seat, edition.code)
    with pytest.raises(NotAllowed):
        code_editions.propose(ctx, seat, "hardship", 2027, [HEADINGS, *HARDSHIP])
    assert names(ctx)["3"] == "就业困难和家庭困难"


def test_the_ministry_replaces_too(sit: Sit) -> None:
    assert code_editions.may_replace(sit("ministry"))


def test_what_is_not_there(ctx: Context, keeper: Seat) -> None:
    with pytest.raises(NotFound):
        code_editions.propose(ctx, keeper, "weather", 2027, [HEADINGS, ("0", "晴")])
    for verb in (code_editions.take_effect, code_editions.take_back, code_editions.discard):
        with pytest.raises(NotFound):
            verb(ctx, keeper, "nothing")
    with pytest.raises(NotFound):
        code_editions.history("weather")


@pytest.mark.parametrize("text", ["", "27", "1999", "2101", "二〇二七", "²027", "-1", "20270"])
def test_years_that_are_none(text: str) -> None:
    with pytest.raises(Invalid):
        code_editions.year_of(text)


def test_years_that_are_some() -> None:
    assert [code_editions.year_of(text) for text in ("0", "2000", "2027", "2100")] == [0, 2000, 2027, 2100]


def test_a_command_puts_its_rows_in_force_at_once_and_once(ctx: Context) -> None:
    rows = [Entry("0", "甲")]
    first = code_editions.bring_in(ctx, SYSTEM, "hardship", 0, rows)
    again = code_editions.bring_in(ctx, SYSTEM, "hardship", 0, rows)
    assert (first.is_news, again.is_news) == (True, False)
    assert names(ctx) == {"0": "甲"}
    assert [verb for verb, *_rest in acts("code_set")] == ["import", "take_effect"]


def test_without_redis_there_is_no_report_to_take_away(ctx: Context, keeper: Seat, tmp_path: Path) -> None:
    trouble = RowTrouble(3, "代码", "0", "codes_form")
    away = dataclasses.replace(ctx, redis=connect(f"unix://{tmp_path}/nobody"))
    assert code_reports.keep(away, [trouble]) == ""
    with pytest.raises(NotFound):
        code_reports.fetch(away, keeper, "whatever")


def test_a_report_is_sealed_and_forgotten(ctx: Context, keeper: Seat) -> None:
    name = code_reports.keep(ctx, [RowTrouble(3, "名称", "李晓雨", "too_long")])
    [key] = ctx.redis.keys("*code-report*")
    assert 0 < ctx.redis.ttl(key) <= 3600
    assert "李晓雨".encode() not in ctx.redis.get(key)
    assert code_reports.fetch(ctx, keeper, name).startswith(b"PK")
    ctx.redis.set(key, b"broken")
    with pytest.raises(NotFound):
        code_reports.fetch(ctx, keeper, name)


# -- drafts that nobody puts in force --------------------------------------------------------------------------


def aged(edition: CodeSet, ctx: Context, **span: float) -> None:
    CodeSet.update(updated_at=ctx.clock() - timedelta(**span)).where(CodeSet.id == edition.id).execute()


def test_a_draft_goes_after_thirty_days_with_a_line_in_the_journal(
    ctx: Context, propose: Callable[..., Proposal]
) -> None:
    old, young = edition_of(propose(*HARDSHIP)), edition_of(propose(*HARDSHIP, year=2028))
    aged(old, ctx, days=30, seconds=1)
    aged(young, ctx, days=30)
    assert housekeeping.tidy(ctx) == 1
    assert housekeeping.tidy(ctx) == 0
    assert [row.id for row in CodeSet.select()] == [young.id]
    assert CodeRow.select().where(CodeRow.edition == old.id).count() == 0
    line = Journal.get(Journal.verb == "discard")
    assert (line.record, line.role, line.note["year"]) == (old.code, "system", 2027)


def test_what_holds_or_held_once_stays(ctx: Context, keeper: Seat, propose: Callable[..., Proposal]) -> None:
    holding, former = edition_of(propose(*HARDSHIP)), edition_of(propose(*HARDSHIP, year=2028))
    for edition in (holding, former):
        code_editions.take_effect(ctx, keeper, edition.code)
    code_editions.take_back(ctx, keeper, former.code)
    for edition in (holding, former):
        aged(edition, ctx, days=300)
    assert code_editions.drop_drafts(ctx) == 0
    assert CodeSet.select().count() == 2


def test_a_draft_sent_in_again_is_kept_anew(ctx: Context, propose: Callable[..., Proposal]) -> None:
    edition = edition_of(propose(*HARDSHIP))
    aged(edition, ctx, days=40)
    assert edition_of(propose(*HARDSHIP)).id == edition.id
    assert code_editions.drop_drafts(ctx) == 0


def test_put_in_force_just_then_it_stays_or_is_gone_for_both(
    ctx: Context, keeper: Seat, propose: Callable[..., Proposal]
) -> None:
    edition = edition_of(propose(*HARDSHIP))
    aged(edition, ctx, days=40)
    results = together(
        lambda: code_editions.take_effect(ctx, keeper, edition.code), lambda: code_editions.drop_drafts(ctx)
    )
    in_force = CodeSet.get_or_none(CodeSet.in_force_at.is_null(False))
    if in_force is None:
        assert (codes_of(results), CodeSet.select().count()) == (["not_found", "ok"], 0)
    else:
        assert names(ctx) == dict(HARDSHIP)
