"""The page with the phones, driven by a browser against a tiny product."""

import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import qrcode
import requests
from aiohttp import web
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.boxes import THING, Box, Seen, box, text_reply

pytestmark = pytest.mark.e2e

PAGE = "<!doctype html><html lang=zh-CN><title>{title}</title><h1>{title}</h1>{body}"
POLICY = "default-src 'self'; frame-ancestors 'none'"


class TinyProduct:
    """Greets, asks for OAuth, shows a QR code and the visitor's openid."""

    def __init__(self, wechat: Box) -> None:
        self.wechat = wechat
        self.url = wechat.options.product_url

    def menu(self) -> dict[str, Any]:
        subs = [
            {"type": "click", "name": "我的辅导员", "key": "mine"},
            {"type": "view", "name": "我的主页", "url": f"{self.url}/h5/me"},
        ]
        return {"button": [{"name": "毕业生", "sub_button": subs}]}

    def answer(self, seen: Seen) -> bytes:
        fields = self.wechat.opened(seen)
        if fields.get("Event") in ("unsubscribe", "VIEW", "TEMPLATESENDJOBFINISH"):
            return b"success"
        said = fields.get("Content") or fields.get("Event")
        link = f'<a href="{self.url}/h5/me">主页</a>'
        return text_reply(fields, f"收到 {said} <b>，{link}").encode()

    def page(self, request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
        if request.path == "/h5/code.png":
            picture = io.BytesIO()
            qrcode.make(f"{self.url}/h5/link").save(picture)
            return web.Response(body=picture.getvalue(), content_type="image/png")
        if "who" not in request.cookies and "code" not in request.query:
            raise web.HTTPFound(self._oauth(request.path))
        body = '<img src="/h5/code.png" alt="二维码"><a href="/h5/next">下一页</a>'
        title = f"{request.path} {request.cookies.get('who', '新来的')}"
        response = web.Response(
            text=PAGE.format(title=title, body=body), content_type="text/html", headers=headers
        )
        if "code" in request.query:
            response.set_cookie("who", "熟人", httponly=True, samesite="Lax")
        return response

    def _oauth(self, path: str) -> str:
        query = {
            "appid": self.wechat.options.app_id,
            "redirect_uri": self.url + path,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": "s",
        }
        return f"{self.wechat.options.origin}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


@pytest.fixture(scope="module")
def tiny() -> Iterator[TinyProduct]:
    with box(callback_timeout=2.0) as one:
        product = TinyProduct(one)
        one.product.answer = product.answer
        one.product.page = product.page
        yield product


@pytest.fixture
def desk(tiny: TinyProduct, page: Page) -> Iterator[Page]:
    """The page, fresh; what the browser complained about fails the test."""
    tiny.wechat.idle()
    tiny.wechat.machine("POST", "/reset")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.goto(tiny.wechat.options.origin)
    expect(phone(page, "李晓雨")).to_be_visible()
    yield page
    # A refused deed answers 409 and a lost line is meant, which the browser notes; anything else is our fault.
    meant = ("409", "ERR_INTERNET_DISCONNECTED")
    assert [one for one in complaints if not any(word in one for word in meant)] == []


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}的手机")


def follow(page: Page, name: str) -> Locator:
    one = phone(page, name)
    one.get_by_role("button", name="去看看公众号").click()
    one.get_by_role("button", name="关注公众号").click()
    expect(one.get_by_role("log", name="聊天记录")).to_be_visible()
    return one


def test_follow_menu_and_chat(desk: Page, tiny: TinyProduct) -> None:
    one = follow(desk, "李晓雨")
    expect(one.get_by_text("收到 subscribe <b>")).to_be_visible()
    expect(one.get_by_text("公众号还没有菜单")).to_be_visible()
    tiny.wechat.post("/cgi-bin/menu/create", tiny.menu())
    one.get_by_role("button", name="毕业生", exact=True).click()
    one.get_by_role("menuitem", name="我的辅导员").click()
    expect(one.get_by_text("收到 CLICK")).to_be_visible()
    expect(one.get_by_role("menu")).to_have_count(0)
    one.get_by_role("button", name="切换到键盘").click()
    one.get_by_role("textbox", name="输入消息").fill("<img src=x onerror=alert(1)>")
    one.get_by_role("button", name="发送").click()
    expect(one.get_by_text("收到 <img src=x onerror=alert(1)>")).to_be_visible()


