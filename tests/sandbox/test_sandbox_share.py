"""The platform's script for pages: whose signature it takes, and what a phone sends on to another."""

import hashlib
from typing import Any

import pytest
from aiohttp import web
from playwright.sync_api import Page, expect

from tests.sandbox.boxes import Box

PATH = "/h5/tasks/x?a=1"
PAGE = """<!doctype html><html lang=zh-CN><title>任务</title><h1>任务</h1><p id=told></p>
<script src="{script}"></script><script src="/own.js"></script>"""
OWN = """
wx.error(function (res) {{ document.getElementById('told').textContent += res.errMsg; }});
wx.ready(function () {{
  var card = {{ title: '秋季招聘', desc: '江淮大学', link: '{product}/t/abc', imgUrl: '' }};
  var tell = function (res) {{ document.getElementById('told').textContent += ' ' + res.errMsg; }};
  wx.updateAppMessageShareData({{ title: card.title, desc: card.desc, link: card.link, success: tell, fail: tell }});
  wx.onMenuShareAppMessage({{ title: card.title, desc: card.desc, link: card.link, success: tell, fail: tell }});
}});
wx.config({config});
"""
APIS = ["updateAppMessageShareData", "onMenuShareAppMessage"]


def ticket(wechat: Box) -> str:
    answer = wechat.http.get(
        f"{wechat.url}/cgi-bin/ticket/getticket",
        params={"type": "jsapi", "access_token": wechat.token()},
        timeout=5,
    )
    value: str = answer.json()["ticket"]
    return value


def config(wechat: Box, path: str = PATH, **other: Any) -> dict[str, Any]:
    """What wx.config takes, signed by hand."""
    text = f"jsapi_ticket={ticket(wechat)}&noncestr=n&timestamp=7&url={wechat.options.product_url}{path}"
    signature = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    right = {"appId": wechat.options.app_id, "timestamp": 7, "nonceStr": "n", "signature": signature}
    return right | {"jsApiList": APIS} | other


def ask(wechat: Box, what: str, body: dict[str, Any], path: str = PATH) -> str:
    url = wechat.options.phone_origin("wang") + path
    answer = wechat.browse("wang", f"/open/js/{what}", "POST", json={**body, "url": url})
    said: str = answer.json()["errMsg"]
    return said


def open_page(wechat: Box, path: str = PATH) -> None:
    wechat.product.page = lambda _request: web.Response(text="<title>任务</title>", content_type="text/html")
    wechat.do("wang", "open", url=wechat.options.product_url + path)
    wechat.browse("wang", path, headers={"Sec-Fetch-Mode": "navigate"})


def test_only_the_right_signature_of_this_very_page_is_taken(wechat: Box) -> None:
    open_page(wechat)
    right = config(wechat)
    assert ask(wechat, "config", right) == "config:ok"
    assert ask(wechat, "config", right, PATH + "#part") == "config:ok"
    assert ask(wechat, "config", right, "/h5/tasks/x") == "config:invalid signature"
    assert ask(wechat, "config", right | {"nonceStr": "m"}) == "config:invalid signature"
    assert ask(wechat, "config", right | {"appId": "wx1"}) == "config:invalid appid"
    elsewhere = wechat.browse("wang", "/open/js/config", "POST", json=right | {"url": "http://evil.example/"})
    assert elsewhere.json()["errMsg"] == "config:invalid url domain"


def test_a_ticket_that_has_run_out_signs_nothing(wechat: Box) -> None:
    open_page(wechat)
    old = config(wechat)
    wechat.advance(7300)
    assert ask(wechat, "config", old) == "config:invalid signature"
    assert ask(wechat, "config", config(wechat)) == "config:ok"


def test_what_was_not_asked_for_is_refused(wechat: Box) -> None:
    open_page(wechat)
    card = {"title": "t", "link": wechat.options.product_url + "/t/abc"}
    call = {"api": "updateAppMessageShareData", "data": card}
    assert ask(wechat, "invoke", call).endswith("fail, permission denied")
    ask(wechat, "config", config(wechat))
    assert ask(wechat, "invoke", call) == "updateAppMessageShareData:ok"
    assert ask(wechat, "invoke", call | {"api": "updateTimelineShareData"}).endswith("permission denied")
    foreign = call | {"data": card | {"link": "http://evil.example/"}}
    assert ask(wechat, "invoke", foreign).endswith("link domain not authorized")


def test_a_page_that_has_set_nothing_is_shared_as_it_is(wechat: Box) -> None:
    open_page(wechat)
    card = wechat.do("wang", "forward", to="xiaoyu")["card"]
    assert (card["title"], card["url"]) == ("任务", wechat.options.product_url + PATH)
    talk = wechat.machine("GET", "/phones/xiaoyu")["talks"]["wang"]
    assert talk[0]["cards"][0]["url"] == f"{wechat.options.product_url}{PATH}&from=singlemessage"
    assert wechat.machine("GET", "/phones/xiaoyu")["talks_unread"] == {"wang": 1}
    wechat.do("xiaoyu", "read-talk", to="wang")
    assert wechat.machine("GET", "/phones/xiaoyu")["talks_unread"] == {"wang": 0}


@pytest.mark.e2e
@pytest.mark.parametrize("is_right", [True, False])
def test_a_page_is_sent_on_from_the_phone(wechat: Box, page: Page, is_right: bool) -> None:
    product = wechat.options.product_url
    given = config(wechat) if is_right else config(wechat, "/another/page")

    def serve(request: web.Request) -> web.Response:
        if request.path == "/own.js":
            text = OWN.format(config=given, product=product)
            return web.Response(text=text, content_type="text/javascript")
        script = f"{wechat.options.origin}/open/js/jweixin.js"
        policy = f"default-src 'none'; script-src 'self' {wechat.options.origin}; connect-src 'self'"
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=PAGE.format(script=script), content_type="text/html", headers=headers)

    wechat.product.page = serve
    page.goto(wechat.options.origin)
    wechat.do("wang", "open", url=product + PATH)
    sender, friend = (page.get_by_role("region", name=f"{name}的手机") for name in ("王建国", "李晓雨"))
    told = sender.frame_locator("iframe").locator("#told")
    if is_right:
        expect(told).to_have_text(" updateAppMessageShareData:ok")
    else:
        expect(told).to_contain_text("config:invalid signature")
        expect(told).to_contain_text("updateAppMessageShareData:fail, permission denied")
    sender.get_by_role("button", name="更多").click()
    note = "分享卡片：秋季招聘" if is_right else "JS-SDK：config:invalid signature"
    expect(sender.get_by_text(note)).to_be_visible()
    sender.get_by_role("button", name="发送给朋友").click()
    sender.get_by_role("button", name="李晓雨").click()
    title = "秋季招聘" if is_right else "任务"
    friend.get_by_role("button", name=f"[链接] {title}").first.click()
    friend.get_by_role("log").get_by_role("button", name=title).click()
    path = "/t/abc?from=singlemessage" if is_right else PATH + "&from=singlemessage"
    expect(friend.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    assert wechat.machine("GET", "/phones/xiaoyu")["browser"]["url"] == product + path
    if is_right:
        expect(told).to_have_text(" updateAppMessageShareData:ok sendAppMessage:ok")
