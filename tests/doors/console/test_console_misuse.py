"""The console against addresses and forms that its own pages never make."""

import base64
import io
from collections.abc import Callable

import pytest

from models.org import Responsibility
from models.people import FieldRight
from services import account_requests
from services.context import Context
from services.throttle import WHOLE_NUMBERS
from tests.browser import Browser
from tests.cast import YEAR, Cast
from tests.rosters import seat_of

RIGHTS = "/console/field-rights"
ROLL_OVER = "/console/people/roll-over"
TOKENS = [
    "[99999999999999999999999999]",
    "[" * 90_000,
    "[true]",
    '["x",1]',
    '["2026-01-01",1]',
    '["9999-12-31T23:59:59-23:00",1]',
]


@pytest.mark.parametrize(
    "path",
    ["/console/journal", "/console/messages/questions", "/console/jobs", "/console/codes/ethnicity"],
)
@pytest.mark.parametrize("text", TOKENS, ids=[text[:20] for text in TOKENS])
def test_a_strange_place_is_no_fault_of_ours(path: str, text: str, ministry_desk: Browser) -> None:
    token = base64.urlsafe_b64encode(text.encode()).decode()
    assert ministry_desk.open(f"{path}?after={token}").status == 200


def test_a_number_too_many_is_refused_with_a_sentence(
    ctx: Context, province_desk: Browser, cast: Cast
) -> None:
    for _ in range(WHOLE_NUMBERS.limit.amount):
        ctx.throttle.count(WHOLE_NUMBERS, cast.province.account.code)
    for page in ("graduates", "people"):
        found = province_desk.open(f"/console/{page}?q={cast.graduate.phone}")
        assert (found.status, "尝试次数过多" in found.text) == (429, True)
        token = province_desk.token()
        sent = province_desk.post(f"/console/{page}/export", {"q": cast.graduate.phone, "csrf_token": token})
        assert sent.status == 429
    found = province_desk.open(f"/console/journal?person={cast.graduate.phone}")
    assert (found.status, "尝试次数过多" in found.text) == (429, True)


def test_one_wrong_code_moves_nobody(college_desk: Browser, cast: Cast) -> None:
    before = list(Responsibility.select(Responsibility.id, Responsibility.year).tuples())
    staff = [cast.counselor.staff.code, "nope"]
    sent = {"staff": staff, "old": str(YEAR), "new": str(YEAR + 1), "csrf_token": college_desk.token()}
    assert college_desk.post(ROLL_OVER, sent).status == 404
    assert list(Responsibility.select(Responsibility.id, Responsibility.year).tuples()) == before


def test_a_grid_from_before_overwrites_nothing(school_desk: Browser, cast: Cast) -> None:
    former = school_desk.open(RIGHTS)
    ticked = {value for name, value in former.form(RIGHTS).fields if name == "may"}
    school_desk.open(RIGHTS).submit(RIGHTS, may=sorted(ticked - {"counselor.hardship"}))
    late = former.submit(RIGHTS, may=sorted(ticked - {"graduate.origin"}))
    assert (late.status, "刚刚被更新过" in late.text) == (409, True)
    shown = {value for name, value in late.form(RIGHTS).fields if name == "may"}
    assert shown == ticked - {"counselor.hardship"}
    assert [(row.role, row.field) for row in FieldRight.select()] == [("counselor", "hardship")]
    again = late.submit(RIGHTS, may=sorted(shown - {"graduate.origin"}))
    assert "1 项有变化" in again.text


def test_a_request_whose_asker_has_gone_cannot_be_granted(
    ctx: Context, cast: Cast, province_desk: Browser
) -> None:
    row = account_requests.file(ctx, seat_of(ctx, cast.school), "add", "冯雪", "13812345678")
    page = province_desk.open("/console/requests")
    assert "账号已结束" not in page.text
    cast.school.staff.change(ended_at=ctx.clock())
    said = page.submit(f"/console/requests/{row.code}/grant")
    assert "申请人的账号已经结束" in said.text
    marked = province_desk.open("/console/requests")
    assert "账号已结束" in marked.text
    assert f"/console/requests/{row.code}/grant" not in marked.html
    assert "已退回" in marked.submit(f"/console/requests/{row.code}/decline", reason="已离岗").text


@pytest.mark.parametrize(("who", "status"), [("graduate", 413), ("school", 403)])
def test_only_staff_may_send_much(
    who: str, status: int, client_of: Callable[..., Browser], cast: Cast, school_desk: Browser
) -> None:
    browser = school_desk if who == "school" else client_of(cast.graduate)
    sent = {"file": (io.BytesIO(b"x" * 200_000), "a.csv"), "csrf_token": browser.token()}
    assert browser.post("/console/jobs/import/nothing", sent).status == status
