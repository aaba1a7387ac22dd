"""Applying, reading, sorting, inviting and answering: each as one act however often it is tapped."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.posts import limit
from domain.desk_hours import CHINA
from models.employer import Employer
from models.graduate import Intention
from models.journal import Journal
from models.post import Post
from models.wishes import Application, Interview
from services import applications, binding
from services.applications import InboxFilter, interviews, sorting
from services.applications.interviews import InterviewForm
from services.context import Context
from services.jobs.steps import vault
from services.posts import life, shelf
from services.sessions import Visitor
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_post
from tests.services.tools import Meet, acts, codes_of, owed, refusal_of, together


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    """A published post of the cast's unit."""
    assert cast.unit is not None
    made = Post.create(
        employer=cast.unit,
        unit=cast.units["school"],
        province_id=cast.units["province"].id,
        school_id=cast.units["school"].id,
        title="软件开发工程师",
        description="写程序" * 20,
        status="published",
        contact_name="周敏",
        contact_phone="0551-65000000",
        published_at=ctx.clock(),
        closes_on=(ctx.clock() + timedelta(days=30)).date(),
    )
    shelf.put(made)
    return made


@pytest.fixture
def sent(ctx: Context, cast: Cast, meet: Meet, post: Post) -> Application:
    """李晓雨's application."""
    return applications.apply(ctx, meet(cast.graduate), post.code, "我会写程序")


@pytest.fixture
def boss(cast: Cast, meet: Meet) -> Visitor:
    return meet(cast.employer)


@pytest.fixture
def form(clock: FixedClock) -> Callable[..., InterviewForm]:
    def filled(**changes: object) -> InterviewForm:
        values = {
            "mode": "onsite",
            "at": clock() + timedelta(days=7),
            "place": "高新区 3 楼",
            "note": "带简历",
        }
        return InterviewForm(**(values | changes))

    return filled


@pytest.fixture
def invited(ctx: Context, boss: Visitor, sent: Application, form: Callable[..., InterviewForm]) -> Interview:
    applications.view(ctx, boss, sent.code)
    return interviews.offer(ctx, boss, sent.code, form())


def test_a_graduate_applies_once(ctx: Context, cast: Cast, meet: Meet, post: Post) -> None:
    visitor = meet(cast.graduate)
    done = together(*[lambda: applications.apply(ctx, visitor, post.code)] * 4)
    assert codes_of(done) == ["ok"] * 4
    row = Application.get()
    assert {one.id for one in done} == {row.id}
    assert acts("application") == [("apply", "graduate", "", "sent")]
    assert [name for name in vault(ctx).names() if name == row.resume] == [row.resume]
    assert vault(ctx).unclaimed("application", ctx.clock().timestamp() + 10**6) == []


def test_only_open_posts_of_approved_employers_take_applications(
    ctx: Context, cast: Cast, meet: Meet, post: Post, clock: FixedClock
) -> None:
    visitor = meet(cast.graduate)
    assert refusal_of(lambda: applications.apply(ctx, meet(cast.person), post.code)).code == "identify_first"
    assert refusal_of(lambda: applications.apply(ctx, visitor, "nowhere")).status == 404
    assert refusal_of(lambda: applications.apply(ctx, visitor, post.code, "字" * 301)).code == "too_long"
    Employer.update(status="suspended").execute()
    assert refusal_of(lambda: applications.apply(ctx, visitor, post.code)).code == "post_not_open"
    Employer.update(status="approved").execute()
    clock.advance(days=31)
    assert refusal_of(lambda: applications.apply(ctx, visitor, post.code)).code == "post_not_open"
    clock.advance(days=-31)
    post.change(status="closed")
    assert refusal_of(lambda: applications.apply(ctx, visitor, post.code)).code == "post_not_open"
    assert Application.select().count() == 0


def test_what_is_taken_back_is_gone_for_the_employer_and_may_come_again(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, sent: Application, post: Post
) -> None:
    visitor = meet(cast.graduate)
    first = sent.resume
    assert [applications.withdraw(ctx, visitor, sent.code).status for _ in range(2)] == ["withdrawn"] * 2
    assert applications.inbox(ctx, boss.recruiter, InboxFilter()).rows == []
    assert refusal_of(lambda: applications.view(ctx, boss, sent.code)).status == 404
    again = applications.apply(ctx, visitor, post.code, "再试一次")
    assert (again.id, again.status, again.note) == (sent.id, "sent", "再试一次")
    assert first not in set(vault(ctx).names())
    assert applications.withdraw(ctx, visitor, sent.code).status == "withdrawn"


