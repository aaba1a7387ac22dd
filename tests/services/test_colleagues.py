"""Several people recruit for a unit: asked in by phone, let go by the first, gone at once when they are gone."""

from datetime import timedelta

import pytest

from models.employer import Employer, Invitation, Recruiter
from services.applications import InboxFilter, inbox
from services.context import Context
from services.employers import colleagues
from services.posts import life
from services.sessions import Visitor
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import Meet, acts, codes_of, refusal_of, together


@pytest.fixture
def boss(cast: Cast, meet: Meet) -> Visitor:
    return meet(cast.employer)


@pytest.fixture
def invited(ctx: Context, cast: Cast, boss: Visitor) -> Invitation:
    """何路 is asked in."""
    return colleagues.invite(ctx, boss, cast.person.phone)


@pytest.fixture
def colleague(ctx: Context, cast: Cast, meet: Meet, invited: Invitation) -> Visitor:
    colleagues.join(ctx, meet(cast.person), invited.code)
    return meet(cast.person)


def test_who_is_asked_in_recruits_too(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, invited: Invitation
) -> None:
    assert colleagues.invite(ctx, boss, cast.person.phone).id == invited.id
    visitor = meet(cast.person)
    assert [row.employer.name for row in colleagues.waiting(ctx, visitor)] == ["合肥创新软件有限公司"]
    assert refusal_of(lambda: life.employer_side(visitor)).status == 403
    done = together(*[lambda: colleagues.join(ctx, visitor, invited.code)] * 3)
    assert codes_of(done) == ["ok"] * 3
    assert Recruiter.select().count() == 2
    there = meet(cast.person)
    assert life.employer_side(there).employer_id == cast.unit.id
    assert inbox(ctx, there.recruiter, InboxFilter()).rows == []
    assert colleagues.waiting(ctx, there) == []
    assert [one.account.name for one in colleagues.team(ctx, there).people] == ["周敏", "何路"]
    assert [verb for verb, *_ in acts("invitation")] == ["ask_in"]
    assert [verb for verb, *_ in acts("recruiter")] == ["join"]


def test_who_is_let_go_is_out_at_once(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, colleague: Visitor
) -> None:
    assert colleague.recruiter is not None
    for _ in range(2):
        colleagues.end(ctx, boss, colleague.recruiter.code)
    gone = meet(cast.person)
    assert gone.recruiter is None
    assert refusal_of(lambda: life.employer_side(gone)).status == 403
    assert [verb for verb, *_ in acts("recruiter")] == ["join", "end"]
    again = colleagues.invite(ctx, boss, cast.person.phone)
    colleagues.join(ctx, gone, again.code)
    assert [one.account.name for one in colleagues.team(ctx, boss).people] == ["周敏", "何路"]


def test_the_first_alone_asks_in_and_lets_go(
    ctx: Context, cast: Cast, boss: Visitor, colleague: Visitor
) -> None:
    for verb in (
        lambda: colleagues.invite(ctx, colleague, "13912340009"),
        lambda: colleagues.end(ctx, colleague, boss.recruiter.code),
        lambda: colleagues.take_back(ctx, colleague, Invitation.get().code),
    ):
        assert refusal_of(verb).code == "first_recruiter_only"
    assert refusal_of(lambda: colleagues.end(ctx, boss, boss.recruiter.code)).code == "recruiter_self"
    assert refusal_of(lambda: colleagues.invite(ctx, boss, cast.person.phone)).code == "colleague_there"
    assert refusal_of(lambda: colleagues.invite(ctx, boss, "12345")).fields.keys() == {"phone"}


def test_after_the_first_has_left_the_next_is_the_first(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, colleague: Visitor
) -> None:
    colleagues.leave(ctx, boss)
    assert meet(cast.employer).recruiter is None
    assert colleagues.team(ctx, colleague).is_first
    assert refusal_of(lambda: colleagues.leave(ctx, colleague)).code == "recruiter_last"
    assert [row.account_id for row in Recruiter.of_employer(cast.unit.id)] == [cast.person.account.id]


def test_of_two_who_leave_at_once_one_stays(ctx: Context, boss: Visitor, colleague: Visitor) -> None:
    done = together(lambda: colleagues.leave(ctx, boss), lambda: colleagues.leave(ctx, colleague))
    assert codes_of(done) == ["ok", "recruiter_last"]


def test_an_invitation_is_for_one_phone_and_for_a_while(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, invited: Invitation, clock: FixedClock
) -> None:
    for who in (cast.graduate, cast.school):
        assert refusal_of(lambda who=who: colleagues.join(ctx, meet(who), invited.code)).status == 403
    stranger = colleagues.invite(ctx, boss, "13912340009")
    assert refusal_of(lambda: colleagues.join(ctx, meet(cast.person), stranger.code)).status == 404
    for _ in range(2):
        colleagues.take_back(ctx, boss, stranger.code)
    clock.advance(days=15)
    assert colleagues.waiting(ctx, meet(cast.person)) == []
    assert refusal_of(lambda: colleagues.join(ctx, meet(cast.person), invited.code)).code == "invitation_over"


def test_nobody_recruits_for_two_units(ctx: Context, cast: Cast, meet: Meet, invited: Invitation) -> None:
    other = Employer.create(
        name="别家公司", name_key="别家公司", status="approved", unit=cast.units["school"]
    )
    Recruiter.create(account=cast.person.account, employer=other)
    assert (
        refusal_of(lambda: colleagues.join(ctx, meet(cast.person), invited.code)).code
        == "recruiter_elsewhere"
    )
    assert colleagues.waiting(ctx, meet(cast.person)) == []


def test_a_unit_has_room_for_so_many(ctx: Context, cast: Cast, boss: Visitor) -> None:
    ends = ctx.clock() + timedelta(days=1)
    for nth in range(colleagues.MOST - 1):
        Invitation.create(
            employer=cast.unit, phone=f"1391234{nth:04d}", phone_index=f"x{nth}", expires_at=ends
        )
    refusal = refusal_of(lambda: colleagues.invite(ctx, boss, cast.person.phone))
    assert refusal.code == "colleagues_full"
    assert str(colleagues.MOST) in refusal.say
