"""The first page's numbers are those of the range."""

from domain.actors import Actor, Role
from domain.years import current_year
from models.graduate import Graduate
from models.org import Staff
from services import binding, overview, seats
from services.context import Context
from services.overview import Overview
from tests.cast import YEAR, Cast, Persona
from tests.fakes import START
from tests.posts import add_employer, add_post


def seen_by(ctx: Context, persona: Persona) -> Overview:
    assert persona.account is not None
    assert persona.staff is not None
    actor = Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)
    return overview.look(ctx, seats.seat_for(actor, Staff.get_by_id(persona.staff.id)))


def test_a_school_counts_its_graduates_by_state_and_its_people(cast: Cast, ctx: Context) -> None:
    assert current_year(START) == YEAR
    Graduate.update(status="locked").where(Graduate.id == cast.graduate.graduate.id).execute()
    Graduate.update(year=YEAR - 1).where(Graduate.id == cast.other_graduate.graduate.id).execute()
    binding.bind(ctx, cast.college.account, cast.college.openid)
    seen = seen_by(ctx, cast.school)
    assert (seen.year, seen.graduates) == (YEAR, 2)
    assert seen.states == {"open": 1, "confirmed": 0, "locked": 1}
    assert (seen.staff, seen.unbound) == (3, 2)
    assert (seen.requests, seen.questions) == (0, 0)


def test_a_counselor_counts_the_graduates_answered_for_and_no_people(cast: Cast, ctx: Context) -> None:
    seen = seen_by(ctx, cast.counselor)
    assert (seen.graduates, seen.staff, seen.requests, seen.questions) == (3, None, None, None)
    assert seen_by(ctx, cast.other_counselor).graduates == 0


def test_the_top_does_not_count_states(cast: Cast, ctx: Context) -> None:
    seen = seen_by(ctx, cast.ministry)
    assert (seen.graduates, seen.states, seen.staff) == (3, {}, 5)


def test_an_office_counts_what_waits_for_its_review(cast: Cast, ctx: Context) -> None:
    before = seen_by(ctx, cast.province).reviews["employers"]
    employer = add_employer(cast)
    add_post(ctx, employer, status="review")
    add_post(ctx, employer)
    employer.change(status="filed")
    assert seen_by(ctx, cast.province).reviews == {
        **{"employers": before + 1, "amendments": 0, "posts": 1, "complaints": 0}
    }
    assert seen_by(ctx, cast.school).reviews["posts"] == 0
    assert seen_by(ctx, cast.college).reviews == {}
