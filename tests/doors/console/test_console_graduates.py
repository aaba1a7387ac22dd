"""The console's pages of graduates: the list with its filters, the record, 字段权限."""

import json
import re
from urllib.parse import unquote

import pytest

from models.graduate import Graduate
from models.job import Job
from models.org import Responsibility
from services import roster
from services.listing import SLICE
from tests import agreement_ways as ways
from tests import agreements
from tests.rosters import add_many, hold_places, make_whole, seat_of

PAGE = "/console/graduates"
RIGHTS = "/console/field-rights"


@pytest.fixture
def whole(ctx, cast):
    hold_places(ctx)
    return make_whole(cast.graduate.graduate)


def now(graduate):
    return Graduate.get_by_id(graduate.id)


def links(page, words):
    """The addresses of the links with these words."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)', page.html)
    return [address.replace("&amp;", "&") for address, text in found if text.strip() == words]


# -- the list ----------------------------------------------------------------------------------------------


def test_the_list_shows_the_range(counselor_desk, whole):
    page = counselor_desk.open(PAGE)
    for words in ("李晓雨", "20230001", "本科毕业", "计算机学院", "软件工程2301", "未提交", "共 3 人"):
        assert words in page.text
    assert "110101" not in page.html


def test_filters_stand_in_the_address_and_in_the_form(school_desk, whole, cast):
    page = school_desk.open(f"{PAGE}?education=31&status=open&q=李&sort=-updated_at")
    assert "李晓雨" in page.text
    assert "陈浩然" not in page.text
    fields = page.form(PAGE).fields
    assert {("education", "31"), ("status", "open"), ("q", "李"), ("sort", "name")} <= set(fields)
    (record,) = links(page, "李晓雨")
    back = links(school_desk.open(record), "返回名单")
    assert [unquote(address) for address in back] == [
        f"{PAGE}?education=31&status=open&q=李&sort=-updated_at"
    ]


def test_screens_forth_and_back(school_desk, cast):
    add_many(cast, SLICE)
    first = school_desk.open(f"{PAGE}?status=open")
    (on,) = links(first, "下一页")
    assert "status=open" in on
    second = school_desk.open(on)
    assert "张049" in second.text
    assert "李晓雨" not in second.text
    (back,) = links(second, "上一页")
    assert "after" not in back
    assert "李晓雨" in school_desk.open(back).text
    assert links(school_desk.open(back), "上一页") == []


def test_a_college_offers_its_majors(school_desk, cast):
    page = school_desk.open(f"{PAGE}?college={cast.units['college'].code}")
    assert "软件工程（080902）" in page.text


@pytest.mark.parametrize("path", [f"{PAGE}?year=x&after=x&sort=x", f"{PAGE}?before=x", f"{PAGE}?q=%00%ff"])
def test_an_address_of_nonsense_shows_a_list(school_desk, path):
    assert school_desk.open(path).status == 200


def test_a_unit_outside_the_range_is_not_there(school_desk, cast):
    assert school_desk.open(f"{PAGE}?college=nowhere").status == 404


def test_a_wide_range_asks_for_a_school(province_desk, cast):
    page = province_desk.open(PAGE)
    assert "请先选择一所学校" in page.text
    assert "李晓雨" in province_desk.open(f"{PAGE}?school={cast.units['school'].code}").text


# -- the three reasons of an empty page --------------------------------------------------------------------


def test_no_duty(desk_of, cast):
    Responsibility.delete().where(Responsibility.staff == cast.counselor.staff).execute()
    page = desk_of(cast.counselor).open(PAGE)
    assert "还没有为您分配相应届别和院系、班级" in page.text
    assert f"请联系系统管理员：计算机学院 {cast.college.name}（图书馆 305）" in page.text


def test_wrong_education(desk_of, cast):
    Responsibility.update(education="4").where(Responsibility.staff == cast.counselor.staff).execute()
    assert "管理学历与所管院系、班级毕业生的学历不相符" in desk_of(cast.counselor).open(PAGE).text


def test_no_roster(desk_of, cast):
    page = desk_of(cast.other_counselor).open(PAGE)
    assert "还没有导入这一届的毕业生" in page.text
    assert cast.school.name in page.text


def test_a_filter_that_finds_nobody_is_none_of_them(counselor_desk, whole):
    assert "没有符合条件的毕业生" in counselor_desk.open(f"{PAGE}?status=locked").text


# -- one record --------------------------------------------------------------------------------------------


def test_a_record_is_changed_and_locked(counselor_desk, whole, cast, ctx):
    path = f"{PAGE}/{whole.code}"
    page = counselor_desk.open(path)
    assert "毕业日期" in page.text
    offered = {name for name, _value in page.form(path).fields}
    assert "hardship" in offered
    assert not {"name", "enrolled_on", "special_group", "identity_number"} & offered
    after = page.submit(path, hardship="2")
    assert "已保存并锁定" in after.text
    assert "已锁定" in after.text
    assert "与导入不一致的内容" in after.text
    assert "导入时为：非困难生 (0)" in after.text
    assert json.loads(now(whole).edits) == {"hardship": "0"}
    assert not [form for form in after.forms if form.action.endswith("/unlock")]


def test_a_record_says_how_the_destination_stands(counselor_desk, whole, cast, ctx):
    path = f"{PAGE}/{whole.code}"
    assert "毕业去向：待就业（暂未登记）" in counselor_desk.open(path).text
    agreements.open_school(ctx, cast)
    row = ways.in_force(ctx, cast)[1]
    line = (
        f"毕业去向：签就业协议形式就业，登记方式：网络签约，单位：{row.unit_name}，"
        f"协议编号：{row.number}，生效日期：{row.effective_on}"
    )
    page = counselor_desk.open(path)
    assert line in page.text
    assert line in page.submit(path, phone="1").text  # also beside what was refused


def test_a_field_without_right_is_refused_by_name(counselor_desk, whole):
    path = f"{PAGE}/{whole.code}"
    for field, words in (
        ("enrolled_on", "入学日期：此项未对您开放修改"),
        ("name", "姓名：此项必须与学籍保持一致"),
    ):
        after = counselor_desk.open(path).submit(path, **{field: "2020-01-01"})
        assert after.status == 422
        assert words in after.text
    after = counselor_desk.open(path).submit(path, special_group="某群体")
    assert now(whole).special_group == ""
    assert now(whole).version == whole.version + 1  # locked with nothing changed


def test_a_place_is_looked_for_on_the_record(school_desk, whole):
    path = f"{PAGE}/{whole.code}"
    found = school_desk.open(path).submit(path, origin_word="巢湖", find="origin")
    assert "340181 巢湖市" in found.text
    assert now(whole).status == "open"
    found.submit(path, origin="340181")
    assert now(whole).origin == "340181"


def test_wrong_values_are_marked(school_desk, whole):
    path = f"{PAGE}/{whole.code}"
    after = school_desk.open(path).submit(path, graduates_on="2023-01-01", training="2")
    assert after.status == 422
    assert 'id="graduates_on-wrong"' in after.html or "培养方式：" in after.text


def test_the_college_unlocks(college_desk, counselor_desk, whole, cast, ctx):
    roster.change(ctx, seat_of(ctx, cast.counselor), whole.code, whole.version, {})
    path = f"{PAGE}/{whole.code}"
    page = college_desk.open(path)
    after = page.submit(f"{path}/unlock")
    assert "已解锁" in after.text
    assert now(whole).status == "open"
    again = page.submit(f"{path}/unlock")
    assert again.status == 409


def test_outside_the_range_there_is_no_page(desk_of, cast, whole):
    browser = desk_of(cast.other_counselor)
    assert browser.open(f"{PAGE}/{whole.code}").status == 404
    token = browser.token()
    for path in (f"{PAGE}/{whole.code}", f"{PAGE}/{whole.code}/unlock"):
        assert browser.post(path, {"csrf_token": token, "version": "1"}).status == 404
    assert now(whole).status == "open"


@pytest.mark.parametrize("who", ["province", "ministry"])
def test_levels_above_only_read(desk_of, cast, whole, who):
    browser = desk_of(getattr(cast, who))
    path = f"{PAGE}/{whole.code}"
    page = browser.open(path)
    assert "李晓雨" in page.text
    assert not [form for form in page.forms if form.action.startswith(PAGE)]
    assert browser.post(path, {"csrf_token": browser.token(), "version": "1"}).status == 403


def test_the_list_of_differences(school_desk, whole, cast, ctx):
    roster.change(ctx, seat_of(ctx, cast.school), whole.code, whole.version, {"origin": "340111"})
    page = school_desk.open(f"{PAGE}?edited=1")
    assert "生源所在地 安徽省 合肥市 蜀山区 (340104) → 安徽省 合肥市 包河区 (340111)" in page.text
    assert "陈浩然" not in page.text


# -- taking out, rights ------------------------------------------------------------------------------------


def test_what_the_filter_shows_is_exported(school_desk, whole):
    page = school_desk.open(f"{PAGE}?q=李&status=open")
    form = page.form(f"{PAGE}/export")
    assert ("q", "李") in form.fields
    page.submit(f"{PAGE}/export")
    job = Job.get()
    assert (job.kind, job.status, job.params["status"], job.params["year"]) == (
        *("export.graduates", "queued", "open", 2027),
    )
    assert "李" not in json.dumps(job.params, ensure_ascii=False)


def test_the_grid_of_rights(school_desk, counselor_desk, whole):
    page = school_desk.open(RIGHTS)
    ticked = {value for name, value in page.form(RIGHTS).fields if name == "may"}
    assert {"graduate.origin", "counselor.hardship"} <= ticked
    assert not {"school.name", "counselor.enrolled_on"} & ticked
    after = page.submit(RIGHTS, may=sorted(ticked - {"counselor.hardship"} | {"counselor.enrolled_on"}))
    assert "2 项有变化" in after.text
    path = f"{PAGE}/{whole.code}"
    offered = {name for name, _value in counselor_desk.open(path).form(path).fields}
    assert "enrolled_on" in offered
    assert "hardship" not in offered


def test_rights_are_the_schools(college_desk):
    assert college_desk.open(RIGHTS).status == 403
