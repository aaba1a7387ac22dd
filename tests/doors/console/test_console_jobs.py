"""导入导出 at the console: a template, a file, its report, the mended file; trial runs; exports."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask, request

from documents import sheets
from documents.spool import Spool
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit, Staff
from services.context import Context
from services.jobs import runner
from tests.browser import Browser, Page
from tests.services.sheets_of_graduates import TITLES, add_regions, row, xlsx

pytestmark = pytest.mark.slow

FORM = "/console/jobs/import/graduates"


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    add_regions(ctx)


def send(desk: Browser, content: bytes, name: str = "名单.xlsx", form: str = FORM, **choices: str) -> Page:
    return desk.open(form).submit(form, file=(io.BytesIO(content), name), **choices)


def read(tmp_path: Path, desk: Browser, path: str, sheet: str) -> list[list[str]]:
    """The rows of a workbook that is offered."""
    answer = desk.open(path).response
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    (tmp_path / "got.xlsx").write_bytes(answer.data)
    return list(sheets.read(tmp_path / "got.xlsx", sheet=sheet))


def test_from_the_template_over_the_report_to_the_mended_file(
    ctx: Context, school_desk: Browser, tmp_path: Path
) -> None:
    before = Graduate.select().count()
    assert "还没有导入或导出任务" in school_desk.open("/console/jobs").text
    template = school_desk.open("/console/jobs/template/graduates").response.data
    made = openpyxl.load_workbook(io.BytesIO(template))
    assert made.sheetnames == ["数据", "填写说明"]
    assert [cell.value for cell in made["数据"][1]] == TITLES
    for cells in (row(1), row(2, 姓名=""), row(3, 院系名称="没有的学院")):
        made["数据"].append(cells)
    content = io.BytesIO()
    made.save(content)

    page = send(school_desk, content.getvalue())
    assert "排队中" in page.text
    assert "jobs.js" in page.html
    now = school_desk.client.get(f"{page.path}/progress", base_url="http://wx.test").json
    assert (now["alive"], now["percent"]) == (True, 0)
    runner.work(ctx)
    page = school_desk.open(page.path)
    assert "正确 1 行，错误 2 行" in page.text
    assert "新增 1 行" in page.text
    assert "本校没有这个院系" in page.text
    assert "jobs.js" not in page.html
    report = read(tmp_path, school_desk, f"{page.path}/file", "错误")
    assert report[0] == ["行号", "列", "填写的内容", "原因"]
    assert [cells[:3] for cells in report[1:]] == [["3", "姓名", ""], ["4", "院系名称", "没有的学院"]]

    page = send(school_desk, xlsx([row(1), row(2), row(3)]))
    runner.work(ctx)
    assert "新增 2 行，更新 0 行，1 行与现有数据相同" in school_desk.open(page.path).text
    assert Graduate.select().count() == before + 3
    listed = school_desk.open("/console/jobs")
    assert listed.text.count("名单.xlsx") == 2
    assert "已完成" in listed.text


def test_a_trial_waits_for_a_word(ctx: Context, college_desk: Browser) -> None:
    before = Graduate.select().count()
    page = send(college_desk, xlsx([row(1), row(2)]), trial="yes")
    runner.work(ctx)
    page = college_desk.open(page.path)
    assert "试运行结果：将新增 2 行" in page.text
    assert Graduate.select().count() == before
    assert "按此结果导入（2 行）" in page.text
    page = page.submit(f"{page.path}/apply")
    assert "开始导入" in page.text
    runner.work(ctx)
    assert Graduate.select().count() == before + 2


def test_a_province_chooses_the_school_first(ctx: Context, province_desk: Browser, cast) -> None:
    page = province_desk.open(FORM)
    assert "请先选择学校" in page.html
    assert "江淮大学" in page.html
    page = send(province_desk, xlsx([row(1)]))
    assert (page.status, "请填写此项" in page.html) == (422, True)
    page = send(province_desk, xlsx([row(1), row(2, 姓名="")]), school=cast.units["school"].code)
    runner.work(ctx)
    page = province_desk.open(page.path)
    assert "江淮大学" in page.text
    assert "正确 1 行，错误 1 行" in page.text
    assert "下载错误报告" in page.text


def test_a_trial_may_be_cancelled(ctx: Context, college_desk: Browser) -> None:
    page = send(college_desk, xlsx([row(1)]), trial="yes")
    page = page.submit(f"{page.path}/cancel")
    assert "已取消，没有导入任何数据" in page.text
    runner.work(ctx)
    assert Job.get().status == "cancelled"


def test_all_or_nothing(ctx: Context, school_desk: Browser) -> None:
    before = Graduate.select().count()
    page = send(school_desk, xlsx([row(1), row(2, 姓名="")]), mode="all")
    runner.work(ctx)
    assert "文件中有错误行，没有导入任何数据" in school_desk.open(page.path).text
    assert Graduate.select().count() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "请上传 xlsx、xls 或 csv 格式的文件"),
        (b"PK\x03\x04nonsense", "文件已损坏"),
        (xlsx([], ["姓名", "别的"]), "首行表头与模板不一致"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    ctx: Context, school_desk: Browser, content: bytes, words: str
) -> None:
    page = send(school_desk, content)
    runner.work(ctx)
    assert words in school_desk.open(page.path).text


def test_no_file_and_an_empty_one_are_told_beside_the_field(school_desk: Browser) -> None:
    page = school_desk.open(FORM).submit(FORM)
    assert (page.status, "请选择要上传的文件" in page.html) == (422, True)
    page = send(school_desk, b"")
    assert (page.status, "请选择要上传的文件" in page.html) == (422, True)


def test_a_file_larger_than_a_form_passes(ctx: Context, school_desk: Browser) -> None:
    content = ("\ufeff" + ",".join(TITLES) + "\n" + "x," * 20 + "\n" * 300_000).encode()
    page = send(school_desk, content, "名单.csv")
    assert page.status == 200
    assert Job.get().file_name == "名单.csv"


def test_what_is_sent_waits_enciphered(app: Flask) -> None:
    data = {"file": (io.BytesIO(b"x" * 100_000), "a.csv")}
    with app.test_request_context(FORM, method="POST", data=data):
        request.max_content_length = 200_000
        request.max_form_memory_size = 200_000
        file = request.files["file"]
        assert isinstance(file.stream, Spool)
        assert file.stream.read() == b"x" * 100_000
        file.close()


def test_units_come_from_a_sheet(ctx: Context, school_desk: Browser) -> None:
    form = "/console/jobs/import/units"
    titles = ["机构名称", "机构代码"]
    rows = [["数学学院", "07"], ["计算机学院", ""], ["理", "08"], ["物理学院", "07"], ["数学学院", "07"]]
    page = send(school_desk, xlsx(rows, titles), form=form)
    runner.work(ctx)
    page = school_desk.open(page.path)
    assert "正确 2 行，错误 3 行" in page.text
    assert "新增 1 行，更新 0 行，1 行与现有数据相同" in page.text
    assert OrgUnit.get(OrgUnit.name == "数学学院").number == "07"
    assert not OrgUnit.select().where(OrgUnit.name.in_(["理", "物理学院"])).exists()


def test_staff_come_from_a_sheet(ctx: Context, school_desk: Browser, cast) -> None:
    form = "/console/jobs/import/staff"
    titles = ["姓名", "手机号", "级别", "所在单位", "办公地点"]
    rows = [
        ["钱一", "13600000001", "辅导员", "计算机学院", "A101"],
        ["钱二", "13600000002", "院级", "外国语学院", ""],
        ["钱三", "13600000003", "校级", "江淮大学", ""],
        ["钱四", "136", "辅导员", "计算机学院", ""],
        ["钱五", "13600000005", "辅导员", "没有的学院", ""],
        ["王建国", cast.counselor.phone, "辅导员", "计算机学院", ""],
        ["别人", cast.college.phone, "院级", "计算机学院", ""],
    ]
    before = Staff.select().count()
    page = send(school_desk, xlsx(rows, titles), form=form)
    assert Staff.select().count() == before
    runner.work(ctx)
    page = school_desk.open(page.path)
    assert "正确 3 行，错误 4 行" in page.text, page.text
    assert "新增 2 行，更新 0 行，1 行与现有数据相同" in page.text
    assert Staff.select().count() == before + 2
    again = send(school_desk, xlsx(rows[:2], titles), form=form)
    runner.work(ctx)
    assert "新增 0 行，更新 0 行，2 行与现有数据相同" in school_desk.open(again.path).text


def test_an_export_of_what_the_list_shows(ctx: Context, school_desk: Browser, tmp_path: Path) -> None:
    page = school_desk.open("/console/graduates")
    page = page.submit("/console/graduates/export")
    runner.work(ctx)
    code = Job.get(Job.kind == "export.graduates").code
    page = school_desk.open(f"/console/jobs/{code}")
    assert re.search(r"共 \d+ 行", page.text)
    found = read(tmp_path, school_desk, f"/console/jobs/{code}/file", "生源信息")
    assert found[0] == TITLES
    assert len(found) == 1 + Graduate.select().count()


def test_special_groups_come_from_a_list_alone(
    ctx: Context, school_desk: Browser, college_desk: Browser, cast
) -> None:
    form = "/console/jobs/import/special_groups"
    titles = ["年度", "姓名", "证件号码", "特殊群体"]
    one, two = cast.graduate, cast.other_graduate
    rows = [
        ["2027", one.name, one.identity_number, "脱贫家庭"],
        ["2027", two.name, two.identity_number, ""],
        ["2027", two.name, one.identity_number, "脱贫家庭"],
        ["2026", one.name, one.identity_number, "脱贫家庭"],
        ["2027", one.name, "110101200501011230", "脱贫家庭"],
        ["27", one.name, one.identity_number, "脱贫家庭"],
        ["2027", two.name, two.identity_number, "长" * 41],
    ]
    page = send(school_desk, xlsx(rows, titles), form=form)
    runner.work(ctx)
    page = school_desk.open(page.path)
    assert "正确 2 行，错误 5 行" in page.text
    assert "新增 0 行，更新 1 行，1 行与现有数据相同" in page.text
    assert Graduate.get_by_id(one.graduate.id).special_group == "脱贫家庭"
    again = send(school_desk, xlsx([["2027", one.name, one.identity_number, ""]], titles), form=form)
    runner.work(ctx)
    assert "更新 1 行" in school_desk.open(again.path).text
    assert Graduate.get_by_id(one.graduate.id).special_group == ""
    assert college_desk.open(form).status == 403
