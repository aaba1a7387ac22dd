"""What a slow network brings late takes nothing away from the person who has gone on meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from services.agreements import materials
from services.context import Context
from tests import stack
from tests.agreements import open_school, scan, show_ticket
from tests.cast import Cast
from tests.e2e.phones import Phone
from tests.e2e.signing_hands import pictures
from tests.e2e.test_bind_and_link import GRADUATE
from tests.live import Served
from tests.stack import Ground, Stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def running(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    with stack.running(ground, tmp_path, has_worker=False) as up:
        yield up


def test_typing_goes_on_while_the_code_is_sent(site: Served, window: Page) -> None:
    held: list[Route] = []
    window.route("**/h5/code", lambda route: held.append(route))
    window.goto(f"{site.url}/h5/register")
    window.get_by_label("手机号", exact=True).fill("13912345678")
    with window.expect_request("**/h5/code"):
        window.get_by_role("button", name="获取验证码").click()
    password = window.get_by_label("设置密码")
    password.press_sequentially("half")
    held[0].continue_()
    expect(window.get_by_text("验证码已发送")).to_be_visible()
    expect(password).to_be_focused()


def test_a_picture_on_its_way_says_so(
    site: Served, ctx: Context, cast: Cast, window: Page, tmp_path: Path
) -> None:
    open_school(ctx, cast)
    party, row = scan(ctx, show_ticket(ctx, cast.graduate).token)
    materials.consent(ctx, party, row)
    window.context.add_cookies([site.cookie(signer=site.kept(codes=row.code))])
    window.goto(f"{site.url}/s/d/{row.code}/papers")
    section = window.locator("section#licence")
    section.locator("input[type=file]").set_input_files(str(pictures(tmp_path)["licence"]))
    # While a page is being left nobody may look at it: it tells itself what its button says.
    window.evaluate("addEventListener('submit', (event) => console.log(event.submitter.textContent))")
    with window.expect_console_message(lambda message: message.text == "正在上传…"):
        section.get_by_role("button", name="上传", exact=True).click()
    expect(section.get_by_role("button", name="重新上传")).to_be_visible()
    expect(window.locator("section#id_front")).to_be_in_viewport()  # the next one


def test_a_slow_finger_still_presses(running: Stack, desk: Page) -> None:
    desk.goto(running.sandbox)
    phone = Phone(desk, GRADUATE["name"])
    # The page may still be drawing the other phones: the finger waits until the button stands still.
    phone.frame.get_by_role("button", name="我", exact=True).hover()
    desk.mouse.down()
    # The screen that the finger rests on has changed; it is drawn anew once the finger is lifted.
    with desk.expect_response("**/sandbox/api/phones/xiaoyu"):
        running.api("POST", "/phones/xiaoyu/follow", {"searched": True})
    desk.wait_for_timeout(300)
    desk.mouse.up()
    expect(phone.frame.get_by_text("拒收模板消息")).to_be_visible()
