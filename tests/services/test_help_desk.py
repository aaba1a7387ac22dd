"""Questions that wait for an answer: whose they are, and taking them off the list."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.refusals import NotAllowed, NotFound
from models.callback import HelpQuestion
from models.journal import Journal
from models.org import OrgUnit, Staff
from services import binding, help_desk, seats
from services.context import Context
from services.listing import SLICE
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.fakes import FixedClock


@pytest.fixture
def seat_in() -> Callable[[Persona], Seat]:
    def make(persona: Persona) -> Seat:
        assert persona.account is not None
        assert persona.staff is not None
        actor = Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)
        return seats.seat_for(actor, Staff.get_by_id(persona.staff.id))

    return make


@pytest.fixture
def ask(ctx: Context, clock: FixedClock) -> Callable[[str, str], HelpQuestion]:
    def make(openid: str, text: str) -> HelpQuestion:
        clock.advance(seconds=1)
        return HelpQuestion.create(
            fingerprint=text, app_id=ctx.settings.wechat_app_id, openid=openid, text=text, asked_at=clock()
        )

    return make


@pytest.fixture
def asked(cast: Cast, ctx: Context, ask: Callable[[str, str], HelpQuestion]) -> Cast:
    """One question of a bound graduate, one of somebody unknown."""
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    ask(cast.graduate.openid, "三方协议在哪里签")
    ask(cast.stranger.openid, "怎么注册")
    return cast


def texts(ctx: Context, seat: Seat) -> list[str]:
    return [question.row.text for question in help_desk.waiting(ctx, seat).rows]


def test_the_top_sees_all_and_a_school_its_own(
    asked: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    assert texts(ctx, seat_in(asked.ministry)) == ["三方协议在哪里签", "怎么注册"]
    assert texts(ctx, seat_in(asked.province)) == ["三方协议在哪里签"]
    assert texts(ctx, seat_in(asked.school)) == ["三方协议在哪里签"]
    for persona in (asked.college, asked.counselor):
        with pytest.raises(NotAllowed):
            help_desk.waiting(ctx, seat_in(persona))


def test_the_asker_is_named_with_the_school(
    asked: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    known, unknown = help_desk.waiting(ctx, seat_in(asked.ministry)).rows
    assert (known.asker, known.school) == ("李晓雨 20****01", "江淮大学")
    assert (unknown.asker, unknown.school) == ("", "")


def test_an_answered_question_leaves_the_list(
    asked: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    seat = seat_in(asked.school)
    row = help_desk.waiting(ctx, seat).rows[0].row
    help_desk.mark_answered(ctx, seat, row.code)
    help_desk.mark_answered(ctx, seat, row.code)
    assert texts(ctx, seat) == []
    assert HelpQuestion.get_by_id(row.id).answered_at == ctx.clock()
    assert [line.record for line in Journal.select().where(Journal.verb == "answer")] == [row.code]


def test_another_school_can_neither_see_nor_answer(
    asked: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    elsewhere = OrgUnit.add("school", "淮北大学", asked.units["province"])
    stranger = Staff.create(account=asked.person.account, level="school", unit=elsewhere)
    seat = seats.seat_for(Actor("x", frozenset({Role.PERSON}), asked.person.account.id), stranger)
    assert texts(ctx, seat) == []
    with pytest.raises(NotFound):
        help_desk.mark_answered(ctx, seat, HelpQuestion.select().first().code)


def test_many_questions_come_in_slices(
    cast: Cast, ctx: Context, ask: Callable[[str, str], HelpQuestion], seat_in: Callable[[Persona], Seat]
) -> None:
    words = [f"问题{number}" for number in range(SLICE + 2)]
    for word in words:
        ask(cast.stranger.openid, word)
    HelpQuestion.update(
        asked_at=ctx.clock() - timedelta(hours=1)
    ).execute()  # all at once: ids tell them apart
    seat = seat_in(cast.ministry)
    first = help_desk.waiting(ctx, seat)
    second = help_desk.waiting(ctx, seat, first.after)
    assert [question.row.text for question in (*first.rows, *second.rows)] == words
    assert (first.total, second.after) == (SLICE + 2, "")
