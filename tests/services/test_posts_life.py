"""A post from draft to its end: who may move it, what lists and partners learn of it, and that again is as once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.desk_hours import CHINA
from domain.refusal_words import SAY
from domain.refusals import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from models.employer import Employer, Recruiter
from models.org import OrgUnit
from models.post import Post, PostChange, PostWord
from services import sessions
from services.context import Context
from services.posts import life, review
from services.posts.forms import PostForm
from services.sessions import Visitor
from tests.cast import Cast
from tests.rosters import hold_places, seat_of

FORM = PostForm(
    title="软件工程师（合肥）",
    description="负责就业服务平台后端的设计、开发和维护，熟悉数据库和网络，能与业务人员沟通。",
    position="13",
    industry="34",
    nature="39",
    level_low=2,
    majors=("0809", "080902"),
    majors_text="计算机类、软件工程",
    places=("340104",),
    pay_low=8000,
    pay_high=12000,
    headcount=3,
    contact_phone="0551-62901234",
    is_shareable=True,
)


@pytest.fixture
def recruiter(ctx: Context, cast: Cast) -> Visitor:
    """Somebody of an approved employer, which the cast's province looks after."""
    hold_places(ctx)
    province = OrgUnit.get(OrgUnit.level == "province")
    employer = Employer.create(
        name="合肥星河软件有限公司",
        name_key="合肥星河软件有限公司",
        credit_code="91340100MA2N000001",
        unit=province,
        province_id=province.id,
        status="approved",
    )
    Recruiter.update(employer=employer).where(Recruiter.account == cast.employer.account).execute()
    return visitor(ctx, cast)


def visitor(ctx: Context, cast: Cast) -> Visitor:
    account = cast.employer.account
    assert account is not None
    found = sessions.visitor_of(ctx, sessions.open_session(ctx, account, "h5"))
    assert found is not None
    return found


def words(post: Post) -> set[str]:
    return {row.word for row in PostWord.select().where(PostWord.post == post)}


def feed(post: Post) -> list[str]:
    return [row.verb for row in PostChange.select().where(PostChange.post == post).order_by(PostChange.id)]


def published(ctx: Context, cast: Cast, recruiter: Visitor) -> Post:
    post = life.submit(ctx, recruiter, life.save(ctx, recruiter, FORM).code)
    return review.publish(ctx, seat_of(ctx, cast.province), post.code)


