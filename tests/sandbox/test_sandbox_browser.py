"""The phone's browser: what the product gets, and what comes back to the frame."""

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.sandbox.boxes import Box, box

NAVIGATE = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


def serve(wechat: Box, page: Callable[[web.Request], web.Response]) -> None:
    wechat.product.page = page


def html(body: str, **headers: str) -> web.Response:
    return web.Response(text=body, content_type="text/html", headers=headers)


def test_the_product_cannot_tell_it_from_wechat(wechat: Box) -> None:
    own = wechat.options.phone_origin("xiaoyu")
    headers = {**NAVIGATE, "Origin": own, "Referer": own + "/h5/a?b=1"}
    wechat.browse("xiaoyu", "/h5/form?x=%E4%B8%AD", "POST", data=b"a=1", headers=headers)
    seen = wechat.product.seen[-1]
    assert (seen.method, seen.path, seen.query, seen.body) == ("POST", "/h5/form", {"x": "中"}, b"a=1")
    product = wechat.options.product_url
    assert seen.headers["Host"] == wechat.options.product_host
    assert seen.headers["Origin"] == product
    assert seen.headers["Referer"] == product + "/h5/a?b=1"
    assert "MicroMessenger" in seen.headers["User-Agent"]
    assert seen.headers["X-Forwarded-For"] == "127.0.0.1"
    assert (seen.headers["Sec-Fetch-Dest"], seen.headers["Sec-Fetch-Site"]) == ("document", "none")


def test_another_sites_origin_is_not_made_the_products(wechat: Box) -> None:
    headers = {"Origin": "http://evil.example", "Referer": "http://evil.example/x"}
    wechat.browse("xiaoyu", "/h5/", "POST", headers=headers)
    seen = wechat.product.seen[-1].headers
    assert seen["Origin"] == "http://evil.example"
    assert "Referer" not in seen


def test_addresses_come_back_to_the_phone(wechat: Box) -> None:
    product, own = wechat.options.product_url, wechat.options.phone_origin("xiaoyu")
    platform = wechat.options.origin
    body = (
        f'<a href="{product}/h5/a">a</a><form action="{product}/h5/b"></form>'
        f'<a href="{platform}/connect/oauth2/authorize?x">c</a><img src="{platform}/cgi-bin/showqrcode?t">'
        f'<a href="{product}0/other">d</a><p>{product}/h5/text</p>'
    )
    serve(wechat, lambda _request: html(body))
    shown = wechat.browse("xiaoyu", "/h5/").text
    assert f'href="{own}/h5/a"' in shown
    assert f'action="{own}/h5/b"' in shown
    assert f'href="{own}/connect/oauth2/authorize?x"' in shown
    assert f'src="{platform}/cgi-bin/showqrcode?t"' in shown
    assert f'href="{product}0/other"' in shown
    assert f"<p>{product}/h5/text</p>" in shown


@pytest.mark.parametrize("name", ["Location", "HX-Redirect"])
def test_redirects_come_back_to_the_phone(wechat: Box, name: str) -> None:
    target = wechat.options.origin + "/connect/oauth2/authorize?appid=x"
    serve(wechat, lambda _request: web.Response(status=302, headers={name: target}))
    own = wechat.options.phone_origin("xiaoyu")
    assert wechat.browse("xiaoyu", "/h5/").headers[name] == own + "/connect/oauth2/authorize?appid=x"
    serve(wechat, lambda _request: web.Response(status=302, headers={name: "/h5/next"}))
    assert wechat.browse("xiaoyu", "/h5/").headers[name] == "/h5/next"


