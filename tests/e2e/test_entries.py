"""Menu, QR code and plain address lead to the same place; a new phone takes the account over."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import stack
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import (
    COUNSELOR,
    GRADUATE,
    PASSWORD,
    PEOPLE,
    counselor_binds,
    counselor_sees,
    graduate_binds,
    graduate_links,
)
from tests.stack import ROOT, Ground, Stack

pytestmark = pytest.mark.e2e

NEWCOMER = next(row for row in PEOPLE["graduate"] if not row.get("account"))
PROVIDER = ROOT / "tests" / "contract" / "oidc" / "provider.mjs"


def code_sent_to(running: Stack, key: str) -> str:
    """The one-time code in a phone's text messages."""
    return running.sms_with(key, r"(\d{6})")


def test_a_newcomer_scans_the_counselors_code(running: Stack, desk: Page) -> None:
    desk.goto(running.sandbox)
    counselor, newcomer = Phone(desk, COUNSELOR["name"]), Phone(desk, NEWCOMER["name"])
    counselor_binds(counselor)
    counselor.web.get_by_role("link", name="我的二维码").click()
    counselor.shows("微信扫一扫，关联辅导员")

    newcomer.frame.get_by_role("button", name="扫一扫").click()
    newcomer.frame.get_by_role("button", name=f"扫{COUNSELOR['name']}的屏幕").click()
    newcomer.frame.get_by_role("button", name="关注公众号").click()
    newcomer.chat.get_by_text("先绑定学信账号，再关联辅导员").click()
    newcomer.web.get_by_role("link", name="注册账号").click()
    newcomer.fill("姓名", NEWCOMER["name"])
    newcomer.fill("手机号", NEWCOMER["phone"])
    newcomer.press("获取验证码")
    newcomer.fill("验证码", code_sent_to(running, "haoran"))
    newcomer.fill("设置密码", "chenhaoran1")
    newcomer.press("注册并登录")
    newcomer.shows("核对毕业生信息")
    newcomer.fill("姓名", NEWCOMER["name"])
    newcomer.fill("学号", NEWCOMER["student_number"])
    newcomer.fill("证件号码", NEWCOMER["identity_number"])
    newcomer.press("核对")
    newcomer.press("稍后填写")
    expect(newcomer.web.get_by_role("checkbox", name=COUNSELOR["name"])).to_be_checked()
    newcomer.press("关联")
    newcomer.shows("已关联")
    counselor.close_web()
    expect(counselor.chat).to_contain_text(NEWCOMER["name"])


def test_a_desktop_browser_by_the_plain_address(running: Stack, desk: Page) -> None:
    desk.goto(f"{running.web}/h5/my-counselors")
    desk.get_by_label("手机号", exact=True).fill(GRADUATE["phone"])
    desk.get_by_label("密码", exact=True).fill("wrong-word-1")
    desk.get_by_role("button", name="登录", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("手机号或密码不正确")
    desk.get_by_label("密码", exact=True).fill(PASSWORD)
    desk.get_by_role("button", name="登录", exact=True).click()
    desk.get_by_label("姓名", exact=True).fill(GRADUATE["name"])
    desk.get_by_label("学号", exact=True).fill(GRADUATE["student_number"])
    desk.get_by_label("证件号码", exact=True).fill(GRADUATE["identity_number"])
    desk.get_by_role("button", name="核对").click()
    desk.get_by_role("button", name="稍后填写").click()
    desk.get_by_text(COUNSELOR["name"], exact=True).click()
    desk.get_by_role("button", name="关联", exact=True).click()
    expect(desk.locator("body")).to_contain_text("已关联")


def test_the_account_moves_to_a_new_phone_and_the_old_one_is_told(running: Stack, desk: Page) -> None:
    desk.goto(running.sandbox)
    old, counselor = Phone(desk, GRADUATE["name"]), Phone(desk, COUNSELOR["name"])
    counselor_binds(counselor)
    graduate_binds(old)
    graduate_links(old)
    new = Phone(desk, "周敏")
    new.follow()
    new.tap_menu("服务", "我的账号")
    new.log_in(GRADUATE["phone"], PASSWORD)
    new.shows("换绑")
    new.fill("登录密码", PASSWORD)
    new.press("获取验证码")
    new.fill("验证码", code_sent_to(running, "xiaoyu"))
    new.press("确认换绑")
    new.shows("我的账号")
    old.close_web()
    expect(old.chat).to_contain_text("账号绑定变更提醒")
    new.close_web()
    expect(new.chat).to_contain_text("账号绑定成功通知")
    # The link is the person's, not the phone's.
    counselor_sees(counselor)


def test_leaving_takes_the_binding_along(running: Stack, desk: Page) -> None:
    desk.goto(running.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    counselor_binds(counselor)
    graduate_binds(graduate)
    graduate_links(graduate)
    running.api("POST", "/phones/xiaoyu/unfollow", {})
    counselor.tap_menu("辅导员", "我的毕业生")
    counselor.shows("未关注")
    counselor.shows("未绑定")


def test_log_in_through_a_real_openid_connect_provider(ground: Ground, tmp_path: Path, desk: Page) -> None:
    node = shutil.which("node")
    assert node, "the provider runs on node"
    client = {
        "client_id": "ncssfwh",
        "client_secret": "a secret of the tests",
        "redirect_uris": [f"{ground.web.url}/h5/oidc/back"],
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "RS256",
    }
    person = {
        "name": GRADUATE["name"],
        "phone_number": f"+86 {GRADUATE['phone']}",
        "phone_number_verified": True,
    }
    asked = {
        "client": client,
        "people": {"xiaoyu": person},
        "authMethods": ["client_secret_basic"],
        "keyType": "RSA",
    }
    with subprocess.Popen(
        [node, str(PROVIDER), json.dumps(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as provider:
        assert provider.stdout
        assert provider.stdin
        issuer = json.loads(provider.stdout.readline())["issuer"]
        settings = {
            "WXB_IDENTITY_ISSUER": issuer,
            "WXB_IDENTITY_CLIENT_ID": "ncssfwh",
            "WXB_IDENTITY_CLIENT_SECRET": "a secret of the tests",
        }
        with stack.running(ground, tmp_path, **settings) as up:
            desk.goto(f"{up.web}/h5/identify")
            desk.get_by_role("link", name="学信账号登录").click()
            desk.locator("input[name=login]").fill("xiaoyu")
            desk.locator("input[name=password]").fill("anything")
            desk.locator("button[type=submit]").click()
            # The next page has a button of the same kind: what the account is asked for.
            expect(desk.locator("input[name=login]")).to_have_count(0)
            desk.locator("button[type=submit]").click()
            desk.get_by_label("学号", exact=True).fill(GRADUATE["student_number"])
            desk.get_by_label("证件号码", exact=True).fill(GRADUATE["identity_number"])
            desk.get_by_label("姓名", exact=True).fill(GRADUATE["name"])
            desk.get_by_role("button", name="核对").click()
            expect(desk.get_by_role("status")).to_contain_text("核对成功")
        provider.stdin.close()
