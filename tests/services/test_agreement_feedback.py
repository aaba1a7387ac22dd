"""全国系统信息反馈 on agreements: taken in by the school, heard of, mended; nothing else of the agreement changes."""

import pytest

from config.agreements import national_errors
from domain.refusals import Invalid, NotAllowed
from models.agreement import Agreement
from models.journal import Journal
from services.agreements import chain, feedback, queues
from services.agreements.feedback import Feedback
from services.agreements.queues import Asked
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import DESK
from tests.cast import Cast
from tests.services.tools import owed, refusal_of

TEXT = "组织机构代码不正确"


@pytest.fixture
def row(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


def told(row: Agreement) -> int:
    return sum("上报信息有误" in one.payload for one in owed("signing_decided"))


def test_an_error_is_a_mark_with_its_kind_and_no_change(ctx: Context, cast: Cast, row: Agreement) -> None:
    for error in national_errors():
        found = Feedback(error, f"{TEXT} {error}")
        marked = feedback.report(ctx, ways.seat(ctx, cast.school), DESK, agreements.fresh(row), found)
        assert (marked.status, feedback.of(agreements.fresh(row))) == ("effective", found)
        event = chain.events(marked)[-1]
        assert (event.kind, event.body["error"], event.body["reason"]) == ("report.error", error, found.text)
        assert event.body["actor"] == ways.seat(ctx, cast.school).actor.code
    assert set(national_errors().values()) == {"生源信息错误", "登记信息错误", "档案信息错误"}
    assert chain.broken_at(agreements.fresh(row)) is None


def test_what_is_mended_loses_its_mark(ctx: Context, cast: Cast, row: Agreement) -> None:
    ways.report(ctx, cast.school, row, TEXT)
    seat = ways.seat(ctx, cast.school)
    asked = Asked(state="", is_marked=True)
    assert [one.id for one in queues.agreements(ctx, seat, asked).rows] == [row.id]
    mended = ways.mend(ctx, cast.school, row)
    assert (mended.status, mended.error_note, feedback.of(mended)) == ("effective", "", None)
    assert chain.events(mended)[-1].kind == "report.mended"
    assert Journal.select().where(Journal.verb == "mend_error").count() == 1
    assert not queues.agreements(ctx, seat, asked).rows


def test_a_release_under_way_goes_on_with_its_times(ctx: Context, cast: Cast, row: Agreement) -> None:
    release = ways.asked(ctx, ways.graduate_of(ctx, cast.graduate), row)
    Agreement.update(due_at=ctx.clock(), reminders=1).where(Agreement.id == row.id).execute()
    before = agreements.fresh(row)
    ways.report(ctx, cast.school, row, TEXT)
    now = ways.mend(ctx, cast.school, row)
    assert (now.status, now.due_at, now.reminders) == ("releasing", before.due_at, 1)
    assert ways.release_of(release).status == "asked"


def test_said_twice_it_is_one_report(ctx: Context, cast: Cast, row: Agreement) -> None:
    for verb in (lambda: ways.report(ctx, cast.school, row, TEXT), lambda: ways.mend(ctx, cast.school, row)):
        head = (verb().head_seq, told(row))
        assert (verb().head_seq, told(row)) == head
    other = ways.another(cast.school)
    assert refusal_of(lambda: ways.mend(ctx, other, row)).code == "error_not_reported"
    ways.report(ctx, cast.school, row, TEXT)  # the national system finds it again
    assert agreements.fresh(row).error_note == TEXT


def test_what_a_page_showed_before_is_not_answered(ctx: Context, cast: Cast, row: Agreement) -> None:
    old = agreements.fresh(row)
    ways.report(ctx, cast.school, row, TEXT)
    seat = ways.seat(ctx, cast.school)
    newer = Feedback("source", "考生号不正确")
    assert refusal_of(lambda: feedback.report(ctx, seat, DESK, old, newer)).code == "stale"
    assert refusal_of(lambda: feedback.mend(ctx, seat, DESK, old)).code == "stale"


def test_without_a_kind_or_words_it_is_refused(ctx: Context, cast: Cast, row: Agreement) -> None:
    seat = ways.seat(ctx, cast.school)
    for found in (Feedback("", TEXT), Feedback("nonsense", TEXT), Feedback("source", " ")):
        with pytest.raises(Invalid):
            feedback.report(ctx, seat, DESK, agreements.fresh(row), found)
    assert agreements.fresh(row).error_note == ""


def test_only_the_school_takes_it_in(ctx: Context, cast: Cast, row: Agreement) -> None:
    ways.report(ctx, cast.school, row, TEXT)
    for persona in (cast.counselor, cast.college, cast.province):
        with pytest.raises(NotAllowed):
            ways.report(ctx, persona, row, "别的")
        with pytest.raises(NotAllowed):
            ways.mend(ctx, persona, row)
    assert agreements.fresh(row).error_note == TEXT