def test_an_application_belongs_to_one_graduate_and_one_employer(
    ctx: Context, cast: Cast, meet: Meet, sent: Application
) -> None:
    stranger = meet(cast.other_graduate)
    assert refusal_of(lambda: applications.withdraw(ctx, stranger, sent.code)).status == 404
    other = Employer.create(
        name="别家公司", name_key="别家公司", status="approved", unit=cast.units["school"]
    )
    boss = meet(cast.employer)
    boss.recruiter.change(employer=other)
    boss = meet(cast.employer)
    for verb in (applications.view, applications.shortlist, applications.hire, sorting.resume_pdf):
        assert refusal_of(lambda verb=verb: verb(ctx, boss, sent.code)).status == 404
    assert applications.inbox(ctx, boss.recruiter, InboxFilter()).rows == []


def test_the_employer_reads_what_was_sent_and_every_look_is_written_down(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, sent: Application
) -> None:
    cast.graduate.graduate.change(name="改了名")
    read = [applications.view(ctx, boss, sent.code) for _ in range(2)]
    assert [one.application.status for one in read] == ["seen", "seen"]
    assert read[0].resume is not None
    assert read[0].resume["name"] == "李晓雨"
    looks = Journal.select().where((Journal.verb == "view") & (Journal.record == sent.code))
    assert looks.count() == 2


def test_what_a_graduate_hides_is_not_sent(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, post: Post
) -> None:
    from_resume = {"phone", "email", "address", "photo"}
    Intention.create(graduate=cast.graduate.graduate, direction="employ", hides=sorted(from_resume))
    row = applications.apply(ctx, meet(cast.graduate), post.code)
    read = applications.view(ctx, boss, row.code)
    assert read.resume is not None
    assert read.resume["photo"] == ""
    titles = {title for part in read.resume["sections"] for title, _ in part["facts"]}
    assert not titles & {"手机号", "手机", "邮箱", "电子邮箱", "通讯地址"}


def test_nothing_is_read_before_the_unit_is_approved(
    ctx: Context, cast: Cast, meet: Meet, sent: Application
) -> None:
    Employer.update(status="suspended").execute()
    boss = meet(cast.employer)
    assert refusal_of(lambda: applications.view(ctx, boss, sent.code)).code == "employer_not_approved"


def test_applications_are_sorted(ctx: Context, boss: Visitor, sent: Application) -> None:
    assert refusal_of(lambda: applications.shortlist(ctx, boss, sent.code)).code == "illegal_move"
    applications.view(ctx, boss, sent.code)
    assert [applications.shortlist(ctx, boss, sent.code).status for _ in range(2)] == ["shortlisted"] * 2
    row = applications.reject(ctx, boss, sent.code, "已招满")
    assert (row.status, row.reason) == ("rejected", "已招满")
    assert applications.reconsider(ctx, boss, sent.code).status == "seen"
    assert refusal_of(lambda: applications.hire(ctx, boss, sent.code)).code == "illegal_move"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 1),
        ({"status": "sent"}, 1),
        ({"status": "hired"}, 0),
        ({"level": 2}, 1),
        ({"level": 3}, 0),
        ({"major": "软件"}, 1),
        ({"major": "0809"}, 1),
        ({"major": "会计"}, 0),
        ({"school": "江淮"}, 1),
        ({"school": "%"}, 0),
        ({"keyword": "晓"}, 1),
        ({"keyword": "陈"}, 0),
        ({"post": "nowhere"}, 0),
    ],
)
def test_the_inbox_is_narrowed(
    wanted: dict[str, object], count: int, ctx: Context, boss: Visitor, sent: Application
) -> None:
    assert len(applications.inbox(ctx, boss.recruiter, InboxFilter(**wanted)).rows) == count


