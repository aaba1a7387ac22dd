"""What offices do about posts: the gate's findings, complaints, 专场招聘."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from models.employer import Employer
from models.journal import Journal
from models.org import OrgUnit
from models.post import Complaint, Fair, FairPost, Post, PostWord
from services import deadlines
from services.context import Context
from services.posts import complaints, deeds, fairs, gate, queue, review, typed
from services.posts.fairs import FairForm
from services.posts.queue import PostFilter
from services.seats import Seat
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_post
from tests.rosters import hold_places
from tests.services.tools import Meet, owed, refusal_of


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    """A published post of the cast's unit, which the school looks after."""
    assert cast.unit is not None
    return add_post(ctx, cast.unit, school_id=cast.units["school"].id)


@pytest.fixture
def complaint(ctx: Context, cast: Cast, meet: Meet, post: Post) -> Complaint:
    return deeds.complain(ctx, meet(cast.graduate), post.code, "fee", "要交 300 元押金")


def another_school(cast: Cast) -> None:
    """周涛 works at another school of the province."""
    cast.school.staff.change(unit=OrgUnit.add("school", "皖南学院", cast.units["province"]))


def test_the_gate_marks_the_sentence_that_offends(ctx: Context, cast: Cast) -> None:
    assert cast.unit is not None
    text = "负责平台后端的设计和开发，熟悉数据库。限男性，年龄 30 岁以下。欢迎投递。"
    bad = add_post(ctx, cast.unit, title="工程师", description=text, status="review")
    found = gate.findings(bad)
    assert {one.code for one in found if one.is_forbidden} >= {"sex", "age"}
    first = next(one for one in found if one.code == "sex")
    assert (first.field, first.text in first.sentence, first.sentence in text) == ("description", True, True)
    assert "欢迎投递" not in first.sentence


def test_the_gate_shows_the_double(ctx: Context, cast: Cast, post: Post) -> None:
    twin = add_post(ctx, post.employer, status="review", same_key="same")
    post.change(same_key="same")
    assert [(one.code, one.other) for one in gate.findings(twin)] == [("double", post.code)]


def test_words_are_read_into_codes_and_what_is_not_understood_is_kept(ctx: Context, cast: Cast) -> None:
    hold_places(ctx)
    read = typed.read(ctx, "计算机类、屠龙之术", "合肥市蜀山区", "8-12k/月")
    assert "0809" in read.majors
    assert (read.places, read.pay_low, read.pay_high) == (("340104",), 8000, 12000)
    assert "屠龙之术" in "".join(read.unread["majors"])
    nothing = typed.read(ctx, "", "全国", "面议")
    assert (nothing.majors, nothing.places, nothing.pay_high, nothing.unread) == ((), ("000000",), 0, {})


def test_an_employer_hears_what_an_office_decides(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], post: Post
) -> None:
    assert [review.suspend(ctx, sit("school"), post.code, "信息不实").status for _ in range(2)] == [
        "suspended"
    ] * 2
    assert review.publish(ctx, sit("province"), post.code).status == "published"
    assert review.close(ctx, sit("ministry"), post.code, "已招满").status == "closed"
    told = owed("hiring_told")
    assert [row.phone for row in told] == [cast.employer.phone] * 3
    assert (
        refusal_of(lambda: review.suspend(ctx, sit("school"), post.code, " ")).code == "review_reason_needed"
    )


@pytest.mark.parametrize(("who", "sees"), [("ministry", 1), ("province", 1), ("school", 1), ("college", 0)])
def test_each_office_sees_the_posts_of_its_range(
    who: str, sees: int, ctx: Context, sit: Callable[[str], Seat], post: Post, complaint: Complaint
) -> None:
    assert len(queue.of_office(sit(who), PostFilter()).rows) == sees
    assert len(queue.complaints(sit(who), "").rows) == sees


def test_lists_of_posts_are_narrowed(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], post: Post
) -> None:
    seat = sit("school")
    add_post(ctx, post.employer, title="没写完的", status="draft", school_id=cast.units["school"].id)

    def count(**wanted: str) -> int:
        return len(queue.of_office(seat, PostFilter(**wanted)).rows)

    assert (count(), count(status="published"), count(status="review")) == (1, 1, 0)
    assert (count(keyword="软件工程"), count(keyword="创新软件"), count(keyword="%")) == (1, 1, 0)
    assert (count(source="employer"), count(source="partner")) == (1, 0)


def test_an_upheld_complaint_takes_the_post_off_and_tells_both(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], complaint: Complaint, post: Post
) -> None:
    done = [complaints.uphold(ctx, sit("school"), complaint.code, "核实收费") for _ in range(2)]
    assert {row.status for row in done} == {"upheld"}
    assert Post.get_by_id(post.id).status == "suspended"
    assert not PostWord.select().where(PostWord.post == post).exists()
    assert {row.phone for row in owed("hiring_told")} == {cast.graduate.phone, cast.employer.phone}
    assert len(owed("hiring_told")) == 2
    assert cast.graduate.name not in "".join(row.payload for row in owed("hiring_told"))
    assert (
        refusal_of(lambda: complaints.dismiss(ctx, sit("school"), complaint.code, "x")).code == "illegal_move"
    )


