"""Posts through the partners' door: taken, again, changed, doubled, withdrawn, and out again to others."""

from datetime import timedelta

import pytest
from flask import Flask

from domain.actors import Actor, Role
from models.codes import CodeRow, CodeSet
from models.employer import Employer
from models.fields import utc_now
from models.journal import Journal
from models.partner import Partner, PartnerDay, PartnerNonce
from models.post import Post, PostChange, PostWord
from services import housekeeping
from services.context import Context
from services.posts import life
from services.sharing import feed
from tests.cast import CREDIT_CODE, Cast
from tests.fakes import FixedClock
from tests.partners import SECRET, Program, add_partner, post_of
from tests.posts import add_employer, add_post
from tests.rosters import hold_places


@pytest.fixture
def program(app: Flask, ctx: Context, cast: Cast) -> Program:
    hold_places(ctx)
    return Program(app, ctx, add_partner())


@pytest.fixture
def other(app: Flask, ctx: Context, program: Program) -> Program:
    return Program(app, ctx, add_partner("皖南人才网"))


def test_words_are_read_into_codes_and_what_was_not_is_kept(program: Program) -> None:
    [one] = program.push(post_of(majors_text="机械类，会开叉车", closes_text="长期有效"))
    assert (one["result"], one["status"], one["reason"]) == ("created", "published", "")
    assert one["unread"] == {"majors": ["会开叉车"]}
    post = Post.get()
    assert post.majors == ["0802"] or "0802" in post.majors
    assert (post.places, post.level_low, post.level_high) == (["340100"], 2, 0)
    assert (post.pay_low, post.pay_high, post.year_low, post.year_high) == (8000, 12000, 2027, 2027)
    assert post.unread == {"majors": ["会开叉车"]}
    assert (post.source, post.partner, post.province_id) == (
        "partner",
        program.partner,
        post.partner.province_id,
    )
    assert PostWord.select().where(PostWord.post == post).count() > 5


def test_phones_in_the_text_are_hidden_and_the_contact_is_sealed(program: Program) -> None:
    text = post_of()["description"] + "有意者请致电 13812345678。"
    program.push(post_of(description=text, contact_phone="0551-62901234"))
    post = Post.get()
    assert "13812345678" not in post.description
    assert post.contact_phone == "0551-62901234"


def test_the_same_again_is_as_once(program: Program) -> None:
    results = [program.push(post_of())[0] for _ in range(3)]
    assert [one["result"] for one in results] == ["created", "unchanged", "unchanged"]
    assert len({one["code"] for one in results}) == 1
    assert (Post.select().count(), Employer.select().count()) == (1, 2)
    assert PostChange.select().count() == 1


def test_a_change_is_told_on_and_a_double_is_not_taken(program: Program, other: Program) -> None:
    program.push(post_of())
    assert program.push(post_of(pay_text="9-13k/月"))[0]["result"] == "changed"
    assert Post.get().pay_high == 13_000
    assert [change.verb for change in PostChange.select().order_by(PostChange.id)] == ["publish", "change"]
    [double] = other.push(post_of("their-7", title=post_of()["title"]))
    assert (double["result"], double["reason"], double["code"]) == ("duplicate", "same_post", Post.get().code)
    assert Post.select().count() == 1


def test_each_of_a_batch_stands_for_itself(program: Program) -> None:
    results = program.push(
        post_of("a"),
        post_of("b", consent=False),
        post_of("c", pay_low=-1),
        post_of("a"),
        post_of("d", places_text="天涯海角"),
        post_of("e", employer={"name": "甲公司", "credit_code": "91110000600037341X"}),
        post_of("f", colour="red"),
        "no post at all",
        post_of("g", description="太短"),
        post_of("h"),
    )
    reasons = [(one["result"], one["reason"]) for one in results]
    assert reasons == [
        ("created", ""),
        ("refused", "consent_missing"),
        ("refused", "bad_fields"),
        ("refused", "key_twice"),
        ("refused", "bad_fields"),
        ("refused", "bad_credit_code"),
        ("refused", "bad_fields"),
        ("refused", "bad_fields"),
        ("refused", "bad_fields"),
        ("created", ""),
    ]
    assert "pay_low" in results[2]["fields"]
    assert "places" in results[4]["fields"]
    assert results[1]["say"].startswith("没有用人单位同意")
    assert Post.select().count() == 2


def test_an_employer_is_known_by_its_code_or_its_name(program: Program, cast: Cast) -> None:
    program.push(post_of("a", employer={"name": "随便什么名字", "credit_code": CREDIT_CODE.lower()}))
    assert Post.get().employer == cast.unit
    program.push(post_of("b", employer={"name": "皖江 精密机械有限公司"}), post_of("c"))
    known = Employer.get(Employer.name_key == "皖江精密机械有限公司")
    assert (known.status, known.unit, known.posts.count()) == ("known", None, 2)
    known.change(status="suspended")
    assert program.push(post_of("d"))[0]["reason"] == "employer_stopped"


