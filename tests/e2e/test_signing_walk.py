"""就业协议书 from a code on one phone to the sealed paper, and on to 解约: three phones and the console."""

import base64
import re
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.e2e import sealed
from tests.e2e import signing_people as people
from tests.e2e.conftest import opened
from tests.e2e.consoles import come_in, download, log_in
from tests.e2e.phones import Phone
from tests.e2e.signing_hands import UNIT, Album, Pen, Screen
from tests.e2e.signing_people import WORKER_MS
from tests.e2e.test_bind_and_link import (
    COUNSELOR,
    GRADUATE,
    PASSWORD,
    PEOPLE,
    counselor_binds,
    graduate_binds,
)
from tests.stack import PYTHON, Stack

pytestmark = pytest.mark.e2e

STAFF = {row["name"]: row["phone"] for row in PEOPLE["staff"]}
SCHOOL, COLLEGE, PROVINCE = STAFF["孙立群"], STAFF["高晓梅"], STAFF["刘畅"]
STRANGER = "13900000401"  # of somebody who follows nothing
CODE = r"验证码 (\d{6})"
STUDIES, CLOSES = "考取硕士研究生", "合肥的岗位取消"  # why a graduate asks for 解约, and why a unit does
THIRD = ("丙方（学校）", "江淮理工大学", "孙立群")
NUMBER = re.compile(r"2027-4134019901-\d{6}")


def waits_for_seal(page: Page, folder: Path, kind: str) -> bytes:
    """Opens the page anew until the worker has sealed the paper; the paper, as the school downloads it."""
    link = page.get_by_role("link", name=f"下载{kind}")
    for _try in range(90):
        if link.is_visible():
            return download(page, f"下载{kind}", folder).read_bytes()
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"no {kind} came")


def check_paper(content: bytes, running: Stack, folder: Path, *said: str) -> str:
    """The paper says ``said``, its signature holds; answers the address that its code leads to."""
    text = sealed.words(content)
    for word in (GRADUATE["name"], UNIT, "平台数字签名（自建证书）", *said):
        assert word in text, word
    assert NUMBER.search(text)
    sealed.check_fonts(content, folder)
    sealed.check_seal(content, folder, Path(running.env["WXB_DATA_DIR"]) / "seal" / "root.pem")
    address = sealed.code(content, folder)
    assert address.startswith(f"{running.web}/v/")
    return address


def file_of(screen: Screen, link: str) -> bytes:
    """What a link of a page gives, as the browser would download it."""
    fetched = """async one => {
        const bytes = new Uint8Array(await (await fetch(one.href)).arrayBuffer());
        return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
    }"""
    return base64.b64decode(screen.get_by_role("link", name=link).evaluate(fetched))


