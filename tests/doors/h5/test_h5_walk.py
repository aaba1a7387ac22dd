"""The whole way, as a graduate and a counselor walk it: inside WeChat, by QR code, and at a desktop."""

import pytest

from tests.cast import PASSWORD
from tests.pumps import pump

pytestmark = pytest.mark.slow


def test_a_graduate_binds_identifies_wishes_and_links(cast, ctx, phone, through_wechat, client_of, gateway):
    counselor = client_of(cast.counselor, in_wechat=True)
    me = cast.fresh_graduate
    page = phone.open(through_wechat(phone, me, "/h5/my-counselors"))
    assert page.path == "/h5/login"

    page = page.submit("/h5/login", phone=me.phone, password=PASSWORD)
    assert page.path == "/h5/identify"
    assert "微信已与账号绑定" in page.text

    page = page.submit(
        "/h5/identify", name=me.name, student_number=me.student_number, identity_number=me.identity_number
    )
    assert page.path == "/h5/intention"

    page = page.submit(
        "/h5/intention", direction="employ", places=["340000", ""], pay="floor", pay_floor="6000"
    )
    assert page.path == "/h5/my-counselors"
    assert "王建国" in page.text
    assert "赵敏" not in page.text

    page = page.submit("/h5/my-counselors", staff=cast.counselor.staff.code)
    assert "已关联 1 位辅导员" in page.text

    seen = counselor.open("/h5/my-graduates").text
    for words in (
        "林小满",
        "软件工程2301",
        "20****03",
        "找工作",
        "安徽省",
        "不低于 6000 元/月",
        "已绑定",
        "未关注",
    ):
        assert words in seen
    assert me.student_number not in seen
    assert pump(ctx) > 0
    assert any(sent.openid == cast.counselor.openid for sent in gateway.sent)


def test_a_counselors_qr_code_keeps_the_counselor_through_log_in_and_identification(
    cast, client_of, phone, through_wechat
):
    shown = client_of(cast.counselor).open("/h5/my-code")
    word = shown.html.partition("/h5/c/")[2].partition('"')[0]
    assert phone.led(f"/h5/c/{word}") == "/h5/my-counselors"

    me = cast.fresh_graduate
    page = phone.open(through_wechat(phone, me, "/h5/my-counselors"))
    assert "您扫描了 王建国 辅导员的二维码" in page.text
    page = page.submit("/h5/login", phone=me.phone, password=PASSWORD)
    assert "您扫描了 王建国 辅导员的二维码" in page.text
    page = page.submit(
        "/h5/identify", name=me.name, student_number=me.student_number, identity_number=me.identity_number
    )
    page = page.submit("/h5/intention/later")
    assert page.path == "/h5/my-counselors"
    assert ("staff", cast.counselor.staff.code) in page.form("/h5/my-counselors").fields
    page = page.submit("/h5/my-counselors")
    assert "已关联 1 位辅导员" in page.text
    with phone.remembers() as kept:
        assert "scene" not in kept


def test_a_desktop_browser_goes_the_same_way_with_a_password(cast, desktop):
    page = desktop.open("/h5/my-counselors")
    assert page.path == "/h5/login"
    page = page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert page.path == "/h5/intention"
    page = page.submit("/h5/intention/later")
    page = page.submit("/h5/my-counselors", staff=cast.counselor.staff.code)
    assert "已关联 1 位辅导员" in page.text


def test_a_counselors_code_that_is_over_says_so(desktop, cast):
    page = desktop.open("/h5/c/no-such-word")
    assert page.status == 404
    assert "二维码已过期" in page.text


def test_the_first_page_shows_the_next_step(cast, desktop, client_of):
    assert "登录或注册" in desktop.open("/h5/").text
    page = client_of(cast.fresh_graduate).open("/h5/")
    assert "下一步：核对毕业生信息" in page.text
    assert 'aria-current="step"' in page.html
    assert "下一步：求职意愿" in client_of(cast.graduate).open("/h5/").text
    assert "辅导员工作平台" in client_of(cast.counselor).open("/h5/").text
