"""What an office has stopped stays stopped, and what is over between graduate and unit is over for both."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.employer import Employer
from models.post import Post, PostWord
from models.wishes import Interview
from services import applications
from services.applications import interviews, sorting
from services.applications.interviews import InterviewForm
from services.context import Context
from services.employers import review as units
from services.posts import fairs, life, review
from services.posts.fairs import FairForm
from services.seats import Seat
from services.throttle import RESUME_PDF
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_post
from tests.services.tools import Meet, owed, refusal_of, together


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    """A published post of the cast's unit, which the school looks after."""
    assert cast.unit is not None
    return add_post(ctx, cast.unit, school_id=cast.units["school"].id)


@pytest.fixture
def invited(ctx: Context, cast: Cast, meet: Meet, post: Post, clock: FixedClock) -> Interview:
    sent = applications.apply(ctx, meet(cast.graduate), post.code)
    boss = meet(cast.employer)
    applications.view(ctx, boss, sent.code)
    form = InterviewForm("onsite", clock() + timedelta(days=3), "高新区 3 楼")
    return interviews.offer(ctx, boss, sent.code, form)


def test_nobody_publishes_a_post_of_a_unit_that_is_stopped(
    ctx: Context, sit: Callable[[str], Seat], post: Post
) -> None:
    Employer.update(filed_at=ctx.clock()).execute()
    units.suspend(ctx, sit("province"), post.employer.code, "涉嫌收费")
    assert Post.get().status == "suspended"
    assert refusal_of(lambda: review.publish(ctx, sit("school"), post.code)).code == "employer_stopped"
    assert (Post.get().status, PostWord.select().count()) == ("suspended", 0)
    units.restore(ctx, sit("province"), post.employer.code)
    assert review.publish(ctx, sit("school"), post.code).status == "published"


def test_nobody_publishes_what_they_have_not_seen(
    ctx: Context, cast: Cast, meet: Meet, sit: Callable[[str], Seat], post: Post
) -> None:
    Post.update(status="review").execute()
    seen = str(Post.get().version)
    life.recall(ctx, meet(cast.employer), post.code)
    assert refusal_of(lambda: review.publish(ctx, sit("school"), post.code)).code == "stale"
    Post.get().change(title="高薪兼职")
    life.submit(ctx, meet(cast.employer), post.code)
    assert refusal_of(lambda: review.publish(ctx, sit("school"), post.code, seen)).code == "stale"
    now = str(Post.get().version)
    assert review.publish(ctx, sit("school"), post.code, now).status == "published"
    assert review.publish(ctx, sit("school"), post.code, now).status == "published"


def test_the_unit_hears_that_somebody_who_accepted_is_not_coming(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview
) -> None:
    interviews.accept(ctx, meet(cast.graduate), invited.code)
    applications.withdraw(ctx, meet(cast.graduate), invited.application.code, "另有去处")
    applications.withdraw(ctx, meet(cast.graduate), invited.application.code)
    assert Interview.get().status == "declined"
    assert len([row for row in owed("hiring_told") if row.phone == cast.employer.phone]) == 2


def test_an_interview_that_was_held_stays_so_when_its_application_is_taken_back(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview, clock: FixedClock
) -> None:
    interviews.accept(ctx, meet(cast.graduate), invited.code)
    clock.advance(days=4)
    applications.withdraw(ctx, meet(cast.graduate), invited.application.code)
    assert Interview.get().status == "accepted"


@pytest.mark.parametrize("why", ["已招满", ""])
def test_who_is_rejected_is_invited_no_longer(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview, why: str
) -> None:
    before = len(owed("hiring_told"))
    for _ in range(2):
        applications.reject(ctx, meet(cast.employer), invited.application.code, why)
    assert (Interview.get().status, Interview.get().reason) == ("cancelled", why)
    assert len(owed("hiring_told")) == before + 1
    assert refusal_of(lambda: interviews.accept(ctx, meet(cast.graduate), invited.code)).status == 409


def test_cancelling_and_accepting_at_once_leave_one_answer(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview
) -> None:
    graduate, boss = meet(cast.graduate), meet(cast.employer)
    together(
        lambda: interviews.accept(ctx, graduate, invited.code),
        lambda: interviews.cancel(ctx, boss, invited.code, "改期"),
        lambda: applications.withdraw(ctx, graduate, invited.application.code),
        lambda: applications.reject(ctx, boss, invited.application.code),
    )
    row = Interview.get()
    over = row.application.status in ("withdrawn", "rejected")
    assert over
    assert row.status in ("declined", "cancelled")


def test_setting_a_sent_resume_holds_no_transaction_and_is_counted(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview
) -> None:
    boss, code = meet(cast.employer), invited.application.code
    for _ in range(60):
        ctx.throttle.use(RESUME_PDF, boss.account.code)
    assert refusal_of(lambda: sorting.resume_pdf(ctx, boss, code)).status == 429


def test_another_fair_of_the_same_name_is_another_fair(ctx: Context, sit: Callable[[str], Seat]) -> None:
    day = ctx.clock().date()
    first, second = (
        fairs.save(ctx, sit("school"), FairForm("双选会", "欢迎", "", day, day + timedelta(days=days)))
        for days in (3, 9)
    )
    assert first.id != second.id
    assert (
        fairs.save(ctx, sit("school"), FairForm("双选会", "欢迎", "", day, day + timedelta(days=3))).id
        == first.id
    )