def test_what_offends_or_comes_from_a_stranger_waits_for_a_person(program: Program) -> None:
    [one] = program.push(post_of(description=post_of()["description"] + "限男性。"))
    assert (one["result"], one["status"]) == ("created", "review")
    assert one["reason"]
    program.partner.change(is_trusted=False)
    [two] = program.push(post_of("b"))
    assert (two["status"], two["reason"]) == ("review", "looked_at_first")
    program.partner.change(is_trusted=True)
    program.push(post_of("c"))
    [three] = program.push(post_of("c", description=post_of()["description"] + "限男性。"))
    assert (three["result"], three["status"]) == ("changed", "review")
    assert not PostWord.select().join(Post).where(Post.partner_key == "c").exists()


def test_a_withdrawal_propagates_and_may_be_undone(program: Program, other: Program) -> None:
    program.push(post_of())
    first = other.pull()
    assert [change["verb"] for change in first["changes"]] == ["publish"]
    assert program.withdraw("job-1").json["result"] == "changed"
    assert program.withdraw("job-1").json["result"] == "unchanged"
    second = other.pull(first["cursor"])
    assert [(change["verb"], change["key"]) for change in second["changes"]] == [
        ("withdraw", Post.get().code)
    ]
    assert program.push(post_of())[0]["result"] == "changed"
    third = other.pull(second["cursor"])
    assert [change["verb"] for change in third["changes"]] == ["publish"]
    assert other.pull(third["cursor"])["changes"] == []


def test_what_an_office_closed_stays_closed(ctx: Context, program: Program) -> None:
    program.push(post_of())
    Post.update(status="closed", reason="虚假职位").execute()
    assert program.push(post_of(pay_text="9k"))[0]["reason"] == "closed_by_office"


def test_what_an_office_stopped_does_not_come_back_by_withdrawing_it(ctx: Context, program: Program) -> None:
    program.push(post_of())
    life.move(Post.get(), "suspend", Actor("office", frozenset({Role.MINISTRY})), reason="涉嫌收费")
    program.withdraw("job-1")
    assert Post.get().status == "closed"
    for _ in range(2):  # and again in the midst of the review
        [one] = program.push(post_of(pay_text="9k"))
        assert (one["status"], one["reason"]) == ("review", "looked_at_first")
        assert not PostWord.select().exists()
        program.withdraw("job-1")
    program.push(post_of(pay_text="9k"))
    life.publish(ctx, Post.get(), Actor("office", frozenset({Role.MINISTRY})))
    program.withdraw("job-1")
    assert program.push(post_of(pay_text="8k"))[0]["status"] == "published"  # somebody has looked since


def test_what_an_office_returned_comes_back_to_it_and_not_to_graduates(
    ctx: Context, program: Program
) -> None:
    office = Actor("office", frozenset({Role.MINISTRY}))
    program.partner.change(is_trusted=False)
    program.push(post_of())
    life.move(Post.get(), "return", office, reason="薪资与描述不符")
    program.partner.change(is_trusted=True)
    assert program.push(post_of())[0]["result"] == "unchanged"
    program.withdraw("job-1")
    [one] = program.push(post_of())
    assert (one["status"], one["reason"]) == ("review", "looked_at_first")
    life.move(Post.get(), "return", office, reason="薪资与描述不符")
    assert program.push(post_of(pay_text="9k"))[0]["status"] == "review"
    assert not PostWord.select().exists()


def test_what_an_office_closed_by_its_own_hand_stays_closed(ctx: Context, program: Program) -> None:
    program.push(post_of())
    life.move(Post.get(), "close", Actor("office", frozenset({Role.MINISTRY})), reason="虚假职位")
    program.withdraw("job-1")
    assert program.push(post_of(pay_text="9k"))[0]["reason"] == "closed_by_office"


def test_a_post_never_comes_back_to_its_source(
    ctx: Context, cast: Cast, program: Program, other: Program
) -> None:
    ours = add_post(ctx, add_employer(cast), is_shareable=True)
    program.push(post_of())
    assert {change["key"] for change in program.pull()["changes"]} == {ours.code}
    page = other.pull()
    assert {change["post"]["title"] for change in page["changes"]} == {ours.title, post_of()["title"]}
    back = other.push(*[change["post"] for change in page["changes"]])
    assert {(one["result"], one["reason"]) for one in back} == {
        ("duplicate", "own_post"),
        ("duplicate", "same_post"),
    }


def test_only_what_may_be_shared_goes_out_and_held_posts_go_later(
    ctx: Context, cast: Cast, clock: FixedClock, program: Program
) -> None:
    unit = add_employer(cast)
    add_post(ctx, unit, title="不共享")
    held = add_post(
        ctx, unit, title="先本地", is_shareable=True, hold_until=(clock() + timedelta(days=3)).date()
    )
    page = program.pull()
    assert page["changes"] == []
    clock.advance(days=2)
    assert feed.release(ctx) == 0
    clock.advance(days=3)
    assert feed.release(ctx) == 1
    assert feed.release(ctx) == 0
    later = program.pull(page["cursor"])
    assert [change["key"] for change in later["changes"]] == [held.code]
    assert (
        "contact_phone" not in later["changes"][0]["post"] or not later["changes"][0]["post"]["contact_phone"]
    )


