"""The pages of a counselor: workbench, QR code, linked graduates."""

import csv
import io
from datetime import timedelta

import pytest

from domain.desk_hours import CHINA
from models.graduate import Intention, Link
from models.journal import Journal
from models.wechat_user import Follower
from services import binding
from tests.cast import Persona, add_account, add_graduate
from tests.tasks import give, give_course
from wechat.outcomes import Outcome, WeChatTrouble


@pytest.fixture
def many(cast, ctx, password_hash):
    """Thirty-five graduates linked with 王建国, the newest first in the list called 学生甲00."""
    for n in range(35):
        persona = Persona(
            f"g{n}", f"学生甲{n:02d}", f"1371000{n:04d}", f"oMany{n}", student_number=f"2023{5000 + n}"
        )
        persona.identity_number = f"made-up-{n}"
        account = add_account(persona.name, persona.phone, password_hash)
        graduate = add_graduate(persona, cast.units, account)
        Link.create(
            graduate=graduate,
            staff=cast.counselor.staff,
            status="linked",
            linked_at=ctx.clock() - timedelta(minutes=n + 1),
        )
        if n % 2:
            Intention.create(graduate=graduate, direction="employ", places=["340000"], industries=["34"])


def test_a_page_of_thirty_costs_a_handful_of_queries(cast, client_of, many, queries):
    desktop = client_of(cast.counselor)
    queries.count = 0
    page = desktop.open("/h5/my-graduates")
    assert page.html.count("<article") == 30
    assert queries.count <= 7


def test_pages_follow_one_another_without_gap_or_repeat(cast, client_of, many):
    desktop = client_of(cast.counselor)
    first = desktop.open("/h5/my-graduates")
    assert "已关联 35 人" in first.text
    after = first.html.partition("after=")[2].partition('"')[0]
    second = desktop.open(f"/h5/my-graduates?after={after}")
    seen = [f"学生甲{n:02d}" for n in range(35)]
    assert [name for name in seen if name in first.text] == seen[:30]
    assert [name for name in seen if name in second.text] == seen[30:]
    assert "下一页" not in second.text
    assert "回到第一页" in second.text


@pytest.mark.parametrize("keyword", ["学生甲07", "20235007"])
def test_search_by_name_and_by_student_number(cast, client_of, many, keyword):
    page = client_of(cast.counselor).open(f"/h5/my-graduates?q={keyword}")
    assert page.html.count("<article") == 1
    assert "学生甲07" in page.text


def test_no_match_is_told_and_the_keyword_is_escaped(cast, client_of, many):
    page = client_of(cast.counselor).open("/h5/my-graduates?q=<b>x")
    assert "没有找到“<b>x”" in page.text
    assert "<b>x" not in page.html


def test_nobody_linked_yet_offers_the_qr_code(cast, client_of):
    page = client_of(cast.counselor).open("/h5/my-graduates")
    assert "还没有毕业生与您关联" in page.text
    assert 'href="/h5/my-code"' in page.html


def test_followed_and_bound_are_told_apart(cast, ctx, client_of, many):
    first = Link.select().order_by(Link.id).first()
    binding.bind(ctx, first.graduate.account, "oBound000000000000000000001")
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/my-graduates?q=学生甲00")
    assert "未关注" in page.text
    assert "已绑定" in page.text
    Follower.create(app_id=ctx.settings.wechat_app_id, openid="oBound000000000000000000001")
    assert "已关注" in desktop.open("/h5/my-graduates?q=学生甲00").text


def test_unlinking_needs_a_reason(cast, client_of, many):
    link = Link.select().order_by(Link.linked_at.desc()).first()
    action = f"/h5/my-graduates/{link.code}/unlink"
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/my-graduates?q=学生甲00").submit(action, reason="  ")
    assert page.status == 422
    assert "请填写解除关联的原因" in page.text
    assert "<details" in page.html
    assert Link.get_by_id(link.id).status == "linked"
    page = page.submit(action, reason="不在本班")
    assert "已解除关联" in page.text
    assert Link.get_by_id(link.id).reason == "不在本班"


def test_another_counselors_link_is_not_found(cast, client_of, many):
    link = Link.select().first()
    desktop = client_of(cast.other_counselor)
    page = desktop.post(
        f"/h5/my-graduates/{link.code}/unlink", {"csrf_token": desktop.token(), "reason": "x"}
    )
    assert page.status == 404
    assert desktop.open(f"/h5/my-graduates?after={link.code}").status == 404


