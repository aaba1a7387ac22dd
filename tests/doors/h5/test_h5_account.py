"""我的账号, and the identity provider."""

import dataclasses

import pytest

from config.template_ids import notice_ids
from handlers.visit import CONTEXT
from models.account import Account
from providers.oidc import Identity
from services import binding, sessions
from tests.browser import WECHAT, Browser
from tests.pumps import pump


def test_unbinding_inside_wechat_logs_out(cast, ctx, client_of):
    phone = client_of(cast.graduate, in_wechat=True)
    page = phone.open("/h5/account").submit("/h5/account/unbind")
    assert page.path == "/h5/bye"
    assert "已解除绑定" in page.text
    assert binding.binding_of(ctx, cast.graduate.account).openid is None
    assert phone.led("/h5/account").startswith("/h5/oauth/begin")


def test_unbinding_at_a_desktop_takes_a_code_and_stays(cast, ctx, client_of, inbox):
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    desk = client_of(cast.graduate)
    page = desk.open("/h5/account")
    assert "139****0101" in page.text
    page = page.submit("/h5/account/unbind")
    assert (page.status, "验证码不正确" in page.html, '<details class="fold" open>' in page.html) == (
        422,
        True,
        True,
    )
    assert binding.binding_of(ctx, cast.graduate.account).openid == cast.graduate.openid
    page = desk.open("/h5/account").submit("/h5/account/unbind", to="/h5/code", purpose="unbind")
    assert (page.path, "验证码已发送" in page.text) == ("/h5/account", True)
    pump(ctx)
    page = page.submit("/h5/account/unbind", code=inbox.code_for(cast.graduate.phone))
    assert page.path == "/h5/account"
    assert "未绑定" in page.text


def test_a_password_in_another_wechat_does_not_unbind(cast, ctx, app):
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    stranger = Browser(app, WECHAT)
    with stranger.remembers() as kept:
        kept["token"] = sessions.open_session(ctx, cast.graduate.account, "wechat", cast.stranger.openid)
    page = stranger.open("/h5/account")
    assert 'name="code"' in page.html
    assert page.submit("/h5/account/unbind").status == 422
    assert binding.binding_of(ctx, cast.graduate.account).openid == cast.graduate.openid


def test_other_devices_are_logged_out(cast, client_of):
    here, there = client_of(cast.graduate), client_of(cast.graduate)
    page = here.open("/h5/account").submit("/h5/account/others")
    assert "已退出其他 1 处登录" in page.text
    assert here.open("/h5/account").path == "/h5/account"
    assert there.open("/h5/account").path == "/h5/login"


def test_notices_are_offered_inside_wechat_to_whom_they_concern(cast, ctx, client_of):
    ids = notice_ids(ctx.settings.template_ids)
    page = client_of(cast.counselor, in_wechat=True).open("/h5/account")
    asked = ",".join(ids[name] for name in ("task_assigned", "task_due", "check_in_opens"))
    assert f'data-templates="{asked}"' in page.html
    assert "新任务提醒、任务即将截止提醒、直播课签到提醒" in page.text
    page = client_of(cast.graduate, in_wechat=True).open("/h5/account")
    assert ids["signing_invited"] in page.html
    assert ids["task_assigned"] not in page.html
    for browser in (client_of(cast.counselor), client_of(cast.person, in_wechat=True)):
        assert "data-templates" not in browser.open("/h5/account").html


def test_an_account_without_notices_offers_none(cast, ctx, client_of, app, tmp_path):
    (tmp_path / "ids.toml").write_text("[ids]\n", "utf-8")
    settings = ctx.settings.model_copy(update={"template_ids": tmp_path / "ids.toml"})
    other = dataclasses.replace(ctx, settings=settings)
    phone = client_of(cast.counselor, in_wechat=True)
    app.extensions[CONTEXT] = other
    page = phone.open("/h5/account")
    assert page.status == 200
    assert "data-templates" not in page.html


@pytest.fixture
def vouched(oidc):
    """The provider vouches for 沈星 under the code ``good``."""
    oidc.people["good"] = Identity("https://id.example.invalid", "subject-1", "沈星", "13912340000")


def test_the_identity_provider_logs_in(app_with_oidc, vouched, cast):
    desktop = Browser(app_with_oidc)
    page = desktop.open("/h5/account")
    assert "学信账号登录" in page.text
    target = desktop.led("/h5/oidc/begin?next=/h5/account")
    assert target.startswith("https://id.example.invalid/")
    page = desktop.open("/h5/oidc/back?code=good&state=state1")
    assert (page.path, page.status) == ("/h5/account", 200)
    assert "沈星" in page.text
    assert "修改密码" not in page.text
    account = Account.get(Account.subject == "subject-1")
    assert account.phone == "13912340000"


def test_the_identity_provider_binds_the_wechat_in_hand(app_with_oidc, vouched, cast, ctx, through_wechat):
    phone = Browser(app_with_oidc, WECHAT)
    phone.open(through_wechat(phone, cast.stranger, "/h5/account"))
    phone.led("/h5/oidc/begin?next=/h5/account")
    page = phone.open("/h5/oidc/back?code=good&state=state1")
    assert "已绑定" in page.text
    account = Account.get(Account.subject == "subject-1")
    assert binding.binding_of(ctx, account).openid == cast.stranger.openid


@pytest.mark.parametrize("query", ["code=good&state=other", "code=bad&state=state1", "code=good", ""])
def test_a_log_in_that_does_not_fit_is_refused(app_with_oidc, vouched, cast, query):
    desktop = Browser(app_with_oidc)
    desktop.led("/h5/oidc/begin")
    page = desktop.open(f"/h5/oidc/back?{query}")
    assert page.status == 403
    assert "学信账号登录没有成功" in page.text


def test_a_log_in_under_way_serves_once(app_with_oidc, vouched, cast):
    desktop = Browser(app_with_oidc)
    desktop.led("/h5/oidc/begin")
    desktop.open("/h5/oidc/back?code=good&state=state1")
    assert desktop.open("/h5/oidc/back?code=good&state=state1").status == 403


def test_without_a_provider_its_pages_are_not_there(desktop, cast):
    assert desktop.open("/h5/oidc/begin").status == 404
    assert "/h5/oidc/begin" not in desktop.open("/h5/login").html