def test_a_partners_hold_counts_from_the_first_day(
    clock: FixedClock, program: Program, other: Program
) -> None:
    program.partner.change(hold_days=2)
    program.push(post_of())
    assert other.pull()["changes"] == []
    until = Post.get().hold_until
    clock.advance(days=1)
    program.push(post_of(pay_text="9k"))
    assert Post.get().hold_until == until


def test_the_feed_waits_for_a_step_that_is_not_there_yet(ctx: Context, cast: Cast, program: Program) -> None:
    """A transaction that ends late must not be passed over, nor one that was taken back wait for ever."""
    unit = add_employer(cast)
    for number in range(3):
        add_post(ctx, unit, title=f"岗位 {number}", is_shareable=True)
    steps = list(PostChange.select().order_by(PostChange.id))
    first = steps[0].id - 1
    PostChange.delete_by_id(steps[1].id)
    page = program.pull(str(first) if first else "", is_settled=False)
    assert [change["id"] for change in page["changes"]] == [steps[0].id]
    PostChange.update(at=utc_now() - feed.PATIENCE * 2).where(PostChange.id == steps[2].id).execute()
    assert [change["id"] for change in program.pull(page["cursor"], is_settled=False)["changes"]] == [
        steps[2].id
    ]


def test_while_a_partner_is_tested_nothing_is_kept(program: Program) -> None:
    program.partner.change(status="testing")
    [one] = program.push(post_of())
    assert (one["result"], one["status"]) == ("created", "published")
    assert (Post.select().count(), PostChange.select().count()) == (0, 0)
    assert program.call("GET", "/open/v1/hello").json["is_rehearsal"] is True


def test_the_day_is_counted_and_its_quota_holds(program: Program) -> None:
    program.partner.change(daily_quota=3)
    program.push(post_of("a"), post_of("b"))
    answer = program.call("GET", "/open/v1/hello")
    assert answer.json["posts_left_today"] == 1
    day = PartnerDay.get()
    assert (day.calls, day.posts_in, day.refused) == (2, 2, 0)


def test_both_keys_hold_while_they_overlap(clock: FixedClock, program: Program) -> None:
    later = clock() + timedelta(days=7)
    program.partner.change(
        secret="a new secret that nobody knows yet", former_secret=SECRET, former_until=later
    )
    assert program.call("GET", "/open/v1/hello").status_code == 200
    clock.advance(days=8)
    assert program.call("GET", "/open/v1/hello").json["code"] == "bad_signature"


def test_old_nonces_are_swept_and_everything_is_in_the_journal(
    ctx: Context, clock: FixedClock, program: Program
) -> None:
    program.push(post_of())
    assert PartnerNonce.select().count() == 1
    clock.advance(hours=2)
    housekeeping.tidy(ctx)
    assert PartnerNonce.select().count() == 0
    assert [row.verb for row in Journal.select().where(Journal.kind == "post").order_by(Journal.id)] == [
        "create",
        "publish",
    ]


def test_expired_posts_are_withdrawn_from_others(
    ctx: Context, clock: FixedClock, program: Program, other: Program
) -> None:
    program.push(post_of(closes_on=(clock() + timedelta(days=1)).date().isoformat()))
    cursor = other.pull()["cursor"]
    clock.advance(days=3)
    life.expire(ctx)
    assert [change["verb"] for change in other.pull(cursor)["changes"]] == ["withdraw"]


def test_partners_are_apart(program: Program, other: Program) -> None:
    program.push(post_of())
    assert other.withdraw("job-1").json["code"] == "unknown_post"
    assert Post.get().status == "published"
    assert Partner.select().count() == 2


def test_numbers_of_majors_mean_disciplines_where_postgraduates_alone_are_asked_for(program: Program) -> None:
    """0812 is 测绘类 among undergraduates and 计算机科学与技术 among postgraduates."""
    asked = {"majors": ["0812"], "majors_text": "", "level_text": ""}
    program.push(
        post_of("first", level_low=2, level_high=2, **asked),
        post_of("second", level_low=3, **asked),
        post_of("third", level_text="硕士及以上", majors=["0812"], majors_text=""),
        post_of("fourth", level_low=3, level_text="", majors=["0812", "P835"], majors_text=""),
    )
    found = {post.partner_key: post.majors for post in Post.select()}
    assert found == {"first": ["0812"], "second": ["P812"], "third": ["P812"], "fourth": ["0812", "P835"]}


def test_names_of_majors_are_read_by_the_tables_that_are_imported(ctx: Context, program: Program) -> None:
    [one] = program.push(post_of("before", majors_text="低空技术与工程"))
    assert one["unread"] == {"majors": ["低空技术与工程"]}
    edition = CodeSet.create(
        name="major_undergraduate", year=2020, rows=1, digest="", in_force_at=ctx.clock()
    )
    CodeRow.create(edition=edition, place=0, code="089901TK", name="低空技术与工程")
    ctx.codes.forget()
    [one] = program.push(post_of("after", majors_text="低空技术与工程"))
    assert one["unread"] == {}
    assert Post.get(Post.partner_key == "after").majors == ["089901"]
