"""What each person of a signing does, on a phone or at a desk."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.phones import Phone
from tests.e2e.signing_hands import SIGNER, Album, Pen, Screen, fill_terms, send_papers, sign, sign_large
from tests.e2e.test_bind_and_link import GRADUATE

WORKER_MS = 90_000
See = Callable[[str], None]


def graduate_shows_code(phone: Phone, album: Album) -> None:
    """From the menu to the code; 生源信息 has to be confirmed first."""
    phone.tap_menu("毕业生", "网上签约")
    phone.chat.get_by_text("网上签约", exact=True).last.click()
    phone.shows("签约前请先确认生源信息")
    album.phone(phone, "confirm-first")
    phone.web.get_by_role("link", name="去确认").click()
    phone.press("信息无误，确认")
    phone.shows("生源信息已确认")
    album.phone(phone, "agreements")
    phone.web.get_by_role("link", name="出示签约码").click()
    phone.shows("请单位经办人用微信扫描")
    album.phone(phone, "code")


def unit_scans(unit: Phone, album: Album) -> None:
    """Points the camera at the graduate's screen: the page tells no more of the graduate than a stranger may know."""
    unit.frame.get_by_role("button", name="扫一扫").click()
    unit.frame.get_by_role("button", name=f"扫{GRADUATE['name']}的屏幕").click()
    is_nobody_more(unit.web)
    album.phone(unit, "scanned")


def is_nobody_more(screen: Screen) -> None:
    """The page behind a code: family name, school and major."""
    page = screen.locator("body")
    expect(page).to_contain_text("您将与以下毕业生签约")
    expect(page).to_contain_text("李**")
    for secret in (GRADUATE["name"], GRADUATE["phone"], GRADUATE["student_number"]):
        expect(page).not_to_contain_text(secret)


def unit_writes(screen: Screen, phone: str, code: Callable[[], str], folder: Path, see: See) -> None:
    """From the first page after the scan to the last step before the signature."""
    screen.get_by_role("button", name="开始填写").click()
    for label, text in (SIGNER | {"手机号": phone}).items():
        screen.get_by_label(label, exact=True).fill(text)
    screen.get_by_role("button", name="获取验证码").click()
    screen.get_by_label("验证码", exact=True).fill(code())
    see("person")
    screen.get_by_role("button", name="下一步：约定事项").click()
    fill_terms(screen)
    see("terms")
    screen.get_by_role("button", name="保存，下一步：证照").click()
    send_papers(screen, folder)
    see("papers")
    screen.get_by_role("link", name="下一步：核对签名").click()
    expect(screen.get_by_role("heading", name="核对并签名")).to_be_visible()


def unit_signs(screen: Screen, pen: Pen, see: See) -> None:
    """Forgets the signature and the consent first, and is told so."""
    screen.get_by_role("button", name="签名并发出邀约").click()
    expect(screen.get_by_text("请先在框内手写签名")).to_be_visible()
    sign_large(screen, pen)
    screen.get_by_label("我有权代表单位签约").check()
    see("finish")
    screen.get_by_role("button", name="签名并发出邀约").click()
    expect(screen.locator("body")).to_contain_text("邀约已发出，毕业生须在")
    see("offered")


def graduate_signs(screen: Screen, pen: Pen, see: See, code: Callable[[], str] | None = None) -> None:
    """Reads the terms, signs; ``code`` reads the text message where there is no WeChat to vouch for the person."""
    expect(screen.locator("body")).to_contain_text("软件开发工程师")
    see("invited")
    screen.get_by_role("link", name="核对并签名").click()
    expect(screen.locator("body")).to_contain_text("单位提供住宿")
    if code is not None:
        screen.get_by_role("button", name="获取验证码").click()
        screen.get_by_label("验证码", exact=True).fill(code())
    sign(screen, pen)
    screen.get_by_label("我已逐条核对条款").check()
    screen.get_by_label("我单独同意").check()
    see("graduate-signs")
    screen.get_by_role("button", name="签名并同意签约").click()
    expect(screen.locator("body")).to_contain_text("您已签名")
    see("accepted")