def test_a_post_is_found_only_while_it_is_published(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    post = life.save(ctx, recruiter, FORM)
    assert (post.status, words(post), feed(post)) == ("draft", set(), [])
    post = published(ctx, cast, recruiter)
    assert {
        "a:",
        "软件",
        "工程师",
        "合肥",
        "p:340104",
        "p:340100",
        "p:340000",
        "i:34",
        "k:13",
        "n:39",
    } <= words(post)
    assert {"l:2", "l:3", "l:4", "w:full", "y:any", "s:employer", "$:3000", "$:10000"} <= words(post)
    assert words(post).isdisjoint({"l:1", "$:15000", "p:000000"})
    review.suspend(ctx, seat_of(ctx, cast.province), post.code, "待核实")
    assert words(post) == set()
    review.publish(ctx, seat_of(ctx, cast.province), post.code)
    life.close(ctx, recruiter, post.code)
    assert (words(post), feed(post)) == (set(), ["publish", "withdraw", "publish", "withdraw"])


def test_every_verb_again_is_as_once(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    post = published(ctx, cast, recruiter)
    again = review.publish(ctx, seat_of(ctx, cast.province), post.code)
    assert (again.version, feed(post)) == (post.version, ["publish"])
    first = life.close(ctx, recruiter, post.code)
    second = life.close(ctx, recruiter, post.code)
    assert (first.version, first.closed_at) == (second.version, second.closed_at)


def test_the_same_post_twice_is_refused(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    published(ctx, cast, recruiter)
    double = life.save(ctx, recruiter, replace(FORM, title="软件 工程师(合肥)", places=("340111",)))
    with pytest.raises(Conflict, match="post_twice"):
        life.submit(ctx, recruiter, double.code)
    other = life.save(ctx, recruiter, replace(FORM, title="测试工程师"))
    assert life.submit(ctx, recruiter, other.code).status == "review"


def test_a_form_sent_twice_is_one_draft_and_another_place_is_another(
    ctx: Context, cast: Cast, recruiter: Visitor
) -> None:
    first = life.save(ctx, recruiter, FORM)
    assert life.save(ctx, recruiter, FORM).id == first.id
    there = life.save(ctx, recruiter, replace(FORM, places=("340111",)))
    dearer = life.save(ctx, recruiter, replace(FORM, pay_high=FORM.pay_high + 1000))
    assert len({first.id, there.id, dearer.id}) == 3
    assert Post.get_by_id(first.id).places == list(FORM.places)
    assert life.save(ctx, recruiter, FORM).id == first.id


def test_nothing_is_usable_before_approval(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    post = life.save(ctx, recruiter, FORM)
    Employer.update(status="filed").execute()
    early = visitor(ctx, cast)
    with pytest.raises(NotAllowed, match="employer_not_approved"):
        life.save(ctx, early, FORM)
    with pytest.raises(NotAllowed, match="employer_not_approved"):
        life.submit(ctx, early, post.code)


def test_an_office_outside_does_not_see_it(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    post = life.submit(ctx, recruiter, life.save(ctx, recruiter, FORM).code)
    for persona in (cast.school, cast.college, cast.counselor):
        with pytest.raises(NotFound):
            review.publish(ctx, seat_of(ctx, persona), post.code)
    assert review.publish(ctx, seat_of(ctx, cast.ministry), post.code).status == "published"


def test_what_is_published_is_taken_off_before_it_is_changed(
    ctx: Context, cast: Cast, recruiter: Visitor
) -> None:
    post = published(ctx, cast, recruiter)
    with pytest.raises(Conflict, match="post_not_editable"):
        life.save(ctx, recruiter, FORM, post.code)
    life.revise(ctx, recruiter, post.code)
    changed = life.save(ctx, recruiter, replace(FORM, title="后端工程师"), post.code)
    assert (changed.status, words(changed)) == ("draft", set())
    with pytest.raises(IllegalMove):
        life.rework(ctx, recruiter, published(ctx, cast, recruiter).code)


def test_a_last_day_that_has_passed_ends_it(ctx: Context, cast: Cast, recruiter: Visitor) -> None:
    post = published(ctx, cast, recruiter)
    today = ctx.clock().astimezone(CHINA).date()
    assert post.closes_on == today + timedelta(days=90)
    assert life.expire(ctx) == 0
    Post.update(closes_on=today - timedelta(days=1)).execute()
    assert life.expire(ctx) == 1
    assert (Post.get_by_id(post.id).status, words(post)) == ("expired", set())
    assert life.rework(ctx, recruiter, post.code).closes_on is None


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", " ", "required"),
        ("title", "长" * 61, "too_long"),
        ("description", "太短", "post_too_short"),
        ("places", (), "required"),
        ("places", ("999999",), "bad_choice"),
        ("position", "00", "bad_choice"),
        ("majors", ("计算机",), "bad_choice"),
        ("level_high", 1, "bad_range"),
        ("pay_low", 20_000, "bad_pay_range"),
        ("headcount", 0, "bad_headcount"),
        ("closes_on", date(2020, 1, 1), "bad_last_day"),
        ("contact_phone", "打给我", "bad_phone"),
        ("contact_email", "a@b", "bad_email"),
        ("work_type", "part", "bad_choice"),
        ("tags", ("x",), "bad_choice"),
    ],
)
def test_what_is_wrong_is_named(
    ctx: Context, recruiter: Visitor, field: str, value: object, why: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        life.save(ctx, recruiter, replace(FORM, **{field: value}))  # type: ignore[arg-type]  # any field
    assert set(refusal.value.fields.values()) == {SAY[why]}
    assert set(refusal.value.fields) == {"level_high" if why == "bad_range" else field}
    assert Post.select().count() == 0
