"""The console's page 毕业生简历维护情况."""

import pytest

from models.graduate import Graduate, Intention
from models.job import Job
from services.jobs import runner

PAGE = "/console/resumes"


@pytest.fixture
def marked(cast):
    whose = cast.graduate.graduate
    Graduate.update(resume_percent=80, resume_missing=0b0010000).where(Graduate.id == whose.id).execute()


def test_the_list_says_how_complete_and_what_is_missing(counselor_desk, marked):
    page = counselor_desk.open(PAGE)
    for words in ("李晓雨", "80%", "获奖情况", "从未填写", "共 3 人，0 人已达到 100%", "共 3 条"):
        assert words in page.text
    assert "简历维护情况" in counselor_desk.open("/console/").text


def test_filters_stand_in_the_address(school_desk, marked, cast):
    page = school_desk.open(f"{PAGE}?low=60&high=99&college={cast.units['college'].code}")
    assert "李晓雨" in page.text
    assert "陈浩然" not in page.text
    assert dict(page.form(PAGE).fields)["low"] == "60"
    assert "没有符合条件的毕业生" in school_desk.open(f"{PAGE}?q=nobody").text
    assert school_desk.open(f"{PAGE}?low=x&high=9999&year=abc&sort=;--&after=!").status == 200


def test_a_bar_leads_to_its_people(school_desk, marked):
    page = school_desk.open(PAGE)
    assert f"{PAGE}?low=80&amp;high=99" in page.html
    assert "80–99%：1 人" in page.html


def test_refreshing_leads_back_to_the_list_with_its_filters(school_desk, cast):
    Intention.create(graduate=cast.graduate.graduate, direction="x")
    page = school_desk.open(f"{PAGE}?q=李").submit(f"{PAGE}/refresh")
    assert "已刷新，1 人的完整度有变化" in page.text
    assert "李晓雨" in page.text
    assert "陈浩然" not in page.text
    assert "完整度没有变化" in page.submit(f"{PAGE}/refresh").text


def test_the_table_is_taken_out_by_the_worker(school_desk, marked, ctx):
    page = school_desk.open(f"{PAGE}?low=50").submit(f"{PAGE}/export")
    assert "导出简历维护情况" in page.text
    runner.work(ctx)
    assert Job.get().total == 1
    assert school_desk.open(page.path).status == 200


def test_a_province_chooses_a_school_first(desk_of, cast, marked):
    browser = desk_of(cast.province)
    assert "请先选择一所学校" in browser.open(PAGE).text
    assert "李晓雨" in browser.open(f"{PAGE}?school={cast.units['school'].code}").text
    token = browser.token()
    assert browser.post(f"{PAGE}/refresh", {"csrf_token": token}).status == 422


def test_another_colleges_people_are_not_there(desk_of, cast, marked):
    browser = desk_of(cast.other_counselor)
    assert "李晓雨" not in browser.open(f"{PAGE}?q=李晓雨").text
    assert browser.open(f"{PAGE}?college={cast.units['college'].code}").status == 404