def test_the_browser_logs_in_goes_back_and_closes(desk: Page, tiny: TinyProduct) -> None:
    tiny.wechat.post("/cgi-bin/menu/create", tiny.menu())
    one = follow(desk, "李晓雨")
    one.get_by_role("button", name="毕业生", exact=True).click()
    one.get_by_role("menuitem", name="我的主页").click()
    frame = one.frame_locator('iframe[title="李晓雨的浏览器"]')
    expect(frame.get_by_role("heading", name="/h5/me 新来的")).to_be_visible()
    frame.get_by_role("link", name="下一页").click()
    expect(frame.get_by_role("heading", name="/h5/next 熟人")).to_be_visible()
    expect(one.get_by_role("heading", name="/h5/next 熟人")).to_be_visible()
    one.get_by_role("button", name="后退").click()
    expect(frame.get_by_role("heading", name="/h5/me 熟人")).to_be_visible()
    one.get_by_role("button", name="关闭网页").click()
    expect(one.get_by_role("log", name="聊天记录")).to_be_visible()


def test_another_phone_scans_the_code_on_the_screen(desk: Page, tiny: TinyProduct) -> None:
    tiny.wechat.do("xiaoyu", "open", url=f"{tiny.url}/h5/show")
    shown = phone(desk, "李晓雨").frame_locator("iframe")
    expect(shown.get_by_role("img", name="二维码")).to_be_visible()
    other = phone(desk, "王建国")
    other.get_by_role("button", name="扫一扫").click()
    other.get_by_role("button", name="扫李晓雨的屏幕").click()
    frame = other.frame_locator('iframe[title="王建国的浏览器"]')
    expect(frame.get_by_role("heading", name="/h5/link 新来的")).to_be_visible()


def test_scanning_a_picture_and_the_poster(desk: Page, tiny: TinyProduct) -> None:
    one = phone(desk, "李晓雨")
    picture = io.BytesIO()
    body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "link-7"}}}
    qrcode.make(tiny.wechat.post("/cgi-bin/qrcode/create", body)["url"]).save(picture)
    one.get_by_role("button", name="扫一扫").click()
    one.get_by_label("二维码图片").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    one.get_by_role("button", name="关注公众号").click()
    expect(one.get_by_text("收到 subscribe")).to_be_visible()
    subscribed = tiny.wechat.opened(tiny.wechat.product.callbacks[-1])
    assert subscribed["EventKey"] == "qrscene_link-7"
    two = phone(desk, "王建国")
    two.get_by_role("button", name="扫一扫").click()
    two.get_by_role("button", name="扫公众号海报").click()
    expect(two.get_by_role("button", name="关注公众号")).to_be_visible()
    two.get_by_role("button", name="返回").click()
    two.get_by_role("button", name="扫一扫").click()
    two.get_by_role("textbox", name="二维码内容").fill("毕业快乐")
    two.get_by_role("button", name="确定").click()
    expect(two.get_by_role("status")).to_have_text("毕业快乐")


def send_sms(tiny: TinyProduct, text: str) -> None:
    key = {"Authorization": f"Bearer {tiny.wechat.options.sms_key}"}
    sms = {"phone": "13900000101", "text": text}
    assert requests.post(tiny.wechat.url + "/sms/send", json=sms, headers=key, timeout=5).ok


