"""人员账号、换届: the pages and their forms."""

import json
import re
from datetime import timedelta

import pytest

from models.account import Account
from models.org import Responsibility, Staff
from services import account_requests, people
from services.context import Context
from services.jobs import runner
from services.seats import Seat, seat_of
from services.sessions import open_session, visitor_of
from tests.browser import Browser, Page
from tests.cast import YEAR, Cast, Persona
from tests.fakes import START, FixedClock
from tests.services.tools import owed

PEOPLE = "/console/people"
PHONE = "13812345678"


def seat(ctx: Context, persona: Persona) -> Seat:
    visitor = visitor_of(ctx, open_session(ctx, persona.account, "desktop"))
    assert visitor is not None
    return seat_of(visitor)


def create(desk: Browser, cast: Cast, **changes: str) -> Page:
    """Fills in the form for 冯雪, a counselor of the first college."""
    values = {"name": "冯雪", "phone": PHONE, "level": "counselor", "unit": cast.units["college"].code}
    return desk.open(f"{PEOPLE}/new").submit(f"{PEOPLE}/new", **values | changes)


def test_the_list_says_who_is_not_bound_and_keeps_its_filters(school_desk: Browser, cast: Cast) -> None:
    page = school_desk.open(PEOPLE)
    assert page.text.count("未绑定") == 3 + 1  # the filter offers the word too
    assert cast.counselor.phone not in page.html
    assert "139****0201" in page.text
    found = school_desk.open(f"{PEOPLE}?q={cast.counselor.phone}&level=counselor")
    assert ("王建国" in found.text, "赵敏" in found.text) == (True, False)
    assert f'value="{cast.counselor.phone}"' in found.html
    assert re.search(r'value="counselor" selected', found.html)
    assert "没有符合条件的人员" in school_desk.open(f"{PEOPLE}?q=nobody").text
    assert school_desk.open(f"{PEOPLE}?unit=nowhere").status == 404
    assert school_desk.open(f"{PEOPLE}?year=廿&bound=x&state=y&level=z").status == 200


def test_the_list_is_taken_out(school_desk: Browser, cast: Cast) -> None:
    page = school_desk.open(f"{PEOPLE}?level=counselor&q=王建国").submit(f"{PEOPLE}/export")
    assert page.path.startswith("/console/jobs/")
    assert "导出人员名单" in page.text


def test_an_account_is_created_and_says_what_happened(school_desk: Browser, cast: Cast) -> None:
    page = create(school_desk, cast)
    assert "初始密码已用短信发给本人" in page.text
    assert ("冯雪" in page.text, PHONE in page.text, "本人尚未登录修改" in page.text) == (True, True, True)
    assert len(owed("account_created")) == 1
    assert "用原有账号和密码登录" in create(school_desk, cast, name="何路", phone=cast.person.phone).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请填写此项"),
        ({"phone": "138"}, "11 位手机号码"),
        ({"unit": "nowhere"}, "所辖范围内"),
        ({"level": "school"}, "没有进行这项操作的权限"),
        ({"phone": "13900000101"}, "姓名不一致"),
        ({"name": "孙丽", "phone": "13900000203", "level": "college"}, "已有这个级别的账号"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    changes: dict[str, str], words: str, school_desk: Browser, cast: Cast
) -> None:
    Staff.update(created_at=START - timedelta(days=1)).execute()
    page = create(school_desk, cast, **changes)
    assert words in page.text
    assert page.status in (403, 409, 422)


def test_a_slip_is_corrected_and_a_password_sent_again(
    college_desk: Browser, cast: Cast, clock: FixedClock
) -> None:
    here = create(college_desk, cast, name="冯学").path
    page = college_desk.open(f"{here}/correct").submit(f"{here}/correct", name="冯雪")
    assert "已更正" in page.text
    assert "请 10 分钟后再发" in page.submit(f"{here}/send-password").text.replace("11", "10")
    clock.advance(minutes=11)
    page = college_desk.open(here).submit(f"{here}/send-password")
    assert "之前的初始密码已失效" in page.text
    first, second = (json.loads(message.payload)["password"] for message in owed("account_created"))
    assert first != second
    assert first not in page.html
    assert second not in page.html