def test_the_export_is_whole_harmless_and_journaled(ctx, cast, client_of, many):
    graduate = Link.select().order_by(Link.linked_at.desc()).first().graduate
    Intention.create(graduate=graduate, direction="employ", remark='=HYPERLINK("http://evil.example")')
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/my-graduates").submit("/h5/my-graduates/export")
    assert page.response.mimetype == "text/csv"
    assert "attachment" in page.response.headers["Content-Disposition"]
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    assert page.response.headers["Content-Disposition"].endswith(f"-{day}.csv")
    assert page.response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(page.html.removeprefix("\ufeff"))))
    assert len(rows) == 35
    assert rows[0]["姓名"] == "学生甲00"
    assert rows[0]["备注"].startswith("'=HYPERLINK")
    assert rows[1]["期望地区"] == "安徽省"
    entry = Journal.get(Journal.verb == "export")
    assert entry.note == {"list": "my_graduates", "rows": 35}
    assert entry.request_id


def test_the_workbench_is_honest_about_tasks_and_lists_responsibilities(cast, client_of, many):
    page = client_of(cast.counselor).open("/h5/workbench")
    assert "目前没有待办任务" in page.text
    assert "2027届 本科生" in page.text
    assert "计算机学院 · 全部班级" in page.text
    assert "35" in page.text


def test_other_staff_see_their_own_workbench(cast, client_of):
    page = client_of(cast.college).open("/h5/workbench")
    assert page.status == 200
    assert "院级工作人员" in page.text
    assert "我的二维码" not in page.text
    assert "fdy.ncss.cn" in page.text


def test_staff_who_are_no_counselors_are_led_to_their_own_page(cast, client_of):
    page = client_of(cast.college).open("/h5/my-graduates")
    assert page.status == 403
    assert "您的工作账号不是辅导员账号" in page.text
    assert 'href="/h5/workbench"' in page.html


def test_staff_are_told_that_the_roster_check_is_for_graduates(cast, client_of):
    assert "您的账号是工作账号" in client_of(cast.counselor).open("/h5/identify").text
    assert "您的账号是工作账号" not in client_of(cast.person).open("/h5/identify").text


@pytest.mark.parametrize(
    ("path", "kind", "magic"),
    [
        ("/h5/my-code.png", "image/png", b"\x89PNG"),
        ("/h5/my-code.svg", "image/svg+xml", b"<svg"),
    ],
)
def test_the_qr_code_is_drawn_both_ways(cast, client_of, gateway, path, kind, magic):
    desktop = client_of(cast.counselor)
    page = desktop.open(path)
    assert page.response.mimetype == kind
    assert page.response.data.startswith(magic)
    desktop.open(path)
    assert len(gateway.scenes) == 1


def test_the_qr_code_waits_while_wechat_is_away(cast, client_of, gateway):
    gateway.trouble = WeChatTrouble(Outcome.RETRY, -1, "", "system busy")
    page = client_of(cast.counselor).open("/h5/my-code")
    assert page.status == 503
    assert "服务暂时繁忙" in page.text
    assert 'href="/h5/my-code">再试一次</a>' in page.html


def test_progress_adds_up_the_linked_graduates(cast, ctx, client_of, many, queries):
    first = Link.select().order_by(Link.id).first().graduate
    binding.bind(ctx, first.account, "oBound000000000000000000001")
    Follower.create(app_id=ctx.settings.wechat_app_id, openid="oBound000000000000000000001")
    first.change(status="confirmed", major_name="网络工程")
    desktop = client_of(cast.counselor)
    queries.count = 0
    page = desktop.open("/h5/progress")
    assert queries.count <= 6
    whole = "登记求职意愿 17 / 35 关注公众号 1 / 35 绑定学信账号 1 / 35 确认生源信息 1 / 35"
    one = "登记求职意愿 0 / 1 关注公众号 1 / 1 绑定学信账号 1 / 1 确认生源信息 1 / 1"
    assert whole in page.text
    assert f"本科生 · 网络工程 1 人 {one}" in page.text
    assert page.text.index("软件工程 34 人") < page.text.index("网络工程 1 人")
    assert whole in desktop.open("/h5/workbench").text


def test_somebody_elses_graduates_count_for_nobody_else(cast, client_of, many):
    assert "还没有毕业生与您关联" in client_of(cast.other_counselor).open("/h5/progress").text
    Link.update(status="unlinked").execute()
    assert "还没有毕业生与您关联" in client_of(cast.counselor).open("/h5/progress").text


def test_the_workbench_counts_tasks_and_speaks_of_overdue_ones(cast, ctx, client_of):
    give(cast, ctx.clock(), due_at=ctx.clock() - timedelta(days=2))
    give_course(cast, ctx.clock() + timedelta(hours=1))
    page = client_of(cast.counselor).open("/h5/workbench")
    assert "有 1 项任务已逾期" in page.text
    assert "2 待办任务" in page.text
    assert "1 直播课签到" in page.text
    assert "未读 2 已逾期 1 全部待办 2" in page.text