def test_the_graduate_sees_the_own_applications(
    ctx: Context, cast: Cast, meet: Meet, sent: Application
) -> None:
    found = applications.mine(ctx, meet(cast.graduate))
    assert [(row.post.title, row.employer.name) for row in found.rows] == [
        ("软件开发工程师", "合肥创新软件有限公司")
    ]
    assert applications.mine(ctx, meet(cast.other_graduate)).rows == []


def test_an_invitation_reaches_the_phone(
    ctx: Context, cast: Cast, boss: Visitor, sent: Application, form: Callable[..., InterviewForm]
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    applications.view(ctx, boss, sent.code)
    done = [interviews.offer(ctx, boss, sent.code, form()) for _ in range(2)]
    assert done[0].id == done[1].id
    rows = owed("interview_invited")
    assert [(row.channel, row.openid) for row in rows] == [("template", cast.graduate.openid)]
    assert rows[0].link.endswith(f"/h5/interviews/{done[0].code}")
    assert done[0].answer_by == ctx.clock() + timedelta(days=5)
    assert Application.get().status == "invited"
    later = form(at=ctx.clock() + timedelta(days=9))
    assert refusal_of(lambda: interviews.offer(ctx, boss, sent.code, later)).code == "interview_open"


def test_whoever_has_no_wechat_gets_a_text(ctx: Context, cast: Cast, invited: Interview) -> None:
    assert [(row.channel, row.phone) for row in owed("interview_invited")] == [("sms", cast.graduate.phone)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "dream"}, "mode"),
        ({"at": None}, "at"),
        ({"at": -1}, "at"),
        ({"at": 200}, "at"),
        ({"place": ""}, "place"),
        ({"mode": "online", "place": "javascript:x"}, "place"),
        ({"mode": "online", "place": "https://meeting.tencent.com/dm/x 会议号 123"}, "place"),
        ({"mode": "online", "place": "https://"}, "place"),
        ({"note": "字" * 1001}, "note"),
        ({"answer_by": -1}, "answer_by"),
        ({"answer_by": 8}, "answer_by"),
    ],
)
def test_each_field_of_an_invitation_is_looked_at(
    changes: dict[str, object],
    field: str,
    ctx: Context,
    boss: Visitor,
    sent: Application,
    form: Callable[..., InterviewForm],
) -> None:
    applications.view(ctx, boss, sent.code)
    moments = {
        name: ctx.clock() + timedelta(days=value) if isinstance(value, int) else value
        for name, value in changes.items()
    }
    refusal = refusal_of(lambda: interviews.offer(ctx, boss, sent.code, form(**moments)))
    assert list(refusal.fields) == [field]
    assert Interview.select().count() == 0


def test_an_answer_is_given_once_and_told(ctx: Context, cast: Cast, meet: Meet, invited: Interview) -> None:
    visitor = meet(cast.graduate)
    done = together(*[lambda: interviews.accept(ctx, visitor, invited.code)] * 3)
    assert "ok" in codes_of(done)
    assert interviews.accept(ctx, visitor, invited.code).status == "accepted"
    told = owed("hiring_told")
    assert [(row.channel, row.phone) for row in told] == [("sms", cast.employer.phone)]
    declined = [interviews.decline(ctx, visitor, invited.code, "有别的安排") for _ in range(2)]
    assert {row.status for row in declined} == {"declined"}
    assert refusal_of(lambda: interviews.accept(ctx, visitor, invited.code)).code == "illegal_move"
    assert len(owed("hiring_told")) == 2


def test_after_its_time_an_invitation_is_over(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, invited: Interview, clock: FixedClock
) -> None:
    assert interviews.expire(ctx) == 0
    clock.advance(days=5)
    visitor = meet(cast.graduate)
    assert refusal_of(lambda: interviews.accept(ctx, visitor, invited.code)).code == "interview_late"
    assert [interviews.expire(ctx) for _ in range(2)] == [1, 0]
    assert "逾期未答复" in owed("hiring_told")[0].payload
    fresh = InterviewForm("phone", clock() + timedelta(days=1))
    assert interviews.offer(ctx, boss, invited.application.code, fresh).status == "offered"