def counselor_passes(phone: Phone, album: Album) -> None:
    """The message leads to what waits; everything is looked at and ticked."""
    phone.close_web()
    expect(phone.chat).to_contain_text("有协议待审核", timeout=WORKER_MS)
    phone.chat.get_by_role("button", name="签约结果通知").last.click()
    phone.shows("协议初审")
    album.phone(phone, "reviews")
    phone.web.get_by_role("link", name=GRADUATE["name"]).click()
    phone.shows("材料核对")
    for picture in phone.web.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    for box in phone.web.get_by_role("checkbox").all():
        box.check()
    album.phone(phone, "review")
    passes(phone.web)
    phone.shows("已转学校审核")


def passes(screen: Screen) -> None:
    """Two taps: what comes of it is read in between."""
    screen.locator("summary", has_text="审核通过").click()
    expect(screen.get_by_text("确认审核通过？")).to_be_visible()
    screen.get_by_role("button", name="确认通过").click()


def counselor_passes_release(phone: Phone, album: Album) -> None:
    """On the same phone: forgets to tick, and is told so."""
    phone.frame.get_by_role("button", name="刷新").click()
    phone.shows("待审核的解约")
    album.phone(phone, "reviews-release")
    phone.web.get_by_role("link", name=GRADUATE["name"]).click()
    phone.shows("考取硕士研究生")
    for picture in phone.web.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    passes(phone.web)
    phone.shows("请逐项核对并全部勾选")
    for box in phone.web.get_by_role("checkbox").all():
        box.check()
    phone.web.locator("summary", has_text="审核通过").click()
    album.phone(phone, "review-release")
    phone.web.get_by_role("button", name="确认通过").click()
    phone.shows("已转学校审核")


def passes_at_console(page: Page, web: str, what: str, said: str, see: See) -> None:
    """Opens the first that waits in a list of the console, ``agreements`` or ``releases``, and passes it."""
    page.goto(f"{web}/console/{what}")
    see(f"console-{what}")
    page.get_by_role("link", name=GRADUATE["name"]).first.click()
    expect(page.locator("summary", has_text="审核通过")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("summary", has_text="审核通过").click()
    see(f"console-{what}-one")
    page.get_by_role("button", name="确认通过").click()
    expect(page.locator("body")).to_contain_text(said)


def asks_for_release(screen: Screen, pen: Pen, why: str, said: str, see: See) -> None:
    """Either side, on the page that asks for a 解约."""
    screen.get_by_label("解约原因", exact=True).fill(why)
    sign(screen, pen)
    agrees_to_all(screen)
    see("release-ask")
    screen.get_by_role("button", name="签名并申请解约").click()
    expect(screen.locator("body")).to_contain_text(said)


def agrees_to_release(screen: Screen, pen: Pen, why: str, see: See) -> None:
    """The other side, on the page that tells why."""
    expect(screen.locator("body")).to_contain_text(why)
    sign(screen, pen)
    agrees_to_all(screen)
    see("release-agree")
    screen.get_by_role("button", name="签名并同意解约").click()
    expect(screen.locator("body")).to_contain_text("已同意解约")


def agrees_to_all(screen: Screen) -> None:
    """Ticks every consent: that to keep what shows a person is asked for only once of each."""
    for box in screen.get_by_role("checkbox").all():
        box.check()


def compare(page: Page, content: bytes, said: str) -> None:
    """Sends a file to the verification page."""
    page.get_by_label("选择 PDF 文件").set_input_files(
        {"name": "协议书.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="核对文件").click()
    expect(page.locator("body")).to_contain_text(said)


def sends_scan(page: Page, sheet: Path, sheets: int) -> None:
    """What was signed on paper, page by page."""
    for sent in range(1, sheets + 1):
        page.get_by_label("选择图片").set_input_files(str(sheet))
        page.get_by_role("button", name="上传这一页").click()
        expect(page.get_by_text(f"已上传 {sent} 页，再上传")).to_be_visible()