def test_a_dismissed_complaint_leaves_the_post(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], complaint: Complaint, post: Post
) -> None:
    assert refusal_of(lambda: complaints.dismiss(ctx, sit("school"), complaint.code, "")).status == 422
    complaints.dismiss(ctx, sit("school"), complaint.code, "没有收费")
    assert Post.get_by_id(post.id).status == "published"
    assert [row.phone for row in owed("hiring_told")] == [cast.graduate.phone]


def test_a_foreign_office_answers_nothing(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], complaint: Complaint
) -> None:
    another_school(cast)
    seat = sit("school")
    assert refusal_of(lambda: complaints.uphold(ctx, seat, complaint.code, "x")).status == 404
    assert refusal_of(lambda: review.publish(ctx, seat, complaint.post.code)).status == 404
    assert queue.of_office(seat, PostFilter()).rows == []


TODAY = date(2026, 11, 20)


def fair_form(**changes: object) -> FairForm:
    values = {
        "title": "软件人才专场",
        "body": "第一段\n\n<script>alert(1)</script>",
        "campaign": "春季攻坚行动",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=7),
    }
    return FairForm(**(values | changes))


@pytest.fixture
def fair(ctx: Context, sit: Callable[[str], Seat]) -> Fair:
    return fairs.save(ctx, sit("school"), fair_form())


def test_a_fair_is_made_filled_published_and_ends(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], fair: Fair, post: Post, clock: FixedClock
) -> None:
    seat = sit("school")
    assert "<script" not in fair.body
    assert fairs.save(ctx, seat, fair_form()).id == fair.id
    assert refusal_of(lambda: fairs.publish(ctx, seat, fair.code)).code == "fair_empty"
    assert [one.id for one in fairs.candidates(seat, fair, "软件")] == [post.id]
    assert [fairs.add(ctx, seat, fair.code, [post.code, "nowhere"]) for _ in range(2)] == [1, 0]
    assert fairs.candidates(seat, fair, "") == []
    assert [fairs.publish(ctx, seat, fair.code).status for _ in range(2)] == ["published"] * 2
    assert deadlines.sweep(ctx) == 0
    clock.advance(days=8)
    assert [deadlines.sweep(ctx) for _ in range(2)] == [1, 0]
    assert Fair.get_by_id(fair.id).status == "ended"
    assert refusal_of(lambda: fairs.save(ctx, seat, fair_form(), fair.code)).code == "fair_over"
    acts = [row.verb for row in Journal.select().where(Journal.record == fair.code).order_by(Journal.id)]
    assert acts[-2:] == ["publish", "end"]


def test_a_fair_belongs_to_its_office(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], fair: Fair, post: Post
) -> None:
    assert fairs.one(sit("province"), fair.code).id == fair.id
    assert refusal_of(lambda: fairs.save(ctx, sit("province"), fair_form(), fair.code)).status == 404
    fairs.add(ctx, sit("school"), fair.code, [post.code])
    fairs.remove(ctx, sit("school"), fair.code, post.code)
    assert fairs.posts(fair) == []
    another_school(cast)
    assert refusal_of(lambda: fairs.one(sit("school"), fair.code)).status == 404
    own = fairs.save(ctx, sit("school"), fair_form(title="另一场"))
    assert fairs.add(ctx, sit("school"), own.code, [post.code]) == 0


def test_what_is_in_a_fair_already_takes_no_room_again(
    ctx: Context, sit: Callable[[str], Seat], fair: Fair, post: Post
) -> None:
    seat = sit("school")
    others = [Post.create(employer=post.employer, unit=post.unit, title=f"岗位{nth}") for nth in range(499)]
    FairPost.insert_many([{"fair": fair.id, "post": one.id} for one in others]).execute()
    assert fairs.add(ctx, seat, fair.code, [post.code]) == 1
    assert fairs.add(ctx, seat, fair.code, [post.code]) == 0  # full, and nothing more is asked for
    last = add_post(ctx, post.employer, title="再来一个", school_id=post.school_id)
    assert refusal_of(lambda: fairs.add(ctx, seat, fair.code, [post.code, last.code])).code == "fair_full"
    fairs.remove(ctx, seat, fair.code, post.code)
    fairs.remove(ctx, seat, fair.code, post.code)
    notes = [(one.verb, one.note) for one in Journal.select().where(Journal.kind == "fair") if one.note]
    assert notes == [("add_posts", {"posts": [post.code]}), ("remove_post", {"posts": [post.code]})]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "字" * 61}, "title"),
        ({"body": "字" * 5001}, "body"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_each_field_of_a_fair_is_looked_at(
    changes: dict[str, object], field: str, ctx: Context, sit: Callable[[str], Seat]
) -> None:
    refusal = refusal_of(lambda: fairs.save(ctx, sit("school"), fair_form(**changes)))
    assert list(refusal.fields) == [field]


def test_a_partners_unit_takes_no_part_in_reviews(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat]
) -> None:
    other = Employer.create(name="合作单位的单位", name_key="合作单位的单位")
    assert other.unit is None
    assert queue.of_office(sit("province"), PostFilter()).rows == []
