"""Staff below one's own level: the list, the end of a capacity, taking it back, reminders."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal
from models.graduate import Link
from models.job import Job
from models.journal import Journal
from models.org import Responsibility, Staff
from services import appointments, binding, links, people, people_export
from services.appointments import Entry
from services.context import Context
from services.jobs import desk
from services.jobs.asked import kept_filter
from services.people import StaffFilter
from services.seats import Seat, seat_of, sit_down
from services.sessions import open_session, visitor_of
from tests.cast import Cast, add_account
from tests.fakes import FixedClock
from tests.services.tools import Meet, acts, owed

Sit = Callable[[str], Seat]


def names(ctx: Context, seat: Seat, **wanted: Any) -> list[str]:
    return [line.staff.account.name for line in people.listed(ctx, seat, StaffFilter(**wanted)).rows]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ministry", ["吴霞", "周涛", "孙丽", "赵敏", "王建国"]),
        ("province", ["周涛", "孙丽", "赵敏", "王建国"]),
        ("school", ["孙丽", "赵敏", "王建国"]),
        ("college", ["王建国"]),
        ("counselor", []),
    ],
)
def test_everybody_sees_the_levels_below(
    who: str, seen: list[str], ctx: Context, cast: Cast, sit: Sit
) -> None:
    assert names(ctx, sit(who)) == seen


def test_filters(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("ministry")
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    college = sit("college")
    people.end(ctx, sit("school"), cast.college.staff.code)
    for wanted, seen in [
        ({"level": "counselor"}, ["赵敏", "王建国"]),
        ({"unit": cast.units["other_college"].code}, ["赵敏"]),
        ({"unit": cast.units["school"].code}, ["周涛", "赵敏", "王建国"]),
        ({"bound": "yes"}, ["王建国"]),
        ({"bound": "no"}, ["吴霞", "周涛", "赵敏"]),
        ({"year": 2027}, ["赵敏", "王建国"]),
        ({"year": 2026}, []),
        ({"keyword": "建"}, ["王建国"]),
        ({"keyword": cast.school.phone}, ["周涛"]),
        ({"keyword": cast.school.phone[:10]}, []),
        ({"keyword": "%"}, []),
        ({"state": "ended"}, ["孙丽"]),
        ({"state": ""}, ["吴霞", "周涛", "孙丽", "赵敏", "王建国"]),
    ]:
        assert names(ctx, seat, **wanted) == seen, wanted
    with pytest.raises(NotFound):
        names(ctx, college, unit=cast.units["other_college"].code)


def test_pages_follow_each_other(ctx: Context, cast: Cast, sit: Sit) -> None:
    for number in range(70):
        account = add_account(f"冯{number:02}", f"138{number:08}", "")
        Staff.create(account=account, level="counselor", unit=cast.units["other_college"])
    seat, seen, after = sit("school"), [], ""
    while True:
        page = people.listed(ctx, seat, StaffFilter(), after)
        assert page.total == 73
        seen += [line.staff.id for line in page.rows]
        after = page.after
        if not after:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 73
    with pytest.raises(NotFound):
        people.listed(ctx, sit("college"), StaffFilter(), cast.other_counselor.staff.code)


def test_a_line_tells_whether_messages_reach_the_person(ctx: Context, cast: Cast, sit: Sit) -> None:
    line = people.one(ctx, sit("school"), cast.counselor.staff.code)
    assert (line.is_bound, line.is_following, line.has_first_password) == (False, False, False)
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    assert people.one(ctx, sit("school"), cast.counselor.staff.code).is_bound


@pytest.mark.parametrize("verb", [people.end, people.restore, people.remind])
def test_what_is_out_of_range_is_not_there(
    verb: Callable[..., object], ctx: Context, cast: Cast, sit: Sit
) -> None:
    for who, target in [("college", "other_counselor"), ("college", "school"), ("school", "school")]:
        with pytest.raises(NotFound):
            verb(ctx, sit(who), getattr(cast, target).staff.code)
    if verb is not people.remind:
        for who, target in [("province", "counselor"), ("ministry", "school"), ("province", "college")]:
            with pytest.raises(NotAllowed):
                verb(ctx, sit(who), getattr(cast, target).staff.code)


def test_an_ended_capacity_is_lost_by_sessions_at_once(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    extra = appointments.create(
        ctx, sit("school"), Entry("孙丽", cast.college.phone, "counselor", cast.units["college"].code)
    ).staff
    token = open_session(ctx, cast.college.account, "desktop")
    sit_down(visitor_of(ctx, token), extra.code)
    assert seat_of(visitor_of(ctx, token)).level == "counselor"
    people.end(ctx, sit("school"), extra.code)
    people.end(ctx, sit("school"), extra.code)
    visitor = visitor_of(ctx, token)
    assert visitor.session.staff_id is None
    assert seat_of(visitor).level == "college"
    assert [verb for verb, *_ in acts("staff")] == ["create", "end"]


def linked(ctx: Context, cast: Cast, meet: Meet) -> Link:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    return links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])[0]


def test_links_end_with_the_account_and_graduates_are_told(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet
) -> None:
    link = linked(ctx, cast, meet)
    people.end(ctx, sit("school"), cast.counselor.staff.code)
    people.end(ctx, sit("school"), cast.counselor.staff.code)
    assert Link.get_by_id(link.id).status == "unlinked"
    [told] = owed("link_ended")
    assert (told.openid, "王建国" in told.payload) == (cast.graduate.openid, True)
    assert links.candidates(meet(cast.graduate)) == []
    assert ("end", "school", "linked", "unlinked") in acts("link")


def test_taking_the_end_back_brings_links_and_duties_back(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet
) -> None:
    link = linked(ctx, cast, meet)
    by_hand = links.link(ctx, meet(cast.other_graduate), [cast.counselor.staff.code])[0]
    links.unlink(ctx, meet(cast.other_graduate), by_hand.code, "")
    people.end(ctx, sit("college"), cast.counselor.staff.code)
    people.restore(ctx, sit("school"), cast.counselor.staff.code)
    people.restore(ctx, sit("school"), cast.counselor.staff.code)
    assert Link.get_by_id(link.id).status == "linked"
    assert Link.get_by_id(by_hand.id).status == "unlinked"
    assert Responsibility.of_staff(cast.counselor.staff.id)
    assert meet(cast.counselor).counselor is not None
    assert [verb for verb, *_ in acts("staff")] == ["end", "restore"]


def test_nobody_is_brought_back_to_be_a_counselor_twice(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    people.end(ctx, seat, cast.counselor.staff.code)
    entry = Entry("王建国", cast.counselor.phone, "counselor", cast.units["other_college"].code)
    appointments.create(ctx, seat, entry)
    with pytest.raises(Conflict, match="counselor_elsewhere"):
        people.restore(ctx, seat, cast.counselor.staff.code)


def test_many_end_at_once_or_none(ctx: Context, cast: Cast, sit: Sit) -> None:
    both = [cast.counselor.staff.code, cast.other_counselor.staff.code]
    with pytest.raises(NotFound):
        people.end_many(ctx, sit("college"), both)
    assert Staff.select().where(Staff.ended_at.is_null(False)).count() == 0
    assert people.end_many(ctx, sit("school"), [*both, both[0]]) == 2
    assert people.end_many(ctx, sit("school"), both) == 0
    with pytest.raises(Invalid):
        people.end_many(ctx, sit("school"), [])


def test_the_office_changes_with_its_history(ctx: Context, cast: Cast, sit: Sit) -> None:
    people.change(ctx, sit("college"), cast.counselor.staff.code, " 逸夫楼 305 室 ")
    people.change(ctx, sit("college"), cast.counselor.staff.code, "逸夫楼 305 室")
    [act] = Journal.select().where(Journal.verb == "change")
    assert act.note == {"before": {"office": "图书馆 305"}, "after": {"office": "逸夫楼 305 室"}}
    with pytest.raises(Invalid, match="too_long"):
        people.change(ctx, sit("college"), cast.counselor.staff.code, "室" * 61)


def test_the_unbound_are_reminded_once_a_day(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    code = cast.counselor.staff.code
    people.remind(ctx, sit("province"), code)
    for who in ("province", "college"):
        with pytest.raises(Conflict, match="reminded_today"):
            people.remind(ctx, sit(who), code)
    clock.advance(hours=9)  # past midnight in China, the same day in UTC
    people.remind(ctx, sit("college"), code)
    assert [message.phone for message in owed("bind_reminder")] == [cast.counselor.phone] * 2
    clock.advance(days=2)
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    people.end(ctx, sit("school"), cast.other_counselor.staff.code)
    cast.college.account.change(phone=None, phone_index=None)
    for target, reason in [
        ("counselor", "already_bound"),
        ("other_counselor", "account_ended"),
        ("college", "no_phone"),
    ]:
        with pytest.raises(Refusal) as refused:
            people.remind(ctx, sit("school"), getattr(cast, target).staff.code)
        assert refused.value.code == reason


def test_the_list_is_taken_out_as_it_is_shown(ctx: Context, cast: Cast, sit: Sit) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    people.end(ctx, sit("school"), cast.other_counselor.staff.code)
    found = list(people_export.rows(ctx, sit("school"), StaffFilter(state="", level="counselor")))
    assert [row[0:2] for row in found] == [
        ["赵敏", cast.other_counselor.phone],
        ["王建国", cast.counselor.phone],
    ]
    assert [row[2:8] for row in found] == [
        ["辅导员", "外国语学院", "图书馆 305", "2027届 本科生 外国语学院 全部班级", "未绑定", "已结束"],
        ["辅导员", "计算机学院", "图书馆 305", "2027届 本科生 计算机学院 全部班级", "已绑定", "在用"],
    ]
    [masked] = people_export.rows(ctx, sit("province"), StaffFilter(keyword="王建国"))
    assert masked[1] == "139****0201"
    assert list(people_export.rows(ctx, sit("counselor"), StaffFilter())) == []


def test_an_export_is_a_job_with_a_sealed_keyword(ctx: Context, cast: Cast, sit: Sit) -> None:
    params = kept_filter(StaffFilter(keyword=cast.counselor.phone))
    job = desk.start_export(ctx, sit("school"), people_export.KIND, params)
    assert cast.counselor.phone not in str(job.params)
    export = people_export.staff(ctx, job)
    assert [row[0] for row in export.rows] == ["王建国"]
    assert len(export.headings) == 9
    cast.school.staff.change(ended_at=ctx.clock())
    with pytest.raises(NotAllowed):
        people_export.staff(ctx, Job.get_by_id(job.id))


def test_the_list_is_read_in_batches(ctx: Context, cast: Cast, sit: Sit) -> None:
    assert [len(lines) for lines in people.every(ctx, sit("school"), StaffFilter())] == [3]
    assert list(people.every(ctx, sit("counselor"), StaffFilter())) == []
