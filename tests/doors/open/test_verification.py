"""/v/<code>: how an agreement stands for anybody who holds its paper, and whether a file is the sealed one."""

import dataclasses
import io

import pytest
from flask import Flask

from handlers.visit import CONTEXT
from models.agreement import Agreement
from models.agreement_papers import SealedPaper
from services import throttle
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements, seals
from tests.browser import Browser, Page, send_file
from tests.cast import Cast
from tests.papers import photo

WORDS = {
    "effective": "有效",
    "releasing": "解约中",
    "released": "已解约",
    "voided": "已作废",
    "issued": "未生效",
    "college_review": "未生效",
    "school_review": "未生效",
    "returned": "未生效",
    "sealing": "未生效",
    "expired": "编号作废",
    "cancelled": "编号作废",
    "rejected": "编号作废",
}


@pytest.fixture
def anybody(app: Flask) -> Browser:
    """Anybody's."""
    return Browser(app)


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force, of which the test does not need the paper."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


@pytest.fixture
def sealer(ctx: Context, app: Flask) -> Context:
    """The pages and the worker with a seal."""
    sealed = dataclasses.replace(ctx, seals=seals.seals())
    app.extensions[CONTEXT] = sealed
    return sealed


def compare(anybody: Browser, row: Agreement, data: bytes, name: str = "x.pdf") -> Page:
    page = f"/v/{row.verify_code}"
    return send_file(anybody, page, page, {"file": (io.BytesIO(data), name)})


@pytest.mark.parametrize("status", WORDS)
def test_it_says_how_an_agreement_stands(anybody: Browser, held: Agreement, status: str) -> None:
    Agreement.update(status=status, ended_at=held.effective_at).execute()
    page = anybody.open(f"/v/{held.verify_code}")
    assert page.status == 200
    assert f'id="state">{WORDS[status]}<' in page.html
    assert ("解除日期" in page.text) is (status == "released")
    assert ("作废日期" in page.text) is (status == "voided")


def test_it_tells_no_more_than_it_must(anybody: Browser, cast: Cast, held: Agreement) -> None:
    page = anybody.open(f"/v/{held.verify_code}")
    for words in (
        "李**",
        "江淮大学",
        "合肥创新软件有限公司",
        held.number,
        "2026-11-20",
        "线上签约 · 两方协议",
    ):
        assert words in page.text, words
    secrets = (
        *("李晓雨", cast.graduate.student_number, cast.graduate.phone, cast.graduate.identity_number),
        *("周敏", agreements.PHONE_OF_SIGNER, "8000", "软件开发工程师", held.code),
        *(agreements.TERMS["contact_email"], agreements.TERMS["unit_address"]),
    )
    for secret in secrets:
        assert secret not in page.html, secret
    assert "CA 认证" not in page.text
    assert "自建证书" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("code", ["nonsense", "A" * 16, "x" * 300, "%25"])
def test_other_codes_lead_nowhere(anybody: Browser, held: Agreement, code: str) -> None:
    page = anybody.open(f"/v/{code}")
    assert page.status == 404
    assert "没有找到" in page.text


def test_what_is_not_numbered_has_no_page(anybody: Browser, ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.accepted(ctx, cast.graduate)
    for code in (row.code, "None", ""):
        assert anybody.open(f"/v/{code}").status == 404, code


def test_codes_are_not_tried_for_ever(anybody: Browser, held: Agreement) -> None:
    for _ in range(throttle.VERIFYING.limit.amount):
        assert anybody.open("/v/wrong").status == 404
    page = anybody.open(f"/v/{held.verify_code}")
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert "李**" not in page.text


@pytest.mark.parametrize(
    ("data", "name", "status", "says"),
    [
        (b"", "", 422, "请选择要上传的文件"),
        (b"", "empty.pdf", 422, "请选择要上传的文件"),
        (b"plain words", "x.pdf", 200, "不一致"),
        (photo(), "x.jpg", 200, "不一致"),
        (b"%PDF-1.7\n" + b"x" * 5000, "x.pdf", 200, "不一致"),
        (seals.page(), "x.pdf", 200, "不一致"),
        (b"x" * 9_000_000, "big.pdf", 413, "太大"),
    ],
    ids=["none", "empty", "words", "photo", "broken", "unsigned", "nine megabytes"],
)
def test_other_files_are_not_ours(
    anybody: Browser, ctx: Context, held: Agreement, data: bytes, name: str, status: int, says: str
) -> None:
    before = set(ctx.settings.data_dir.rglob("*"))
    page = compare(anybody, held, data, name)
    assert page.status == status
    assert says in page.text
    assert "一致：这就是" not in page.text
    assert set(ctx.settings.data_dir.rglob("*")) == before  # nothing is kept


@pytest.mark.slow
def test_a_file_is_compared_byte_by_byte(anybody: Browser, sealer: Context, cast: Cast) -> None:
    agreements.open_school(sealer, cast)
    _unit, row = ways.effective(sealer, cast)
    data = b"".join(vault(sealer).pieces(SealedPaper.get().file))
    same = compare(anybody, row, data)
    assert "一致：这就是平台签发的就业协议书，一个字节也没有改动" in same.text
    assert SealedPaper.get().digest in same.text
    assert "本平台的自建证书" in same.text
    changed = compare(anybody, row, data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    assert "不一致" in changed.text
    assert "有改动或附加内容" in changed.text
    longer = compare(anybody, row, data + b"\n")
    assert "不一致" in longer.text
    assert "有改动或附加内容" in longer.text
    _unit, other = ways.effective(sealer, cast, cast.other_graduate)
    elsewhere = compare(anybody, other, data)
    assert "不一致：这个文件不是平台为本协议签发的文件" in elsewhere.text
    assert "签名后改动 没有" in elsewhere.text