def test_an_account_is_ended_and_brought_back(college_desk: Browser, cast: Cast) -> None:
    here = f"{PEOPLE}/{cast.counselor.staff.code}"
    page = college_desk.open(here).submit(f"{here}/end")
    assert "恢复账号" in page.text
    assert "王建国" not in college_desk.open(PEOPLE).text
    assert "王建国" in college_desk.open(f"{PEOPLE}?state=ended").text
    page = college_desk.open(here).submit(f"{here}/restore")
    assert "账号已恢复" in page.text
    assert Staff.get_by_id(cast.counselor.staff.id).ended_at is None


def test_a_superior_further_up_only_looks_and_reminds(province_desk: Browser, cast: Cast) -> None:
    here = f"{PEOPLE}/{cast.counselor.staff.code}"
    page = province_desk.open(here)
    assert ("结束账号" in page.text, cast.counselor.phone in page.html) == (False, False)
    assert "提醒本人绑定微信" in page.submit(f"{here}/remind").text
    assert "今天已经提醒过" in province_desk.open(here).submit(f"{here}/remind").text
    token = province_desk.token()
    for verb in (
        "end",
        "restore",
        "send-password",
        "duties/remove",
        "duties/restore",
        "duties/year",
        "reset-second-factor",
    ):
        assert province_desk.post(f"{here}/{verb}", {"csrf_token": token}).status in (403, 404), verb
    assert Staff.get_by_id(cast.counselor.staff.id).ended_at is None


def test_what_is_out_of_range_is_not_there(college_desk: Browser, cast: Cast) -> None:
    for persona in (cast.other_counselor, cast.school, cast.college):
        assert college_desk.open(f"{PEOPLE}/{persona.staff.code}").status == 404


def test_duties_are_given_moved_and_taken(college_desk: Browser, cast: Cast) -> None:
    here = f"{PEOPLE}/{cast.counselor.staff.code}"
    college = cast.units["college"].code
    page = college_desk.open(here).submit(
        f"{here}/duties", year=str(YEAR), college=college, education="3", class_name="软件工程2302"
    )
    assert "软件工程2302" in page.text
    page = page.submit(f"{here}/duties/year", old=str(YEAR), new=str(YEAR + 1))
    assert {row.year for row in Responsibility.of_staff(cast.counselor.staff.id)} == {YEAR + 1}
    page = page.submit(f"{here}/duties/remove")
    assert Responsibility.select().where(Responsibility.staff == cast.counselor.staff.id).count() == 1
    page = page.submit(f"{here}/duties/restore")
    assert "已恢复这项负责范围" in page.text
    assert Responsibility.select().where(Responsibility.staff == cast.counselor.staff.id).count() == 2
    assert "最近取消的负责范围" not in page.text
    wrong = page.submit(f"{here}/duties", year="", college=college, education="3")
    assert (wrong.status, "请填写此项" in wrong.text) == (422, True)


def test_the_office_is_changed(college_desk: Browser, cast: Cast) -> None:
    here = f"{PEOPLE}/{cast.counselor.staff.code}"
    assert "已保存" in college_desk.open(here).submit(here, office="逸夫楼 305").text
    assert college_desk.open(here).submit(here, office="室" * 61).status == 422


def tick(desk: Browser, page: Page, staff: list[str], new: int, to: str = f"{PEOPLE}/roll-over") -> Page:
    """Ticks some of the list and presses the button that leads to ``to``."""
    [form] = [form for form in page.forms if form.method == "post" and form.action.endswith("/roll-over")]
    return desk.post(to, dict(form.fields) | {"staff": staff, "new": str(new)})