def test_an_invitation_is_taken_back_with_a_reason(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, invited: Interview
) -> None:
    assert refusal_of(lambda: interviews.cancel(ctx, boss, invited.code, " ")).code == "review_reason_needed"
    done = [interviews.cancel(ctx, boss, invited.code, "岗位调整") for _ in range(2)]
    assert {row.status for row in done} == {"cancelled"}
    assert [row.phone for row in owed("hiring_told")] == [cast.graduate.phone]
    visitor = meet(cast.graduate)
    assert refusal_of(lambda: interviews.accept(ctx, visitor, invited.code)).code == "illegal_move"


def test_others_neither_answer_nor_cancel(ctx: Context, cast: Cast, meet: Meet, invited: Interview) -> None:
    stranger = meet(cast.other_graduate)
    for verb in (interviews.accept, interviews.decline):
        assert refusal_of(lambda verb=verb: verb(ctx, stranger, invited.code)).status == 404
    assert refusal_of(lambda: interviews.accept(ctx, meet(cast.employer), invited.code)).status == 403
    assert refusal_of(lambda: interviews.cancel(ctx, meet(cast.graduate), invited.code, "x")).status == 403


def test_withdrawing_declines_what_was_to_come(
    ctx: Context, cast: Cast, meet: Meet, invited: Interview
) -> None:
    applications.withdraw(ctx, meet(cast.graduate), invited.application.code, "已找到工作")
    row = Interview.get_by_id(invited.id)
    assert (row.status, row.reason) == ("declined", "已找到工作")


def test_after_an_interview_somebody_is_hired(ctx: Context, boss: Visitor, invited: Interview) -> None:
    code = invited.application.code
    assert [applications.hire(ctx, boss, code).status for _ in range(2)] == ["hired"] * 2


def test_a_recruiter_sees_own_posts_alone(ctx: Context, cast: Cast, boss: Visitor, post: Post) -> None:
    assert life.mine(boss.recruiter, post.code).id == post.id
    other = Employer.create(
        name="别家公司", name_key="别家公司", status="approved", unit=cast.units["school"]
    )
    post.change(employer=other)
    assert refusal_of(lambda: life.mine(boss.recruiter, post.code)).status == 404


@pytest.fixture
def busy(ctx: Context, cast: Cast, post: Post) -> list[Post]:
    """One post fewer than somebody may apply for in a day, and 李晓雨 has applied for all but the last two of them."""
    made = [add_post(ctx, cast.unit, title=f"岗位{nth}") for nth in range(limit("applications") + 1)]
    keys = {"graduate": cast.graduate.graduate, "employer": cast.unit, "sent_at": ctx.clock()}
    Application.insert_many(
        [keys | {"post": one, "code": f"code{one.id}", "status": "sent"} for one in made[:-2]]
    ).execute()
    return made


def test_a_day_has_so_many_applications(
    ctx: Context, cast: Cast, meet: Meet, busy: list[Post], clock: FixedClock
) -> None:
    visitor = meet(cast.graduate)
    last = applications.apply(ctx, visitor, busy[-2].code)
    refusal = refusal_of(lambda: applications.apply(ctx, visitor, busy[-1].code))
    assert (refusal.code, refusal.status) == ("applied_enough", 429)
    assert "50 个岗位" in refusal.say
    assert "明天 0 点" in refusal.say
    assert applications.apply(ctx, visitor, busy[-2].code).id == last.id  # a double tap is no new one
    applications.withdraw(ctx, visitor, last.code)  # and taking back makes no room
    assert refusal_of(lambda: applications.apply(ctx, visitor, busy[-2].code)).status == 429
    midnight = ctx.clock() + timedelta(seconds=refusal.retry_after)
    assert midnight.astimezone(CHINA).hour == 0
    assert applications.apply(ctx, meet(cast.other_graduate), busy[-1].code).status == "sent"
    clock.advance(seconds=refusal.retry_after + 1)
    assert applications.apply(ctx, meet(cast.graduate), busy[-1].code).status == "sent"


def test_the_last_of_the_day_is_one_whoever_taps_twice(
    ctx: Context, cast: Cast, meet: Meet, busy: list[Post]
) -> None:
    visitor = meet(cast.graduate)
    done = together(*[lambda one=one: applications.apply(ctx, visitor, one.code) for one in busy[-2:]])
    assert codes_of(done) == ["applied_enough", "ok"]
