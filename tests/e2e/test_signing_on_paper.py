"""Whoever cannot or will not draw a signature finds the paper way on the very page that asks for one."""

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from models.agreement import Agreement
from models.db import connected
from services.agreements import sealing
from services.context import Context
from tests import agreement_ways, agreements, seals
from tests.cast import Cast
from tests.e2e.conftest import opened
from tests.e2e.consoles import download
from tests.e2e.signing_hands import Album, fill_terms
from tests.live import Served

pytestmark = pytest.mark.e2e


@pytest.fixture
def phone(browser: Browser, site: Served, cast: Cast) -> Iterator[Page]:
    """The graduate's phone, with a browser of its own."""
    with opened(browser, 390, 844) as page:
        page.context.add_cookies([site.cookie(cast.graduate)])
        yield page


@pytest.fixture
def sealing_ctx(ctx: Context) -> Context:
    """The worker's hands, which have the seal."""
    return dataclasses.replace(ctx, seals=seals.seals())


def seal(ctx: Context) -> None:
    """The worker's turn."""
    with connected():
        sealing.sweep(ctx)


def test_from_the_pad_to_the_numbered_form(
    phone: Page, site: Served, cast: Cast, sealing_ctx: Context, tmp_path: Path
) -> None:
    album = Album()
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

    row = Agreement.get(Agreement.kind == "paper")
    agreement_ways.passed(site.ctx, cast, row)
    with ThreadPoolExecutor(1) as worker:  # this thread belongs to the browser
        worker.submit(seal, sealing_ctx).result()
    phone.reload()
    album.window(phone, "paper-issued")
    form = download(phone, "下载待签协议书", tmp_path)
    text = "".join(page.extract_text() for page in PdfReader(form).pages)
    assert agreements.fresh(row).number in text.replace("\n", "")
    phone.get_by_role("link", name="上传扫描件").click()
    expect(phone.get_by_text("请逐页上传签字、盖章后的协议书")).to_be_visible()
    album.window(phone, "paper-scan")
