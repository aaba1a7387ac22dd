"""A school and a college take out the graduates that a filter shows; the worker writes the file."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from playwright.sync_api import Page, expect

from tests import stack
from tests.e2e.consoles import WORKER_MS, come_in, download, log_in
from tests.e2e.test_bind_and_link import GRADUATE, PASSWORD, PEOPLE
from tests.stack import Ground, Stack

pytestmark = pytest.mark.e2e

SCHOOL = next(member for member in PEOPLE["staff"] if member["level"] == "school")
COLLEGE = next(member for member in PEOPLE["staff"] if member["unit"] == GRADUATE["college"])
# What a spreadsheet program would run if it took the name of a class for a formula.
FORMULA = '=HYPERLINK("http://evil.example","点我")'
LOCKED = "已锁定"


@pytest.fixture
def running(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    """Without a worker: what is asked for waits until it is started."""
    with stack.running(ground, tmp_path, has_worker=False) as up:
        yield up


def locked_in_the_college() -> set[str]:
    """学号 of those that the demo has locked in the college, and of the graduate that the test locks."""
    classes = [group for group in PEOPLE["class"] if group["college"] == GRADUATE["college"]]
    numbers = {person[1] for group in classes for person in group["people"][: group["locked"]]}
    return {*numbers, GRADUATE["student_number"]}


def name_the_class(page: Page, running: Stack) -> None:
    """Somebody calls a class like a formula."""
    page.goto(f"{running.web}/console/graduates?q={GRADUATE['student_number']}")
    page.get_by_role("link", name=GRADUATE["name"], exact=True).click()
    page.get_by_label("班级名称").fill(FORMULA)
    page.get_by_role("button", name="保存并锁定").click()
    expect(page.get_by_role("status")).to_contain_text("已保存并锁定")


def ask_for_the_locked(page: Page, running: Stack) -> list[str]:
    """Sets the filters and asks for the file; returns the 学号 that the page shows."""
    page.goto(f"{running.web}/console/graduates")
    if page.get_by_label("院系").count():
        page.get_by_label("院系").select_option(label=GRADUATE["college"])
    page.get_by_label("确认情况").select_option(label=LOCKED)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**status=locked**")
    expect(page.get_by_text(f"共 {len(locked_in_the_college())} 人")).to_be_visible()
    shown = page.locator("td[data-label=学号]").all_inner_texts()
    page.get_by_role("button", name="导出以上条件的名单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("导出")
    return shown


def table(file: Path) -> tuple[list[str], list[dict[str, Cell]]]:
    """The headings of a workbook, and its rows by heading."""
    lines = list(openpyxl.load_workbook(file).active.iter_rows())
    headings = [str(cell.value) for cell in lines[0]]
    return headings, [dict(zip(headings, line, strict=True)) for line in lines[1:]]


def test_the_file_holds_what_the_filter_shows(
    running: Stack, desk: Page, window: Page, tmp_path: Path
) -> None:
    come_in(desk, running, SCHOOL["phone"], PASSWORD)
    name_the_class(desk, running)
    shown = ask_for_the_locked(desk, running)
    assert set(shown) == locked_in_the_college()
    log_in(window, running, COLLEGE["phone"], PASSWORD)
    assert ask_for_the_locked(window, running) == shown

    # Nobody touches the two pages: they tell by themselves that the worker has come and is through.
    for page in (desk, window):
        expect(page.get_by_text("排队中")).to_be_visible()
        expect(page.get_by_role("progressbar", name="进度")).to_have_attribute("value", "0")
    running.start_worker()
    for page in (desk, window):
        expect(page.get_by_text("已完成")).to_be_visible(timeout=WORKER_MS)
        expect(page.get_by_text(f"共 {len(shown)} 行")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)

    (tmp_path / "school").mkdir()
    headings, whole = table(download(desk, "下载文件", tmp_path / "school"))
    assert headings[:2] == ["年度", "学历"]
    assert [row["学号"].value for row in whole] == shown
    numbers = {row["姓名"].value: row["证件号码"].value for row in whole}
    assert numbers[GRADUATE["name"]] == GRADUATE["identity_number"]
    named = next(row["班级名称"] for row in whole if row["学号"].value == GRADUATE["student_number"])
    assert (named.value, named.data_type, named.quotePrefix) == (FORMULA, "s", True)

    (tmp_path / "college").mkdir()
    _, masked = table(download(window, "下载文件", tmp_path / "college"))
    assert [row["学号"].value for row in masked] == shown
    for row in masked:
        number = numbers[row["姓名"].value]
        assert row["证件号码"].value == f"{number[:3]}{'*' * 11}{number[-4:]}"