def verifies(page: Page, address: str, content: bytes, album: Album) -> None:
    """Anybody with the paper: it holds, it is this one, and not one byte of it may be another."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(page.locator("#state")).to_have_text("有效")
    for word in ("李**", UNIT, "江淮理工大学"):
        expect(page.locator("body")).to_contain_text(word)
    expect(page.locator("body")).not_to_contain_text(GRADUATE["name"])
    album.window(page, "verification")
    people.compare(page, content, "一致：这就是平台签发的就业协议书")
    album.window(page, "same")
    people.compare(page, sealed.changed(content), "不一致：这个文件不是平台为本协议签发的文件")
    album.window(page, "changed")
    page.set_viewport_size({"width": 1200, "height": 900})


def graduate_asks_for_release(phone: Phone, see: people.See) -> None:
    """Because of a place at a university."""
    phone.web.get_by_text("需要解约").click()
    phone.web.get_by_role("link", name="在线申请解约").click()
    people.asks_for_release(phone.web, Pen(phone.page), STUDIES, "已向单位发出解约申请", see)


def unit_agrees_to_release(phone: Phone, see: people.See) -> None:
    phone.frame.get_by_role("button", name="刷新").click()
    phone.web.get_by_role("link", name="毕业生提出的解约").click()
    people.agrees_to_release(phone.web, Pen(phone.page), STUDIES, see)


def test_two_parties(running: Stack, desk: Page, window: Page, tmp_path: Path) -> None:
    album = Album()
    desk.goto(running.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    unit = Phone(desk, "周敏")
    counselor_binds(counselor)
    graduate_binds(graduate)
    people.graduate_shows_code(graduate, album)
    people.unit_scans(unit, album)

    def at_unit(name: str) -> None:
        album.phone(unit, name)

    def at_graduate(name: str) -> None:
        album.phone(graduate, name)

    def at_window(name: str) -> None:
        album.window(window, name)

    people.unit_writes(unit.web, "13900000301", lambda: running.sms_with("hr", CODE), tmp_path, at_unit)
    people.unit_signs(unit.web, Pen(desk), at_unit)

    graduate.close_web()
    expect(graduate.chat).to_contain_text("签约邀请通知", timeout=WORKER_MS)
    graduate.chat.get_by_role("button", name="签约邀请通知").last.click()
    people.graduate_signs(graduate.web, Pen(desk), at_graduate)
    people.counselor_passes(counselor, album)

    come_in(window, running, SCHOOL, PASSWORD)
    people.passes_at_console(window, running.web, "agreements", "正在生成文件", at_window)
    paper = waits_for_seal(window, tmp_path, "就业协议书")
    album.window(window, "console-sealed")
    address = check_paper(paper, running, tmp_path, "两方协议", "软件开发工程师", "周敏")
    assert sealed.pictures(paper) == 2
    verifies(window, address, paper, album)
    graduate.close_web()
    expect(graduate.chat).to_contain_text("签约成功", timeout=WORKER_MS)
    assert running.sms_with("hr", "(签约成功)")
    graduate.chat.get_by_role("button", name="签约结果通知").last.click()
    graduate.shows("协议已生效，双方均受约束")  # the page that verifies it, and from there their own
    graduate.web.get_by_role("link", name="网上签约").click()
    graduate.web.get_by_role("link", name=re.compile(UNIT)).first.click()
    graduate.shows("下载协议书")
    album.phone(graduate, "effective")
    assert file_of(graduate.web, "下载协议书") == paper
    unit.frame.get_by_role("button", name="刷新").click()
    unit.shows("协议已生效")
    album.phone(unit, "unit-effective")
    assert file_of(unit.web, "下载协议书") == paper

    graduate_asks_for_release(graduate, at_graduate)
    unit_agrees_to_release(unit, at_unit)
    people.counselor_passes_release(counselor, album)
    window.set_viewport_size({"width": 390, "height": 844})  # whoever has the school's word may hold a phone
    people.passes_at_console(window, running.web, "releases", "正在生成解约文件", at_window)
    assert window.evaluate("document.scrollingElement.scrollWidth") == 390
    window.set_viewport_size({"width": 1200, "height": 900})
    window.get_by_role("link", name="原协议").click()
    release = waits_for_seal(window, tmp_path, "解约文件")
    album.window(window, "console-released")
    assert check_paper(release, running, tmp_path, STUDIES) == address
    window.goto(address)
    expect(window.locator("#state")).to_have_text("已解约")
    people.compare(window, release, "一致：这就是平台签发的解约文件")
    graduate.frame.get_by_role("button", name="刷新").click()
    graduate.shows("已解约")
    album.phone(graduate, "released")


def stamp(folder: Path) -> Path:
    """The picture of a school's seal."""
    picture = Image.new("RGB", (420, 420), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 10, 410, 410), outline="#c8102e", width=12)
    pen.regular_polygon((210, 210, 90), 5, fill="#c8102e")
    place = folder / "stamp.png"
    picture.save(place)
    return place


def province_decides(page: Page, running: Stack) -> None:
    """三方协议, before any school may open."""
    come_in(page, running, PROVINCE, PASSWORD)
    page.goto(f"{running.web}/console/signing")
    page.get_by_label("三方协议").check()
    page.get_by_label("应约有效期（天）").fill("5")
    page.get_by_label("学校审核通过之日").check()
    page.get_by_label("可以", exact=True).check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，本省学校按此办理")).to_be_visible()


def school_opens(page: Page, running: Stack, folder: Path, album: Album) -> None:
    """What is missing is named; then it is there, and the school opens."""
    come_in(page, running, SCHOOL, PASSWORD)
    page.goto(f"{running.web}/console/signing")
    page.get_by_role("button", name="开通网上签约").click()
    expect(page.locator("body")).not_to_contain_text("网上签约已开通")
    album.window(page, "not-ready")
    page.get_by_role("button", name="确认已上报").click()
    page.get_by_label("印章图片").set_input_files(str(stamp(folder)))
    page.get_by_label("学校经办人").fill("孙立群")
    page.get_by_role("button", name="保存印章").click()
    expect(page.get_by_text("学校印章已保存")).to_be_visible()
    page.get_by_role("button", name="开通网上签约").click()
    expect(page.get_by_text("网上签约已开通")).to_be_visible()
    album.window(page, "opened")


def graduate_at_a_desk(page: Page, running: Stack) -> str:
    """Logs in by the plain address, proves who it is, confirms; answers the address that is forwarded to the unit."""
    page.goto(f"{running.web}/h5/agreements")
    page.get_by_label("手机号", exact=True).fill(GRADUATE["phone"])
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    for label, key in (("姓名", "name"), ("学号", "student_number"), ("证件号码", "identity_number")):
        page.get_by_label(label, exact=True).fill(GRADUATE[key])
    page.get_by_role("button", name="核对").click()
    expect(
        page.get_by_role("button", name="核对")
    ).to_be_hidden()  # whoever leaves earlier has not been looked at
    page.goto(f"{running.web}/h5/roster?next=/h5/agreements")
    page.get_by_role("button", name="信息无误，确认").click()
    page.get_by_role("link", name="出示签约码").click()
    return page.get_by_label("也可以复制链接发给对方").input_value()