def test_a_year_rolls_over(school_desk: Browser, cast: Cast) -> None:
    page = school_desk.open(f"{PEOPLE}/roll-over?year={YEAR}")
    assert ("王建国" in page.text, "赵敏" in page.text) == (True, True)
    codes = [cast.counselor.staff.code, cast.other_counselor.staff.code]
    nobody = tick(school_desk, page, [], YEAR + 1)
    assert (nobody.status, "请至少勾选一个人" in nobody.text) == (422, True)
    page = tick(school_desk, page, codes[:1], YEAR + 1)
    assert f"1 位辅导员的负责届别已从 {YEAR} 届改为 {YEAR + 1} 届" in page.text
    page = school_desk.open(f"{PEOPLE}/roll-over?year={YEAR}")
    sure = tick(school_desk, page, codes[1:], YEAR, to=f"{PEOPLE}/end")
    assert "将结束以下 1 个账号" in sure.text
    assert Staff.get_by_id(cast.other_counselor.staff.id).ended_at is None
    done = sure.submit(f"{PEOPLE}/end")
    assert "已结束 1 个账号" in done.text
    assert Staff.get_by_id(cast.other_counselor.staff.id).ended_at is not None
    assert f"没有负责 {YEAR} 届的辅导员" in school_desk.open(f"{PEOPLE}/roll-over?year={YEAR}").text


def test_classes_without_a_counselor_and_staffing(
    ctx: Context, school_desk: Browser, province_desk: Browser, cast: Cast
) -> None:
    assert "每个班级都有辅导员负责" in school_desk.open(f"{PEOPLE}/uncovered").text
    people.end(ctx, seat(ctx, cast.school), cast.counselor.staff.code)
    assert "软件工程2301" in school_desk.open(f"{PEOPLE}/uncovered").text
    assert "请先选择一所学校" in province_desk.open(f"{PEOPLE}/uncovered").text
    chosen = province_desk.open(f"{PEOPLE}/uncovered?school={cast.units['school'].code}")
    assert "软件工程2301" in chosen.text
    assert "共 1 个班级，3 名毕业生" in chosen.text
    job = chosen.submit(f"{PEOPLE}/uncovered/export")
    assert "导出没有辅导员的班级" in job.text
    runner.work(ctx)
    done = province_desk.open(job.path)
    assert ("共 1 行" in done.text, "下载文件" in done.text) == (True, True)
    assert "达到" in province_desk.open(f"{PEOPLE}/staffing").text
    assert "未导入毕业生" in province_desk.open(f"{PEOPLE}/staffing?year=2020").text


# -- units ---------------------------------------------------------------------------------------------------------


def test_a_unit_is_created_named_closed_and_opened(school_desk: Browser, cast: Cast) -> None:
    page = school_desk.open("/console/units/new").submit("/console/units/new", name="法学院", number="03")
    here = page.path
    assert "已建立“法学院”" in page.text
    form = school_desk.open(f"{PEOPLE}/new?level=college&unit={here.rpartition('/')[2]}").form(
        f"{PEOPLE}/new"
    )
    assert (dict(form.fields)["level"], dict(form.fields)["unit"]) == ("college", here.rpartition("/")[2])
    page = page.submit(here, name="法学与社会学院")
    assert "已保存" in page.text
    page = page.submit(f"{here}/close")
    assert "已停用" in page.text
    assert "法学与社会学院" not in school_desk.open("/console/units").text
    assert "已重新启用" in page.submit(f"{here}/reopen").text
    taken = school_desk.open("/console/units/new").submit("/console/units/new", name="计算机学院", number="9")
    assert (taken.status, "同级单位中已有这个名称" in taken.text) == (409, True)
    college = f"/console/units/{cast.units['college'].code}"
    assert "还有在用的账号" in school_desk.open(college).submit(f"{college}/close").text


def test_levels_without_units_below(college_desk: Browser, cast: Cast) -> None:
    assert "您没有下级机构" in college_desk.open("/console/units").text
    assert college_desk.open("/console/units/new").status == 403
    assert college_desk.open(f"/console/units/{cast.units['other_college'].code}").status == 404


