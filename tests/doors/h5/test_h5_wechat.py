"""Coming in through WeChat: OAuth, binding, moving."""

import pytest

from models.account import LoginSession
from services import binding
from tests.cast import PASSWORD
from tests.pumps import pump
from wechat.outcomes import Outcome, WeChatTrouble


def test_a_stranger_inside_wechat_is_sent_to_the_platform(phone, cast):
    begin = phone.led("/h5/account")
    assert begin == "/h5/oauth/begin?next=%2Fh5%2Faccount"
    target = phone.led(begin)
    assert target.startswith("https://open.weixin.qq.com/")
    assert "to=http://wx.test/h5/oauth/back" in target
    assert "scope=snsapi_base" in target


def test_a_bound_person_is_logged_in_at_once(cast, ctx, phone, through_wechat):
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    page = phone.open(through_wechat(phone, cast.graduate, "/h5/account"))
    assert (page.path, page.status) == ("/h5/account", 200)
    assert "已绑定" in page.text
    session = LoginSession.get()
    assert (session.door, session.openid) == ("wechat", cast.graduate.openid)


def test_showing_the_same_code_again_leads_to_the_same_page(cast, ctx, phone, through_wechat):
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    back = through_wechat(phone, cast.graduate, "/h5/account")
    phone.open(back)
    page = phone.open(back)
    assert (page.path, page.status) == ("/h5/account", 200)
    assert LoginSession.select().count() == 1


def test_a_state_of_another_browser_is_refused(cast, app, phone, through_wechat):
    back = through_wechat(phone, cast.graduate, "/h5/account")
    other = type(phone)(app, "MicroMessenger")
    page = other.open(back)
    assert page.status == 403
    assert "微信授权没有成功" in page.text
    with other.remembers() as kept:
        assert "openid" not in kept


def test_nobody_can_leave_their_wechat_behind_in_a_desktop_browser(cast, ctx, desktop, through_wechat):
    """Somebody begins on a shared computer, lets their own phone be asked, and shows the code here."""
    page = desktop.open(through_wechat(desktop, cast.other_graduate, "/h5/account"))
    assert page.status == 403
    assert "请在微信中打开本页" in page.text
    desktop.open("/h5/login").submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert binding.binding_of(ctx, cast.graduate.account) is None


def test_a_code_is_traded_for_the_state_it_came_with(cast, phone, gateway, through_wechat):
    back = through_wechat(phone, cast.graduate, "/h5/account")
    phone.open(back)
    assert gateway.states == [back.rpartition("state=")[2]]


def test_somebody_logged_in_who_comes_back_once_more_is_led_home(cast, phone, through_wechat):
    back = through_wechat(phone, cast.graduate, "/h5/account")
    phone.open(back).submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert phone.led(back) == "/h5/"


def test_a_missing_state_is_refused(phone, cast, code_of):
    assert phone.open(f"/h5/oauth/back?code={code_of(cast.graduate)}").status == 403


def test_a_code_that_the_platform_refuses_says_how_to_come_in_again(phone, cast):
    state = phone.led("/h5/oauth/begin").rpartition("state=")[2]
    page = phone.open(f"/h5/oauth/back?code=old&state={state}")
    assert page.status == 403
    assert "/h5/oauth/begin" in page.html


def test_a_snapshot_is_nobody(phone, cast, code_of):
    state = phone.led("/h5/oauth/begin").rpartition("state=")[2]
    page = phone.open(f"/h5/oauth/back?code={code_of(cast.graduate, is_snapshot=True)}&state={state}")
    assert page.status == 403
    assert "使用完整服务" in page.text
    with phone.remembers() as kept:
        assert "openid" not in kept


def test_wechat_away_is_a_friendly_503(phone, cast, gateway, through_wechat):
    back = through_wechat(phone, cast.graduate, "/h5/account")
    gateway.trouble = WeChatTrouble(Outcome.RETRY, -1, "", "system busy")
    page = phone.open(back)
    assert page.status == 503
    assert "服务暂时繁忙" in page.text


def test_the_openid_waits_sealed_in_the_cookie(phone, cast, through_wechat):
    phone.open(through_wechat(phone, cast.graduate, "/h5/account"))
    with phone.remembers() as kept:
        assert cast.graduate.openid not in str(dict(kept))


def test_logging_in_binds(cast, ctx, phone, through_wechat):
    page = phone.open(through_wechat(phone, cast.graduate, "/h5/account"))
    page = page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert page.path == "/h5/account"
    assert binding.binding_of(ctx, cast.graduate.account).openid == cast.graduate.openid


def test_a_wechat_of_another_account_cannot_be_bound(cast, ctx, phone, through_wechat):
    page = phone.open(through_wechat(phone, cast.other_graduate, "/h5/account"))
    binding.bind(ctx, cast.graduate.account, cast.other_graduate.openid)
    page = page.submit("/h5/login", phone=cast.other_graduate.phone, password=PASSWORD)
    assert page.status == 409
    assert "当前微信已绑定其他账号" in page.text


@pytest.fixture
def at_the_move(cast, ctx, phone, through_wechat):
    """A graduate whose account is bound elsewhere has logged in with a new WeChat."""
    binding.bind(ctx, cast.graduate.account, "oOldPhone0000000000000000001")
    page = phone.open(through_wechat(phone, cast.graduate, "/h5/account"))
    return page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)


def test_a_move_asks_for_password_and_code_and_tells_the_old_phone(
    at_the_move, cast, ctx, phone, inbox, gateway
):
    assert at_the_move.path == "/h5/move"
    assert "139****0101" in at_the_move.text
    assert "原微信会收到换绑提醒" in at_the_move.text

    page = at_the_move.submit("/h5/move", to="/h5/code", purpose="move")
    assert "验证码已发送" in page.text
    pump(ctx)
    page = page.submit("/h5/move", password=PASSWORD, code=inbox.code_for(cast.graduate.phone))
    assert page.path == "/h5/account"
    assert binding.binding_of(ctx, cast.graduate.account).openid == cast.graduate.openid
    pump(ctx)
    assert "oOldPhone0000000000000000001" in {sent.openid for sent in gateway.sent}
    assert "account_moved" in {template for _, template, _ in inbox.messages}


def test_a_move_with_a_wrong_code_changes_nothing(at_the_move, cast, ctx):
    page = at_the_move.submit("/h5/move", password=PASSWORD, code="000000")
    assert page.status == 422
    assert 'id="code-wrong"' in page.html
    assert binding.binding_of(ctx, cast.graduate.account).openid == "oOldPhone0000000000000000001"


def test_a_move_may_be_put_off(at_the_move, cast, ctx, phone):
    assert phone.open("/h5/account").status == 200
    assert binding.binding_of(ctx, cast.graduate.account).openid == "oOldPhone0000000000000000001"


def test_on_a_desktop_there_is_no_wechat_to_move_to(cast, client_of):
    page = client_of(cast.graduate).open("/h5/move?next=/h5/account")
    assert page.status == 403
    assert "请在微信中打开本页" in page.text


def test_bound_here_already_there_is_nothing_to_move(cast, client_of):
    assert client_of(cast.graduate, in_wechat=True).led("/h5/move?next=/h5/account") == "/h5/account"
