"""Signed on paper: from the page that asks for a signature, or from a paper that is signed already, to the receipt."""

import dataclasses
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect

from models.agreement import Agreement
from models.db import connected
from services.agreements import sealing
from services.context import Context
from tests import agreements, seals
from tests.agreement_ways import ON_PAPER, SIGNED_ON
from tests.cast import Cast, Persona
from tests.desks import pass_second_factor
from tests.e2e import sealed
from tests.e2e import signing_people as people
from tests.e2e.conftest import opened
from tests.e2e.consoles import download
from tests.e2e.signing_hands import UNIT, Album, fill_terms
from tests.live import Served, served
from tests.papers import photo

pytestmark = pytest.mark.e2e

SHEETS = 2


@pytest.fixture
def site(ctx: Context, compiled_templates: FileSystemBytecodeCache) -> Iterator[Served]:
    """The pages of a platform that has a seal."""
    with served(dataclasses.replace(ctx, seals=seals.seals()), compiled_templates) as site:
        yield site


@pytest.fixture
def phone(browser: Browser, site: Served, cast: Cast) -> Iterator[Page]:
    """The graduate's phone, with a browser of its own."""
    with opened(browser, 390, 844) as page:
        page.context.add_cookies([site.cookie(cast.graduate)])
        yield page


@pytest.fixture
def office(window: Page, site: Served, cast: Cast) -> Iterator[tuple[Page, Page]]:
    """The college's window and the school's."""
    browser = window.context.browser
    assert browser
    with opened(browser, 1200, 900) as college:
        sits_down(college, site, cast.college)
        sits_down(window, site, cast.school)
        yield college, window


def sits_down(page: Page, site: Served, persona: Persona) -> None:
    """Logged in, the second factor shown."""
    page.context.add_cookies([site.cookie(persona)])
    pass_second_factor()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A page of the signed paper, as a phone photographs it."""
    place = tmp_path / "sheet.jpg"
    place.write_bytes(photo((700, 990)))
    return place


def seal(site: Served) -> None:
    """The worker's turn, with hands that have the seal; this thread belongs to the browser."""

    def turn() -> int:
        with connected():
            return sealing.sweep(site.ctx)

    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(turn).result() == 1


def reviewed(office: tuple[Page, Page], site: Served, said: str, album: Album) -> None:
    """College, then school, each at the console."""
    for page, answer in zip(office, ("已转学校审核", said), strict=True):

        def see(name: str, page: Page = page) -> None:
            album.window(page, name)

        people.passes_at_console(page, site.url, "agreements", answer, see)


def ends_with_receipt(phone: Page, folder: Path, site: Served, number: str, album: Album) -> None:
    """The graduate takes the receipt, and whoever holds it sees that it holds."""
    phone.reload()
    expect(phone.get_by_role("link", name="下载登记回执")).to_be_visible()
    album.window(phone, "paper-effective")
    receipt = download(phone, "下载登记回执", folder).read_bytes()
    text = sealed.words(receipt)
    for word in ("就业协议登记回执", "李晓雨", UNIT, number, "平台数字签名（自建证书）"):
        assert re.sub(r"\s", "", word) in text, word
    sealed.check_fonts(receipt, folder)
    sealed.check_seal(receipt, folder, seals.keys().root)
    address = sealed.code(receipt, folder)
    assert address.startswith(f"{site.url}/v/")
    phone.goto(address)
    expect(phone.locator("#state")).to_have_text("有效")
    expect(phone.locator("body")).not_to_contain_text("李晓雨")
    people.compare(phone, receipt, "一致：这就是平台签发的登记回执")
    expect(phone.locator("body")).to_contain_text("本平台的自建证书")
    people.compare(phone, sealed.changed(receipt), "不一致：这个文件不是平台为本协议签发的文件")
    album.window(phone, "paper-verification")


def test_from_the_pad_to_the_sealed_receipt(
    phone: Page, office: tuple[Page, Page], site: Served, cast: Cast, sheet: Path
) -> None:
    """Whoever cannot or will not draw a signature finds the paper way on the very page that asks for one."""
    album, folder = Album(), sheet.parent
    agreements.open_school(site.ctx, cast)
    _party, offer = agreements.offer(site.ctx, cast.graduate)
    phone.goto(f"{site.url}/h5/agreements/{offer.code}/sign")
    phone.get_by_role("link", name="改为线下办理").click()
    expect(phone.get_by_text("不方便手写签名")).to_be_visible()
    album.window(phone, "paper-ways")
    phone.get_by_role("button", name="申请就业协议书").click()
    fill_terms(phone)
    album.window(phone, "paper-form")
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("申请已提交")).to_be_visible()
    album.window(phone, "paper-applied")

    reviewed(office, site, "正在生成", album)
    seal(site)
    phone.reload()
    album.window(phone, "paper-issued")
    form = download(phone, "下载待签协议书", folder).read_bytes()
    number = Agreement.get(Agreement.kind == "paper").number
    assert number in sealed.words(form)
    sealed.check_seal(form, folder, seals.keys().root)
    phone.get_by_role("link", name="上传扫描件").click()
    expect(phone.get_by_text("请逐页上传签字、盖章后的协议书")).to_be_visible()
    people.sends_scan(phone, sheet, SHEETS)
    phone.get_by_label("签订日期").fill(SIGNED_ON)
    album.window(phone, "paper-scan")
    phone.get_by_role("button", name="全部上传，提交审核").click()
    expect(phone.get_by_text("已提交审核")).to_be_visible()

    reviewed(office, site, "正在生成", album)
    seal(site)
    ends_with_receipt(phone, folder, site, number, album)


def test_from_a_signed_paper_to_the_sealed_receipt(
    phone: Page, office: tuple[Page, Page], site: Served, cast: Cast, sheet: Path
) -> None:
    """已签协议信息登记: nothing is signed here, what was signed is looked at."""
    album, folder = Album(), sheet.parent
    agreements.open_school(site.ctx, cast)
    phone.goto(f"{site.url}/h5/agreements")
    phone.get_by_role("button", name="登记已签协议").click()
    people.sends_scan(phone, sheet, SHEETS)
    phone.get_by_label("纸质协议书号").fill(ON_PAPER["paper_number"])
    phone.get_by_label("签订日期").fill(SIGNED_ON)
    fill_terms(phone)
    album.window(phone, "recorded-form")
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("登记已提交")).to_be_visible()

    reviewed(office, site, "正在生成", album)
    seal(site)
    ends_with_receipt(phone, folder, site, ON_PAPER["paper_number"], album)