def test_a_short_message_is_read_without_losing_the_web_page(desk: Page, tiny: TinyProduct) -> None:
    tiny.wechat.do("xiaoyu", "open", url=f"{tiny.url}/h5/me")
    one = phone(desk, "李晓雨")
    expect(one.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    before = len(tiny.wechat.product.seen)
    send_sms(tiny, "验证码 471902，5 分钟内有效")
    one.get_by_role("button", name="短信 验证码 471902").click()
    expect(one.get_by_role("button", name="复制验证码 471902")).to_be_visible()
    one.get_by_role("button", name="返回网页").click()
    expect(one.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    assert len(tiny.wechat.product.seen) == before


def test_badges_count_what_was_not_read(desk: Page, tiny: TinyProduct) -> None:
    one = phone(desk, "李晓雨")
    send_sms(tiny, "第一条")
    send_sms(tiny, "第二条")
    expect(one.get_by_role("button", name="短信 2 条未读")).to_be_visible()
    one.get_by_role("button", name="短信 2 条未读").click()
    expect(one.get_by_role("button", name="短信", exact=True)).to_be_visible()


def test_a_template_message_is_a_card_that_opens(desk: Page, tiny: TinyProduct) -> None:
    one = follow(desk, "李晓雨")
    data = {"thing1": {"value": "李晓雨"}, "time2": {"value": "15:01"}}
    body = {"touser": tiny.wechat.openid("xiaoyu"), "template_id": THING, "data": data}
    tiny.wechat.post("/cgi-bin/message/template/send", {**body, "url": f"{tiny.url}/h5/task"})
    one.get_by_role("button", name="绑定成功").click()
    expect(one.frame_locator("iframe").get_by_role("heading", name="/h5/task")).to_be_visible()


def test_faults_are_switched_and_the_log_shows_the_wire(desk: Page, tiny: TinyProduct) -> None:
    desk.get_by_role("button", name="故障与日志").click()
    desk.get_by_label("每个回调送达次数").fill("2")
    desk.get_by_label("每个回调送达次数").press("Enter")
    desk.get_by_label("多次回调同时到达").check()
    expect(desk.get_by_role("button", name="故障与日志，2 个故障")).to_be_visible()
    assert tiny.wechat.machine("GET", "/faults")["callback_copies"] == 2
    desk.get_by_role("tab", name="日志").click()
    follow(desk, "李晓雨")
    panel = desk.get_by_role("complementary", name="故障与日志")
    expect(panel.locator("summary", has_text="subscribe")).to_have_count(2)
    desk.get_by_role("tab", name="故障").click()
    desk.get_by_role("button", name="全部恢复正常").click()
    expect(desk.get_by_label("多次回调同时到达")).not_to_be_checked()
    desk.get_by_role("button", name="验证回调地址").click()
    expect(desk.get_by_role("button", name="验证通过")).to_be_visible()


def test_a_service_that_is_out_of_order_is_shown(desk: Page, tiny: TinyProduct) -> None:
    tiny.wechat.product.answer = lambda _seen: b"{}"
    one = follow(desk, "李晓雨")
    expect(one.get_by_text("该公众号提供的服务出现故障")).to_be_visible()
    tiny.wechat.product.answer = tiny.answer


def test_what_cannot_be_done_is_said(desk: Page, tiny: TinyProduct) -> None:
    body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "old"}}}
    url = tiny.wechat.post("/cgi-bin/qrcode/create", body)["url"]
    tiny.wechat.advance(31)
    one = phone(desk, "李晓雨")
    one.get_by_role("button", name="扫一扫").click()
    one.get_by_role("textbox", name="二维码内容").fill(url)
    one.get_by_role("button", name="确定").click()
    expect(one.get_by_role("status")).to_have_text("二维码已失效")


def test_a_narrow_screen_shows_one_phone(desk: Page) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    expect(phone(desk, "李晓雨")).to_be_visible()
    expect(phone(desk, "王建国")).to_be_hidden()
    desk.get_by_role("button", name="王建国").click()
    expect(phone(desk, "王建国")).to_be_visible()
    expect(phone(desk, "李晓雨")).to_be_hidden()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360


def test_phones_are_put_away_and_taken_out(desk: Page) -> None:
    expect(phone(desk, "何路")).to_be_hidden()
    desk.get_by_role("button", name="何路").click()
    expect(phone(desk, "何路")).to_be_visible()
    desk.reload()
    expect(phone(desk, "何路")).to_be_visible()


def test_the_page_finds_its_way_back_after_the_stream_broke(desk: Page, tiny: TinyProduct) -> None:
    desk.context.set_offline(True)
    time.sleep(0.2)
    tiny.wechat.do("xiaoyu", "follow")
    desk.context.set_offline(False)
    one = phone(desk, "李晓雨")
    expect(one.get_by_role("button", name="1 条未读").first).to_be_visible(timeout=15_000)
