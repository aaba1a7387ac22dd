"""Requests for accounts of one's own level: filed, granted, sent back, taken back."""

import json
from collections.abc import Callable

import pytest

from domain.refusals import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from models.account import Account
from models.org import Staff
from models.people import AccountRequest
from services import account_requests
from services.context import Context
from services.seats import Seat
from tests.cast import Cast
from tests.services.tools import acts, codes_of, owed, together

Sit = Callable[[str], Seat]
PHONE = "13812345678"


@pytest.mark.parametrize(
    ("asker", "decider"),
    [
        ("province", "ministry"),
        ("school", "province"),
        ("college", "school"),
        ("counselor", "school"),
        ("counselor", "college"),
    ],
)
def test_the_level_above_grants_and_the_account_is_there(
    asker: str, decider: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    row = account_requests.file(ctx, sit(asker), "add", "冯雪", PHONE)
    assert [found.id for found in account_requests.inbox(ctx, sit(decider)).rows] == [row.id]
    account_requests.grant(ctx, sit(decider), row.code)
    account_requests.grant(ctx, sit(decider), row.code)
    staff = Staff.get(Staff.account == Account.by_phone(PHONE))
    assert (staff.level, staff.unit_id) == (asker, sit(asker).staff.unit_id)
    assert len(owed("account_created")) == 1
    assert acts("account_request") == [("file", asker, "", "filed"), ("grant", decider, "filed", "granted")]
    assert account_requests.inbox(ctx, sit(decider)).rows == []
    assert [found.status for found in account_requests.mine(ctx, sit(asker)).rows] == ["granted"]


def test_a_request_to_remove_ends_the_capacity(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "remove", "孙丽", cast.college.phone)
    account_requests.grant(ctx, sit("school"), row.code)
    account_requests.grant(ctx, sit("school"), row.code)
    assert Staff.get_by_id(cast.college.staff.id).ended_at is not None
    assert AccountRequest.get_by_id(row.id).status == "granted"


@pytest.mark.parametrize(("name", "phone"), [("孙莉", "13900000203"), ("孙丽", "13900000201")])
def test_whoever_is_to_go_must_be_there(name: str, phone: str, ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "remove", name, phone)
    with pytest.raises(Conflict, match="request_nobody"):
        account_requests.grant(ctx, sit("school"), row.code)
    assert AccountRequest.get_by_id(row.id).status == "filed"
    assert Staff.select().where(Staff.ended_at.is_null(False)).count() == 0


def test_what_cannot_be_created_leaves_the_request_waiting(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "add", "冯雪", cast.graduate.phone)
    with pytest.raises(Conflict, match="phone_other_name"):
        account_requests.grant(ctx, sit("school"), row.code)
    assert AccountRequest.get_by_id(row.id).status == "filed"
    account_requests.decline(ctx, sit("school"), row.code, " 手机号与姓名不符 ")
    account_requests.decline(ctx, sit("school"), row.code, "手机号与姓名不符")
    assert AccountRequest.get_by_id(row.id).reason == "手机号与姓名不符"
    with pytest.raises(IllegalMove):
        account_requests.grant(ctx, sit("school"), row.code)


@pytest.mark.parametrize(
    ("asker", "decider"),
    [
        ("school", "ministry"),
        ("school", "school"),
        ("school", "college"),
        ("college", "province"),
        ("college", "college"),
        ("counselor", "province"),
    ],
)
def test_nobody_else_sees_or_decides_it(asker: str, decider: str, ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit(asker), "add", "冯雪", PHONE)
    assert account_requests.inbox(ctx, sit(decider), "").rows == []
    for verb in (account_requests.grant, lambda *args: account_requests.decline(*args, "不同意")):
        with pytest.raises(NotFound):
            verb(ctx, sit(decider), row.code)


def test_a_college_does_not_decide_for_another(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("other_counselor"), "add", "冯雪", PHONE)
    with pytest.raises(NotFound):
        account_requests.grant(ctx, sit("college"), row.code)


def test_a_request_is_filed_once_and_taken_back_by_its_asker(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("school"), "add", "冯雪", PHONE)
    assert account_requests.file(ctx, sit("school"), "add", "冯 雪", PHONE).id == row.id
    assert account_requests.file(ctx, sit("school"), "remove", "冯雪", PHONE).id != row.id
    with pytest.raises(NotFound):
        account_requests.withdraw(ctx, sit("college"), row.code)
    account_requests.withdraw(ctx, sit("school"), row.code)
    account_requests.withdraw(ctx, sit("school"), row.code)
    with pytest.raises(IllegalMove):
        account_requests.grant(ctx, sit("province"), row.code)
    assert account_requests.file(ctx, sit("school"), "add", "冯雪", PHONE).id != row.id


def test_fields_are_checked(ctx: Context, cast: Cast, sit: Sit) -> None:
    with pytest.raises(NotAllowed, match="no_level_above"):
        account_requests.file(ctx, sit("ministry"), "add", "冯雪", PHONE)
    for act, name, phone in [("swap", "冯雪", PHONE), ("add", "冯", PHONE), ("add", "冯雪", "1")]:
        with pytest.raises(Invalid):
            account_requests.file(ctx, sit("school"), act, name, phone)
    row = account_requests.file(ctx, sit("school"), "add", "冯雪", PHONE)
    for reason in ("", "因" * 101):
        with pytest.raises(Invalid):
            account_requests.decline(ctx, sit("province"), row.code, reason)


def test_two_hands_decide_once(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("counselor"), "add", "冯雪", PHONE)
    seats = sit("school"), sit("college")
    decided = together(
        lambda: account_requests.grant(ctx, seats[0], row.code),
        lambda: account_requests.decline(ctx, seats[1], row.code, "已有人"),
    )
    assert codes_of(decided) == ["illegal_move", "ok"]
    is_granted = AccountRequest.get_by_id(row.id).status == "granted"
    assert (Account.by_phone(PHONE) is not None) is is_granted


def test_lists_go_on_page_by_page(ctx: Context, cast: Cast, sit: Sit) -> None:
    for number in range(55):
        account_requests.file(ctx, sit("school"), "add", "冯雪", f"138{number:08}")
    first = account_requests.inbox(ctx, sit("province"))
    account_requests.decline(ctx, sit("province"), first.after, "重复")
    second = account_requests.inbox(ctx, sit("province"), after=first.after)
    assert (len(first.rows), len(second.rows), second.after, first.total) == (50, 5, "", 55)
    with pytest.raises(NotFound):
        account_requests.inbox(ctx, sit("ministry"), after=first.after)


@pytest.mark.parametrize("act", ["add", "remove"])
def test_nobody_stands_behind_a_request_whose_asker_has_gone(
    act: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    asker = sit("college")
    row = account_requests.file(ctx, asker, act, "王建国", cast.counselor.phone)
    asker.staff.change(ended_at=ctx.clock())
    with pytest.raises(Conflict, match="asker_ended"):
        account_requests.grant(ctx, sit("school"), row.code)
    assert AccountRequest.get_by_id(row.id).status == "filed"
    assert account_requests.file(ctx, asker, act, "王建国", cast.counselor.phone).id != row.id


# -- what whoever asked hears ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "name"), [("add", "冯雪"), ("remove", "孙丽")])
def test_whoever_asked_is_told_once_that_it_was_granted(
    act: str, name: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    phone = PHONE if act == "add" else cast.college.phone
    row = account_requests.file(ctx, sit("college"), act, name, phone)
    together(*[lambda: account_requests.grant(ctx, sit("school"), row.code)] * 2)
    (message,) = owed("request_granted")
    assert (message.phone, message.payload) == (cast.college.phone, f'{{"name": "{name}"}}')


def test_whoever_asked_is_told_once_that_it_was_declined_and_why(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "add", "阿依古丽·买买提江", PHONE)
    reason = "手机号与学信账号所留的不一致，\n请核对以后再来申请。"
    for _ in range(2):
        account_requests.decline(ctx, sit("school"), row.code, reason)
    (message,) = owed("request_declined")
    assert json.loads(message.payload) == {
        "name": "阿依古丽·买买…",
        "reason": "手机号与学信账号所留的不一致， 请…",
    }
    assert message.phone == cast.college.phone


def test_nobody_hears_of_what_was_not_done_or_withdrawn(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "add", "冯雪", cast.graduate.phone)
    with pytest.raises(Conflict, match="phone_other_name"):
        account_requests.grant(ctx, sit("school"), row.code)
    account_requests.withdraw(ctx, sit("college"), row.code)
    assert owed("request_granted") + owed("request_declined") == []


def test_who_has_left_hears_nothing(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = account_requests.file(ctx, sit("college"), "add", "冯雪", PHONE)
    Staff.update(ended_at=ctx.clock()).where(Staff.id == cast.college.staff.id).execute()
    account_requests.decline(ctx, sit("school"), row.code, "已离岗")
    assert owed("request_declined") == []