def test_three_parties_without_wechat(
    running: Stack, desk: Page, window: Page, browser: Browser, tmp_path: Path
) -> None:
    """Nobody here has WeChat: links, text messages and a mouse are enough."""
    album = Album()
    running.crew.run("ground-hands", [PYTHON, "-m", "tests.e2e.ground_hands"])
    with opened(browser, 1200, 900) as office:
        province_decides(office, running)
        album.window(office, "province")
    school_opens(window, running, tmp_path, album)
    link = graduate_at_a_desk(desk, running)
    with opened(browser, 390, 844) as unit, opened(browser, 1200, 900) as office:
        log_in(office, running, COLLEGE, PASSWORD)

        def at_unit(name: str) -> None:
            album.window(unit, f"desk-{name}")

        def at_college(name: str) -> None:
            album.window(office, f"college-{name}")

        unit.goto(link)
        people.is_nobody_more(unit)
        code = partial(running.sms_with, "stranger", CODE)
        people.unit_writes(unit, STRANGER, code, tmp_path, at_unit)
        people.unit_signs(unit, Pen(unit, by_mouse=True), at_unit)
        invited = running.sms_with("xiaoyu", r"(邀请您签约)")
        assert invited
        desk.goto(f"{running.web}/h5/agreements")
        desk.get_by_role("link", name=UNIT).click()
        by_text = partial(running.sms_with, "xiaoyu", CODE)
        people.graduate_signs(
            desk, Pen(desk, by_mouse=True), lambda name: album.window(desk, f"desk-{name}"), by_text
        )
        people.passes_at_console(office, running.web, "agreements", "已转学校审核", at_college)
        people.passes_at_console(window, running.web, "agreements", "正在生成文件", lambda _name: None)
        paper = waits_for_seal(window, tmp_path, "就业协议书")
        address = check_paper(paper, running, tmp_path, "三方协议", *THIRD)
        assert sealed.pictures(paper) == 3
        assert running.sms_with("stranger", "(签约成功)")
        comes_back(unit, running)
        assert file_of(unit, "下载协议书") == paper
        back = unit.url
        unit.goto(address)
        expect(unit.locator("#state")).to_have_text("有效")
        expect(unit.locator("body")).to_contain_text("三方协议")

        unit.goto(back)
        release_at_desks(unit, desk, running, album)
        people.passes_at_console(office, running.web, "releases", "已转学校审核", at_college)
        people.passes_at_console(window, running.web, "releases", "正在生成解约文件", lambda _name: None)
        window.get_by_role("link", name="原协议").click()
        release = waits_for_seal(window, tmp_path, "解约文件")
        assert check_paper(release, running, tmp_path, CLOSES, *THIRD) == address
        assert sealed.pictures(release) == 3
        unit.goto(address)
        expect(unit.locator("#state")).to_have_text("已解约")
        people.compare(unit, release, "一致：这就是平台签发的解约文件")


def release_at_desks(unit: Page, desk: Page, running: Stack, album: Album) -> None:
    """The unit asks; the graduate finds it on the list of their agreements."""
    unit.get_by_role("link", name="申请解约").click()
    pen, said = Pen(unit, by_mouse=True), "已向毕业生发出解约申请"
    people.asks_for_release(unit, pen, CLOSES, said, lambda name: album.window(unit, f"unit-{name}"))
    desk.goto(f"{running.web}/h5/agreements")
    desk.get_by_role("link", name=UNIT).click()
    desk.get_by_role("link", name="单位提出的解约").click()
    pen = Pen(desk, by_mouse=True)
    people.agrees_to_release(desk, pen, CLOSES, lambda name: album.window(desk, f"desk-{name}"))


def comes_back(page: Page, running: Stack) -> None:
    """In a browser that knows nothing any more: by the phone that the agreement was signed with."""
    former = running.sms_with("stranger", CODE)
    page.context.clear_cookies()
    page.goto(f"{running.web}/s/back")
    page.get_by_label("手机号", exact=True).fill(STRANGER)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("验证码", exact=True).fill(
        running.sms_with("stranger", rf"验证码 (?!{former})(\d{{6}})")
    )
    page.get_by_role("button", name="查看", exact=True).click()
    page.get_by_role("link", name=UNIT).click()
    expect(page.get_by_text("协议已生效，请下载保存")).to_be_visible()