def test_pages_may_be_framed_but_keep_their_policy(wechat: Box) -> None:
    policy = f"default-src 'self'; frame-ancestors 'none'; form-action {wechat.options.product_url}"
    headers = {"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "X-Other": "kept"}
    serve(wechat, lambda _request: html("ok", **headers))
    shown = wechat.browse("xiaoyu", "/h5/").headers
    own = wechat.options.phone_origin("xiaoyu")
    assert shown["Content-Security-Policy"] == f"default-src 'self'; form-action {own}"
    assert "X-Frame-Options" not in shown
    assert shown["X-Other"] == "kept"


def cookies_sent(wechat: Box, phone: str, path: str = "/h5/") -> str:
    wechat.browse(phone, path)
    return wechat.product.seen[-1].headers.get("Cookie", "")


def set_cookie(wechat: Box, phone: str, header: str, path: str = "/h5/") -> None:
    serve(wechat, lambda _request: web.Response(headers={"Set-Cookie": header}))
    shown = wechat.browse(phone, path)
    assert "Set-Cookie" not in shown.headers
    serve(wechat, lambda _request: web.Response())


def test_each_phone_has_its_own_cookies(wechat: Box) -> None:
    set_cookie(wechat, "xiaoyu", "session=a; Path=/; HttpOnly; Secure; SameSite=Lax; Domain=x.cn")
    set_cookie(wechat, "wang", "session=b; Path=/")
    assert cookies_sent(wechat, "xiaoyu") == "session=a"
    assert cookies_sent(wechat, "wang") == "session=b"
    assert cookies_sent(wechat, "hr") == ""
    wechat.do("wang", "forget-cookies")
    assert cookies_sent(wechat, "wang") == ""


def test_cookies_keep_to_their_path_and_their_time(wechat: Box) -> None:
    set_cookie(wechat, "xiaoyu", "a=1; Path=/h5")
    assert cookies_sent(wechat, "xiaoyu", "/h5/x") == "a=1"
    assert cookies_sent(wechat, "xiaoyu", "/h5x") == ""
    set_cookie(wechat, "xiaoyu", "a=2; Path=/h5; Max-Age=0")
    assert cookies_sent(wechat, "xiaoyu", "/h5/x") == ""
    set_cookie(wechat, "xiaoyu", "b=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert cookies_sent(wechat, "xiaoyu", "/h5/x") == ""
    set_cookie(wechat, "xiaoyu", "c=1; SameSite=None")
    assert cookies_sent(wechat, "xiaoyu", "/h5/x") == ""


def test_a_strict_cookie_stays_home_when_oauth_sends_the_user_back(wechat: Box) -> None:
    set_cookie(wechat, "xiaoyu", "lax=1; Path=/; SameSite=Lax")
    set_cookie(wechat, "xiaoyu", "strict=1; Path=/; SameSite=Strict")
    product = wechat.options.product_url
    address = (
        f"/connect/oauth2/authorize?appid={wechat.options.app_id}&redirect_uri={product}/h5/"
        "&response_type=code&scope=snsapi_base&state=s"
    )
    assert wechat.browse("xiaoyu", address).status_code == 302
    assert cookies_sent(wechat, "xiaoyu") == "lax=1"
    assert cookies_sent(wechat, "xiaoyu") == "lax=1; strict=1"


def test_the_browser_knows_title_and_way_back(wechat: Box) -> None:
    serve(wechat, lambda request: html(f"<title>页 {request.path}</title>"))
    product = wechat.options.product_url
    wechat.do("xiaoyu", "open", url=f"{product}/h5/a")
    wechat.browse("xiaoyu", "/h5/a", headers=NAVIGATE)
    wechat.browse("xiaoyu", "/h5/b", headers=NAVIGATE)
    wechat.browse("xiaoyu", "/h5/part", headers={"Sec-Fetch-Mode": "cors"})
    shown = wechat.machine("GET", "/phones/xiaoyu")["browser"]
    assert (shown["title"], shown["depth"]) == ("页 /h5/b", 2)
    back = wechat.do("xiaoyu", "back")["phone"]["browser"]
    assert back["url"] == f"{product}/h5/a"
    assert back["seq"] > shown["seq"]
    assert wechat.do("xiaoyu", "back")["phone"]["browser"] is None


def test_only_web_addresses_open(wechat: Box) -> None:
    answer = wechat.http.post(
        f"{wechat.url}/sandbox/api/phones/xiaoyu/open", json={"url": "javascript:alert(1)"}, timeout=5
    )
    assert answer.status_code == 409


def test_codes_on_a_phones_screen_can_be_read_by_another(wechat: Box) -> None:
    def page(request: web.Request) -> web.Response:
        if request.path == "/h5/code.png":
            return web.Response(body=b"picture " + request.headers.get("Cookie", "").encode())
        return html('<img src="code.png"><img src="data:text/plain;base64,aGk="><svg><path d="M0 0"/></svg>')

    set_cookie(wechat, "wang", "session=b; Path=/")
    serve(wechat, page)
    wechat.do("wang", "open", url=f"{wechat.options.product_url}/h5/show")
    wechat.browse("wang", "/h5/show", headers=NAVIGATE)
    addresses = wechat.machine("GET", "/phones/wang/pictures")
    assert len(addresses) == 3
    got = [wechat.http.get(wechat.url + address, timeout=5) for address in addresses]
    assert [one.content for one in got] == [
        b"picture session=b",
        b"hi",
        b'<svg><path d="M0 0"/></svg>',
    ]
    assert got[2].headers["Content-Type"] == "image/svg+xml"


def test_a_product_that_is_away_gets_a_page_that_says_so() -> None:
    with box(product_url="http://127.0.0.1:9") as wechat:
        page = wechat.browse("xiaoyu", "/h5/", headers=NAVIGATE)
    assert page.status_code == 502
    assert "连不上服务器" in page.text


def test_a_phone_that_does_not_exist(wechat: Box) -> None:
    assert wechat.browse("nobody", "/").status_code == 404
