"""What goes out about how an agreement came about, and the pages when a name was corrected meanwhile."""

import dataclasses
import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask

from handlers.visit import CONTEXT
from models.agreement import Agreement
from models.graduate import Graduate
from models.journal import Journal
from services.agreements import looking, sealing
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements, seals
from tests.agreements import fresh, strokes
from tests.browser import Browser
from tests.cast import Cast
from tests.sign_doors import offered

Desk = Callable[..., Browser]


@pytest.fixture
def sealer(app: Flask, ctx: Context, cast: Cast) -> Context:
    """The pages and the worker with a seal; the school is open."""
    sealed = dataclasses.replace(ctx, seals=seals.seals())
    app.extensions[CONTEXT] = sealed
    agreements.open_school(sealed, cast)
    return sealed


@pytest.fixture
def unit(app: Flask, sealer: Context) -> Browser:
    """A stranger's browser."""
    return Browser(app)


@pytest.fixture
def sent(unit: Browser, sealer: Context, cast: Cast) -> Agreement:
    """An offer that was sent from it."""
    return offered(unit, sealer, cast.graduate)


@pytest.mark.slow
def test_all_three_download_the_record(
    client_of: Desk, desk_of: Desk, unit: Browser, sent: Agreement, sealer: Context, cast: Cast
) -> None:
    agreements.accept(sealer, cast.graduate, fresh(sent))
    ways.passed(sealer, cast, sent)
    assert sealing.sweep(sealer) == 1
    record = looking.paper(fresh(sent), "record")
    stored = b"".join(vault(sealer).pieces(record.file))
    phone = client_of(cast.graduate, in_wechat=True)
    for browser, page in (
        (phone, f"/h5/agreements/{sent.code}"),
        (unit, f"/s/d/{sent.code}"),
        (desk_of(cast.school), f"/console/agreements/{sent.code}"),
        (desk_of(cast.counselor), f"/console/agreements/{sent.code}"),
    ):
        assert f'href="{page}/record.pdf"' in browser.open(page).html
        answer = browser.open(f"{page}/record.pdf").response
        assert answer.data == stored
        name = unquote(answer.headers["Content-Disposition"])
        assert name.endswith(f"签约存证记录{fresh(sent).number}.pdf")
    looks = [one for one in Journal.select().where(Journal.verb == "download") if one.record == sent.code]
    assert [one.note for one in looks] == [{"item": "record"}] * 4
    shown = Browser(unit.client.application).open(f"/v/{fresh(sent).verify_code}")
    assert "签约存证记录" in shown.text


def test_the_chain_is_the_schools_to_take_out(
    client_of: Desk, desk_of: Desk, sealer: Context, cast: Cast
) -> None:
    _party, row = ways.in_force(sealer, cast)
    path = f"/console/agreements/{row.code}"
    desk = desk_of(cast.school)
    assert "导出存证链数据" in desk.open(path).text
    answer = desk.open(f"{path}/chain.json").response
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert "no-store" in answer.headers["Cache-Control"]
    assert json.loads(answer.data)["head"]["hash"] == row.head_hash
    for who in ("counselor", "college", "province", "ministry"):
        browser = desk_of(getattr(cast, who))
        assert "导出存证链数据" not in browser.open(path).text
        assert browser.open(f"{path}/chain.json").status == 403, who
    for who in ("other_counselor", "graduate", "stranger"):
        assert client_of(getattr(cast, who)).open(f"{path}/chain.json").response.mimetype == "text/html", who
    journal = desk.open(f"/console/journal?kind=agreement&record={row.code}").text
    assert "存证链数据" in journal


def test_a_corrected_name_is_told_to_both_sides_until_the_offer_comes_again(
    client_of: Desk, unit: Browser, sent: Agreement, cast: Cast
) -> None:
    phone, path = client_of(cast.graduate, in_wechat=True), f"/h5/agreements/{sent.code}/sign"
    page = phone.open(path)
    assert ("李晓雨" in page.text, "data-sign-pad" in page.html) == (True, True)
    assert cast.graduate.identity_number not in page.html
    was = dict(page.form(path).fields) | {"consent": "1", "strokes": strokes(9)}
    Graduate.update(name="李晓宇").execute()
    page = phone.open(path)
    assert ("修改条款" in page.text, "data-sign-pad" in page.html) == (True, False)
    page = phone.post(path, was)
    assert (page.status, page.text.count("不能按原来的签名")) == (409, 1)
    page = unit.open(f"/s/d/{sent.code}")
    assert "毕业生的姓名或证件号码有更正" in page.text
    revise = f"/s/d/{sent.code}/revise"
    unit.open(revise).submit(revise, consent="1", strokes=strokes(4))
    assert "有更正" not in unit.open(f"/s/d/{sent.code}").text
    page = phone.post(path, was)
    assert (page.status, "is-changed" in page.html) == (409, True)
    assert "李晓宇" in page.text
    page = page.submit(path, consent="1", identity="1", strokes=strokes(9))
    assert (page.path, fresh(sent).status) == (f"/h5/agreements/{sent.code}", "college_review")


def test_a_name_that_cannot_be_printed_leads_to_the_paper_way(
    client_of: Desk, sealer: Context, cast: Cast
) -> None:
    Graduate.update(name="李\U00020001").execute()
    phone = client_of(cast.graduate, in_wechat=True)
    page = phone.open("/h5/signing-code")
    assert (page.status, "“\U00020001”暂时无法印到电子协议书上" in page.text) == (409, True)
    page = page.submit("/h5/agreements/begin")
    row = Agreement.get()
    assert (row.kind, page.path) == ("paper", f"/h5/agreements/{row.code}/edit")
