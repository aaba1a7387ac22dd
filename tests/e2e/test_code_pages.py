"""A ministry renews a code table at the console: looks, takes it out, brings it in, puts it in force, takes it back."""

import io
import time
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.consoles import come_in, download
from tests.e2e.test_bind_and_link import PASSWORD, PEOPLE
from tests.stack import Stack

pytestmark = pytest.mark.e2e

KEEPER = next(member for member in PEOPLE["staff"] if member["level"] == "ministry")
# A graduate of the demo whose 政治面貌 is the code that is renamed, found by the whole phone number.
HOLDER = next(row for group in PEOPLE["class"] for row in group["people"] if row[6] == "13")
CODE, BEFORE, AFTER = "13", "群众", "群众（未加入党派）"
GONE = ("11", "台盟盟员")
SOON_S = 60  # seconds; other processes hear of an edition within a few


def changed(file: Path) -> Path:
    """The exported table with one name changed and one code left out."""
    book = openpyxl.load_workbook(file)
    rows = [[cell or "" for cell in row] for row in book.active.values]
    book.close()
    renamed = [[row[0], AFTER, *row[2:]] if row[0] == CODE else row for row in rows if row[0] != GONE[0]]
    assert len(renamed) == len(rows) - 1
    made = openpyxl.Workbook()
    for row in renamed:
        made.active.append(row)
    content = io.BytesIO()
    made.save(content)
    place = file.with_name("politics-new.xlsx")
    place.write_bytes(content.getvalue())
    return place


def lists(page: Page, running: Stack, word: str) -> None:
    """Searches the table for a word."""
    page.goto(f"{running.web}/console/codes/politics")
    page.get_by_label("代码或名称").fill(word)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_label("代码或名称")).to_have_value(word)
    page.wait_for_url("**word=**")


def on_the_record(page: Page, running: Stack, name: str) -> None:
    """The record of the graduate says so, at the latest after the seconds that the page promised."""
    deadline = time.monotonic() + SOON_S
    while True:
        page.goto(f"{running.web}/console/graduates?q={HOLDER[3]}")
        page.get_by_role("link", name=HOLDER[0]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(HOLDER[0])
        if page.get_by_text(f"{name} ({CODE})", exact=True).count():
            return
        assert time.monotonic() < deadline, f"the record does not say {name}"
        page.wait_for_timeout(500)


def row_of(page: Page, part: str, code: str) -> Locator:
    """A line of one of the parts that a comparison has."""
    cell = page.get_by_role("cell", name=code, exact=True)
    return page.get_by_role("region", name=part, exact=True).get_by_role("row").filter(has=cell)


def test_a_table_is_replaced_and_the_old_one_comes_back(running: Stack, desk: Page, tmp_path: Path) -> None:
    come_in(desk, running, KEEPER["phone"], PASSWORD)
    desk.get_by_role("link", name="代码表", exact=True).click()
    desk.get_by_role("link", name="政治面貌", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("政治面貌")
    lists(desk, running, "党派")
    expect(desk.get_by_role("cell", name="无党派人士", exact=True)).to_be_visible()
    expect(desk.get_by_role("cell", name=BEFORE, exact=True)).to_have_count(0)
    file = changed(download(desk, "导出 xlsx", tmp_path))

    desk.get_by_role("link", name="导入新版本").click()
    desk.get_by_label("文件").set_input_files(str(file))
    desk.get_by_role("button", name="上传并检查").click()
    expect(row_of(desk, "变更", CODE)).to_contain_text(AFTER)
    expect(row_of(desk, "取消", GONE[0])).to_contain_text(GONE[1])
    # Nothing has changed yet.
    comparison = desk.url
    lists(desk, running, BEFORE)
    expect(desk.get_by_role("cell", name=BEFORE, exact=True)).to_be_visible()
    on_the_record(desk, running, BEFORE)

    desk.goto(comparison)
    desk.get_by_role("button", name="使这个版本生效").click()
    expect(desk.get_by_role("status")).to_contain_text("已生效")
    expect(desk.get_by_role("cell", name="正在使用")).to_be_visible()
    lists(desk, running, CODE)
    expect(desk.get_by_role("cell", name=AFTER, exact=True)).to_be_visible()
    on_the_record(desk, running, AFTER)

    desk.goto(comparison)
    desk.get_by_role("button", name="撤回这个版本").click()
    expect(desk.get_by_role("status")).to_contain_text("已撤回")
    on_the_record(desk, running, BEFORE)
