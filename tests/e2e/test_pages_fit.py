"""Every page in a real browser: nothing wider than a small phone, nothing refused by our own policy."""

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from services import links, sessions
from services.context import Context
from tests.cast import PASSWORD, Cast, Persona
from tests.desks import ASKS, pass_second_factor
from tests.fakes import FixedClock
from tests.live import Served
from tests.seen_pages import CASES as SEEN

pytestmark = pytest.mark.e2e

# Where another phone takes an account over is seen by whoever has one in hand.
CASES = [*SEEN, ("/h5/move", "other_graduate")]
PHONE = {"width": 360, "height": 740}
LONGEST_NAME = "阿卜杜拉·买买提·艾合买提江·吐尔逊"


@pytest.fixture
def site(ctx: Context, cast: Cast, site: Served) -> Served:
    """The pages with one link, and with names as long as they come."""
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.other_graduate.account, "desktop"))
    assert visitor is not None
    links.link(ctx, visitor, [cast.counselor.staff.code])
    for persona in (cast.counselor, cast.graduate, cast.other_graduate, cast.person):
        persona.account.change(name=LONGEST_NAME)
    cast.other_graduate.graduate.change(name=LONGEST_NAME, class_name="计算机科学与技术（卓越工程师班）2301")
    return site


@pytest.mark.parametrize("who", sorted({eyes for _, eyes in CASES}))
def test_no_page_is_wider_than_a_small_phone(site: Served, cast: Cast, browser: Browser, who: str) -> None:
    paths = [path for path, eyes in CASES if eyes == who]
    hand = site.openid_in_hand("oNewPhone")
    wide, complaints = {}, {}
    with browser.new_context(viewport=PHONE) as context:
        context.add_cookies([site.cookie(getattr(cast, who), later=True, openid=hand)])
        page = context.new_page()
        said = listen(page)
        # The second factor is asked for before it is shown, and not again.
        for path in sorted(paths, key=lambda path: path != ASKS):
            pass_second_factor(path)
            said.clear()
            page.goto(f"{site.url}{path}")
            width = page.evaluate("document.scrollingElement.scrollWidth")
            if width > PHONE["width"]:
                wide[path] = width
            if refused := [text for text in said if "Content Security Policy" in text or "Error:" in text]:
                complaints[path] = refused
    assert wide == {}
    assert complaints == {}


@pytest.mark.parametrize("width", [320, 328, 360])
def test_the_header_is_one_line_on_every_phone(site: Served, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto(f"{site.url}/h5/login")
    header = page.locator(".top__in").bounding_box()
    assert header is not None
    assert header["height"] == 48
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.close()


def listen(page: Page) -> list[str]:
    """What the browser has to say about a page."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"Error: {error}"))
    return said


def test_the_code_button_asks_and_counts_down(site: Served, cast: Cast, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/h5/register")
    page.fill("#phone", "13912345678")
    page.click("[data-code-button]")
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    button = page.locator("[data-code-button]")
    expect(button).to_contain_text("秒后重发")
    expect(button).to_be_disabled()
    page.close()


def test_enter_sends_the_form_and_not_a_code(site: Served, cast: Cast, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/h5/reset")
    page.fill("#phone", "1")
    page.press("#phone", "Enter")
    expect(page.locator("#password-wrong")).to_have_count(1)
    context.close()


def test_recovery_codes_fill_the_paper_and_one_opens_the_console(
    site: Served, cast: Cast, browser: Browser, clock: FixedClock
) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    log_in(page, site, cast.school)
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).at(clock()))
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    code = page.locator(".codes code").first.inner_text()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).not_to_be_visible()
    card = page.locator(".card").bounding_box()
    assert card is not None
    assert card["width"] == 480
    page.emulate_media(media="screen")
    page.get_by_role("link", name="已保存好，继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    page.context.clear_cookies()
    log_in(page, site, cast.school)
    page.get_by_text("用恢复码登录").click()
    page.get_by_label("恢复码").fill(code.lower())
    page.get_by_role("button", name="用恢复码进入").click()
    expect(page.get_by_text("还剩 9 个")).to_be_visible()
    page.close()


def log_in(page: Page, site: Served, persona: Persona) -> None:
    """Phone and password at the console's own door."""
    page.goto(f"{site.url}/console/login")
    page.get_by_label("手机号").fill(persona.phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
