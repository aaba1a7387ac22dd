"""A school sets itself up without an engineer: roster, college, counselor, and the counselor's first day."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.consoles import WORKER_MS, come_in, log_in
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import PASSWORD, PEOPLE
from tests.services.sheets_of_graduates import row, xlsx
from tests.stack import Stack

pytestmark = pytest.mark.e2e

ADMIN = next(member for member in PEOPLE["staff"] if member["level"] == "school")
NEW_COUNSELOR = {"key": "stranger", "name": "何路", "phone": "13900000401"}
OWN_PASSWORD = "helu2027xin"
CLASS = "软件2301"

# Nine kinds of mistakes that rosters have, how often each stands in the file, and what the report says of them.
MISTAKES: list[tuple[int, dict[str, str], str]] = [
    (5, {"姓名": ""}, "姓名"),
    (5, {"证件号码": "110101200501011230"}, "证件号码"),
    (4, {"性别": "2"}, "性别"),
    (4, {"生源所在地": "340100"}, "生源所在地"),
    (4, {"民族": "99"}, "民族"),
    (4, {"培养方式": "2"}, "定向或委培单位"),
    (4, {"院系名称": "没有的学院"}, "院系名称"),
    (4, {"入学日期": "2023-13-40"}, "入学日期"),
    (3, {"学号": "20279000000"}, "学号"),
]
PEOPLE_IN_FILE = 2000


def rosters(folder: Path) -> tuple[Path, Path]:
    """The file with its 37 bad rows, and the same file mended."""
    wrong: dict[int, dict[str, str]] = {}
    for count, mistake, _column in MISTAKES:
        for _ in range(count):
            wrong[50 * (len(wrong) + 1)] = mistake
    assert len(wrong) == 37
    bad, good = folder / "名单.xlsx", folder / "名单-更正.xlsx"
    bad.write_bytes(xlsx([row(n, **wrong.get(n, {})) for n in range(PEOPLE_IN_FILE)]))
    good.write_bytes(xlsx([row(n) for n in range(PEOPLE_IN_FILE)]))
    return bad, good


def send_in(page: Page, running: Stack, file: Path) -> None:
    """Uploads a roster and waits until the worker is through."""
    page.goto(f"{running.web}/console/jobs/import/graduates")
    page.get_by_label("文件").set_input_files(str(file))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("已完成")).to_be_visible(timeout=WORKER_MS)


def test_a_school_sets_itself_up(running: Stack, window: Page, desk: Page, tmp_path: Path) -> None:
    bad, good = rosters(tmp_path)
    come_in(window, running, ADMIN["phone"], PASSWORD)
    send_in(window, running, bad)
    expect(window.get_by_text("正确 1963 行，错误 37 行")).to_be_visible()
    for _count, _mistake, column in MISTAKES:
        expect(window.get_by_role("cell", name=column, exact=True).first).to_be_visible()
    with window.expect_download() as report:
        window.get_by_role("link", name="下载错误报告").click()
    assert report.value.suggested_filename.endswith(".xlsx")
    send_in(window, running, good)
    expect(window.get_by_text("正确 2000 行，错误 0 行")).to_be_visible()
    expect(window.get_by_text("1963 行与现有数据相同")).to_be_visible()
    make_college(window, running)
    appoint(window, running)
    first = first_password(running)

    desk.goto(running.sandbox)
    phone = Phone(desk, NEW_COUNSELOR["name"])
    phone.follow()
    phone.tap_menu("辅导员", "辅导员工作平台")
    phone.log_in(NEW_COUNSELOR["phone"], first)
    phone.fill("初始密码", first)
    phone.fill("新密码", OWN_PASSWORD)
    phone.press("保存新密码")
    phone.shows("辅导员工作平台")
    phone.shows(CLASS)
    sees_the_class(desk, running)

    window.goto(f"{running.web}/console/people")
    line = window.get_by_role("row").filter(has_text=NEW_COUNSELOR["name"])
    expect(line).to_contain_text("已绑定")


def make_college(page: Page, running: Stack) -> None:
    """One more college below the school."""
    page.goto(f"{running.web}/console/units/new")
    page.get_by_label("名称").fill("人工智能学院")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("已建立“人工智能学院”")).to_be_visible()


def appoint(page: Page, running: Stack) -> None:
    """A counselor who has no account yet, answering for one class."""
    page.goto(f"{running.web}/console/people/new")
    page.get_by_label("姓名").fill(NEW_COUNSELOR["name"])
    page.get_by_label("手机号").fill(NEW_COUNSELOR["phone"])
    page.get_by_label("级别").select_option("counselor")
    page.get_by_label("单位").select_option(label="计算机学院")
    page.get_by_role("button", name="创建").click()
    form = page.locator("form").filter(has_text="增加负责范围")
    form.get_by_label("届别").select_option("2027")
    form.get_by_label("院系").select_option(label="计算机学院")
    form.get_by_label("层次").select_option(label="本科生")
    form.get_by_label("班级").fill(CLASS)
    form.get_by_role("button", name="增加").click()
    expect(page.get_by_role("cell", name=CLASS)).to_be_visible()


def first_password(running: Stack) -> str:
    """The password that came by text message."""
    return running.sms_with(NEW_COUNSELOR["key"], r"初始密码：([^。\s]+)")


def sees_the_class(page: Page, running: Stack) -> None:
    """At the console the counselor finds the class and nobody else."""
    log_in(page, running, NEW_COUNSELOR["phone"], OWN_PASSWORD)
    page.goto(f"{running.web}/console/graduates")
    expect(page.get_by_text("共 2,000 人")).to_be_visible()
    expect(page.get_by_role("cell", name=CLASS).first).to_be_visible()