# -- requests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        ("province", ["province", "name", "phone", "act", "act"]),
        ("school", ["name", "phone", "act", "act"]),
        ("college", ["name", "phone", "act", "act"]),
    ],
)
def test_the_form_has_exactly_the_items_of_the_guide(
    who: str, fields: list[str], request: pytest.FixtureRequest
) -> None:
    """《辅导员平台使用说明》 (3)③ and (4)④: 省份、姓名、手机号码、须删除/须新增, and without the first."""
    page = request.getfixturevalue(f"{who}_desk").open("/console/requests/new")
    form = page.html[page.html.index('action="/console/requests/new"') :]
    names = re.findall(r'<(?:input|select)[^>]*\bname="(\w+)"', form)
    assert [name for name in names if name != "csrf_token"] == fields
    for words in ("姓名", "手机号码", "须删除/须新增"):
        assert words in page.text
    assert ("省份" in page.text) is (who == "province")


def test_a_request_goes_up_and_is_granted(college_desk: Browser, school_desk: Browser, cast: Cast) -> None:
    mine = college_desk.open("/console/requests/new").submit(
        "/console/requests/new", name="冯雪", phone=PHONE, act="add"
    )
    assert ("待办理" in mine.text, "撤回" in mine.text) == (True, True)
    waiting = school_desk.open("/console/requests")
    [grant] = [form.action for form in waiting.forms if form.action.endswith("/grant")]
    assert "已办理" in waiting.submit(grant).text
    account = Account.by_phone(PHONE)
    assert Staff.get(Staff.account == account).level == "college"
    assert "已办理" in college_desk.open("/console/requests/mine").text


def test_a_request_is_sent_back_with_a_reason(
    ctx: Context, school_desk: Browser, college_desk: Browser, cast: Cast
) -> None:
    row = account_requests.file(ctx, seat(ctx, cast.college), "remove", "孙丽", cast.college.phone)
    here = f"/console/requests/{row.code}"
    assert "请填写退回的原因" in school_desk.open("/console/requests").submit(f"{here}/decline").text
    page = school_desk.open("/console/requests").submit(f"{here}/decline", reason="仍在岗")
    assert "没有待办理的申请" in page.text
    assert "仍在岗" in college_desk.open("/console/requests/mine").text
    assert "仍在岗" in school_desk.open("/console/requests?state=declined").text


def test_whoever_decides_nothing_sees_the_own_requests(
    counselor_desk: Browser, ministry_desk: Browser
) -> None:
    assert counselor_desk.open("/console/requests").path == "/console/requests/mine"
    assert ministry_desk.open("/console/requests/new").status == 403


def test_a_person_goes_to_another_unit_and_comes_back(school_desk: Browser, cast: Cast) -> None:
    page = f"{PEOPLE}/{cast.counselor.staff.code}"
    assert "调动到其他单位" in school_desk.open(page).text
    there = cast.units["other_college"].code
    assert f'value="{there}"' in school_desk.open(f"{page}/transfer").html
    plan = school_desk.open(f"{page}/transfer?unit={there}")
    for words in (
        "从“计算机学院”调到“外国语学院”",
        "在新单位以外负责 1 项",
        "没有其他辅导员负责同一范围",
        "交出：不再负责",
    ):
        assert words in plan.text, words
    moved = plan.submit(f"{page}/transfer", classes="hand_over")
    assert (moved.path, "已调到“外国语学院”" in moved.text) == (page, True)
    assert "还没有负责范围" in moved.text
    back = moved.submit(f"{page}/transfer/back")
    assert "已撤销调动，回到原单位" in back.text
    assert "计算机学院" in back.text
    assert "transfer/back" not in back.html
    assert Responsibility.select().where(Responsibility.staff == cast.counselor.staff.id).count() == 1


def test_a_transfer_that_cannot_be_is_told_on_its_page(
    school_desk: Browser, college_desk: Browser, cast: Cast
) -> None:
    page = f"{PEOPLE}/{cast.counselor.staff.code}"
    for unit in (cast.units["province"].code, "nothing"):
        answer = school_desk.open(f"{page}/transfer?unit={unit}")
        assert (answer.status, "请选择您所辖范围内" in answer.text) == (422, True)
    assert "调动到其他单位" not in college_desk.open(page).text
    assert "您所辖范围内没有其他单位" in college_desk.open(f"{page}/transfer").text
