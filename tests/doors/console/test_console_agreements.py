"""就业协议 at the console: the queue, the whole list, who sees what, the record of how an agreement came about."""

import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook

from config.agreement_list import agreement_list
from handlers.agreement_states import KINDS, MODES, STATES
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent
from models.graduate import Graduate
from models.job import Job
from models.journal import Journal
from models.org import OrgUnit, Responsibility
from services.context import Context
from services.jobs import runner
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser
from tests.cast import Cast

PAGE = "/console/agreements"
Desk = Callable[..., Browser]
MANY = 60


@pytest.fixture
def waiting(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that both sides have signed."""
    agreements.open_school(ctx, cast)
    return ways.accepted(ctx, cast.graduate)[1]


def copies(row: Agreement, number: int, **changes: object) -> None:
    """More agreements like one, each with a number of its own."""
    kept = {
        name: value
        for name, value in row.__data__.items()
        if name not in ("id", "code", "live_key", "draft_key", "offer_key", "verify_code")
    }
    for nth in range(number):
        Agreement.insert(
            kept
            | {"code": f"copy{nth}", "unit_name": f"单位{nth:02d}号", "number": f"2027-9{nth:05d}"}
            | changes
        ).execute()


@pytest.mark.parametrize("who", ["counselor", "college"])
def test_first_reviewers_find_what_waits_for_them(
    desk_of: Desk, cast: Cast, waiting: Agreement, who: str
) -> None:
    page = desk_of(getattr(cast, who)).open(PAGE)
    assert waiting.code in page.html
    for words in ("李晓雨", "合肥创新软件有限公司", "线上签约", "院系审核中", "共 1 条"):
        assert words in page.text, words
    assert cast.graduate.student_number not in page.text  # masked: a list is no register


@pytest.mark.parametrize("who", ["counselor", "college", "school"])
def test_an_empty_queue_says_so_and_leads_to_the_list(desk_of: Desk, cast: Cast, who: str) -> None:
    page = desk_of(getattr(cast, who)).open(PAGE)
    assert "没有待您审核的协议" in page.text
    assert f'href="{PAGE}?status=all"' in page.html


@pytest.mark.parametrize("who", ["province", "ministry"])
def test_who_reviews_nothing_has_the_list_at_once(
    desk_of: Desk, cast: Cast, waiting: Agreement, who: str
) -> None:
    browser = desk_of(getattr(cast, who))
    assert "李晓雨" in browser.open(PAGE).text
    assert 'value="pass"' not in browser.open(f"{PAGE}/{waiting.code}").html
    assert "没有符合条件的协议" in browser.open(f"{PAGE}?status=voided").text


def test_without_agreements_a_province_reads_what_would_be_there(province_desk: Browser) -> None:
    assert "还没有协议" in province_desk.open(PAGE).text


@pytest.mark.parametrize(
    ("word", "is_found"),
    [
        ("李晓雨", True),
        ("李", False),  # names are whole
        ("20230001", True),
        ("创新软件", True),
        (agreements.TERMS["credit_code"], True),
        ("陈浩然", False),
        ("2027-4134010359-000009", False),
        ("%", False),
        ("x" * 300, False),
    ],
)
def test_the_list_is_searched(school_desk: Browser, waiting: Agreement, word: str, is_found: bool) -> None:
    page = school_desk.open(f"{PAGE}?status=all&q={word}")
    assert (waiting.code in page.html) is is_found
    assert is_found or "没有符合条件的协议" in page.text


def test_it_is_found_by_its_number(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    row = ways.passed(ctx, cast, waiting)
    assert waiting.code in school_desk.open(f"{PAGE}?status=all&q={row.number}").html
    assert row.number in school_desk.open(f"{PAGE}?status=sealing").text


def test_filters_narrow_and_stay_in_the_address(school_desk: Browser, waiting: Agreement) -> None:
    assert waiting.code in school_desk.open(f"{PAGE}?status=college_review&kind=online").html
    assert waiting.code not in school_desk.open(f"{PAGE}?status=college_review&kind=paper").html
    assert waiting.code not in school_desk.open(f"{PAGE}?status=effective").html
    assert waiting.code not in school_desk.open(f"{PAGE}?status=nonsense&kind=nonsense").html
    assert "待毕业生确认" not in school_desk.open(PAGE).text  # no list has what one side alone has in hand
    asked = {"status": "college_review", "kind": "online", "q": "软", "major": "0809"}
    chosen = dict(school_desk.open(f"{PAGE}?{urlencode(asked)}").form(PAGE).fields)
    assert chosen == asked


def test_lists_are_narrowed_by_whom_they_show(desk_of: Desk, cast: Cast, waiting: Agreement) -> None:
    graduate = cast.graduate.graduate
    graduate.change(education_code="10", major_code="080902", major_name="软件工程")
    place, other = cast.units["college"].code, cast.units["other_college"].code
    browser = desk_of(cast.school)
    for found in ({"education": "10"}, {"college": place}, {"major": "软件"}, {"year": graduate.year}):
        assert waiting.code in browser.open(f"{PAGE}?{urlencode(found | {'status': 'all'})}").html, found
    for missed in ({"education": "20"}, {"college": other}, {"major": "法学"}, {"year": 2019}):
        assert waiting.code not in browser.open(f"{PAGE}?{urlencode(missed | {'status': 'all'})}").html, (
            missed
        )
    both = {"year": graduate.year, "college": place, "major": "080902", "status": "all"}
    page = browser.open(f"{PAGE}?{urlencode(both)}")
    assert "软件工程（080902）" in page.text
    chosen = dict(page.form(PAGE).fields)
    assert {name: chosen[name] for name in both} == {name: str(value) for name, value in both.items()}
    assert browser.open(f"{PAGE}?college=nonsense").status == 404


def test_an_empty_list_says_why_there_is_nobody(desk_of: Desk, cast: Cast) -> None:
    browser = desk_of(cast.counselor)
    Responsibility.delete().execute()
    for page in (PAGE, "/console/releases"):
        words = browser.open(page).text
        assert "还没有为您分配相应届别和院系、班级" in words
        assert "请联系系统管理员" in words


def test_pages_lead_on_and_the_longest_waiting_come_first(college_desk: Browser, waiting: Agreement) -> None:
    copies(waiting, MANY)
    first = college_desk.open(PAGE)
    assert f"共 {MANY + 1} 条" in first.text
    assert first.text.index("合肥创新软件") < first.text.index("单位00号") < first.text.index("单位48号")
    assert "单位49号" not in first.text
    after = first.html.partition("after=")[2].partition('"')[0]
    second = college_desk.open(f"{PAGE}?after={after}")
    assert "单位49号" in second.text
    assert "单位59号" in second.text
    assert "单位48号" not in second.text
    assert "下一页" not in second.text
    assert college_desk.open(f"{PAGE}?after=nonsense").status == 200
    newest = college_desk.open(f"{PAGE}?status=all")
    assert newest.text.index("单位59号") < newest.text.index("单位58号")


def test_a_school_sees_how_far_it_is(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    copies(waiting, 3, status="effective")
    page = school_desk.open(PAGE)
    assert (
        '<a class="tile" href="/console/agreements?status=effective"><strong>3</strong>已生效</a>'
        in page.html
    )
    assert "1 院系审核中" in page.text
    assert "填写中" not in page.text.partition("筛选")[0].partition("状态")[0]


def test_what_waits_stands_on_the_first_page(
    desk_of: Desk, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    assert "1 待审核的就业协议" in desk_of(cast.counselor).open("/console/").text
    assert "待审核的就业协议" not in desk_of(cast.other_counselor).open("/console/").text
    assert "待审核的就业协议" not in desk_of(cast.school).open("/console/").text
    ways.pass_first(ctx, cast.college, waiting)
    assert "待审核的就业协议" not in desk_of(cast.college).open("/console/").text
    page = desk_of(cast.school).open("/console/")
    assert "1 待审核的就业协议" in page.text
    assert f'href="{PAGE}"' in page.html


def test_the_list_is_taken_out_by_the_worker(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    copies(waiting, MANY, status="effective")
    page = school_desk.open(f"{PAGE}?status=effective&q=单位").submit(f"{PAGE}/export")
    assert "已开始导出" in page.text
    assert "导出就业协议" in page.text
    assert "单位" not in str(Job.get().params)  # a keyword may be somebody's name
    runner.work(ctx)
    assert (Job.get().status, Job.get().total) == ("done", MANY)
    response = school_desk.open(f"{page.path}/file").response
    sheet = load_workbook(io.BytesIO(response.data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == tuple(agreement_list()["headings"])
    assert len(lines) == 1 + MANY
    assert lines[1][:4] == (f"2027-9{MANY - 1:05d}", "李晓雨", "20230001", "2027")
    assert lines[1][4:7] == ("江淮大学", "计算机学院", f"单位{MANY - 1}号")
    assert lines[1][8:12] == ("线上签约", "两方协议", "已生效", "2026-11-20")


def test_everybody_takes_out_their_own_range(
    desk_of: Desk, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    for who, number in (("counselor", 1), ("province", 1), ("ministry", 1), ("other_counselor", 0)):
        browser = desk_of(getattr(cast, who))
        browser.post(f"{PAGE}/export", {"csrf_token": browser.token(), "status": "all"})
        runner.work(ctx)
        assert Job.select().order_by(Job.id.desc()).get().total == number, who


def test_every_status_of_the_list_has_its_word() -> None:
    words = agreement_list()
    assert set(words["statuses"]) == set(STATES) - {"draft", "discarded", "offered", "declined"}
    assert {name: STATES[name] for name in words["statuses"] if name != "recalled"} == {
        name: word for name, word in words["statuses"].items() if name != "recalled"
    }
    assert (dict(words["kinds"]), dict(words["modes"])) == (KINDS, MODES)


# -- scope -------------------------------------------------------------------------------------------------


def test_another_colleges_agreement_does_not_exist(desk_of: Desk, cast: Cast, waiting: Agreement) -> None:
    browser = desk_of(cast.other_counselor)
    assert waiting.code not in browser.open(f"{PAGE}?status=all").html
    assert browser.open(f"{PAGE}/{waiting.code}").status == 404
    other = ways.another(cast.college)
    other.staff.unit = cast.units["other_college"]
    other.staff.save()
    assert desk_of(other).open(f"{PAGE}/{waiting.code}").status == 404


@pytest.mark.parametrize("who", ["school", "province"])
def test_another_schools_and_provinces_does_not_exist(
    desk_of: Desk, cast: Cast, waiting: Agreement, who: str
) -> None:
    above = {"school": "province", "province": "ministry"}[who]
    elsewhere = OrgUnit.add(who, "别处", cast.units[above])
    other = ways.another(getattr(cast, who))
    other.staff.unit = elsewhere
    other.staff.save()
    browser = desk_of(other)
    assert waiting.code not in browser.open(f"{PAGE}?status=all").html
    for path in ("", "/letter", "/agreement.pdf", "/files/nothing"):
        assert browser.open(f"{PAGE}/{waiting.code}{path}").status == 404, path


def test_a_counselor_answers_for_some_graduates_of_a_college_alone(
    desk_of: Desk, cast: Cast, waiting: Agreement
) -> None:
    browser = desk_of(cast.counselor)
    assert browser.open(f"{PAGE}/{waiting.code}").status == 200
    Graduate.update(education="1").where(Graduate.id == waiting.graduate_id).execute()
    assert browser.open(f"{PAGE}/{waiting.code}").status == 404
    assert waiting.code not in browser.open(PAGE).html


def test_what_the_unit_still_writes_is_nobodys_business(desk_of: Desk, ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.offered(ctx, cast.graduate)
    browser = desk_of(cast.school)
    assert browser.open(f"{PAGE}/{row.code}").status == 404
    assert row.code not in browser.open(f"{PAGE}?status=all").html


# -- the record --------------------------------------------------------------------------------------------


def test_the_record_says_how_it_came_about_and_that_it_holds(
    college_desk: Browser, waiting: Agreement
) -> None:
    page = college_desk.open(f"{PAGE}/{waiting.code}")
    for words in (
        "存证记录",
        "链校验通过",
        "毕业生签名",
        "单位签名并发出邀约",
        agreements.UNIT_DEVICE.address,
    ):
        assert words in page.text, words
    assert "offer.accepted" not in page.text
    assert f"kind=agreement&amp;record={waiting.code}" in page.html


def test_an_edited_row_of_the_chain_is_found(college_desk: Browser, waiting: Agreement) -> None:
    edited = AgreementEvent.get(AgreementEvent.seq == 3)
    AgreementEvent.update(body=edited.body.replace("203.0.113.7", "203.0.113.9")).where(
        AgreementEvent.id == edited.id
    ).execute()
    page = college_desk.open(f"{PAGE}/{waiting.code}")
    assert "第 3 项校验不符" in page.text
    assert "链校验通过" not in page.text


def test_a_row_cut_off_at_the_end_is_found(college_desk: Browser, waiting: Agreement) -> None:
    AgreementEvent.delete().where(AgreementEvent.seq == waiting.head_seq).execute()
    assert f"第 {waiting.head_seq} 项校验不符" in college_desk.open(f"{PAGE}/{waiting.code}").text


def test_the_terms_are_shown_as_they_were_signed(college_desk: Browser, waiting: Agreement) -> None:
    page = college_desk.open(f"{PAGE}/{waiting.code}")
    for words in ("软件开发工程师", "合肥市蜀山区", "周敏", "招聘主管", "线上签约", "两方协议"):
        assert words in page.text, words


def test_the_journal_reads_in_chinese(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    ways.passed(ctx, cast, waiting)
    page = school_desk.open(f"/console/journal?kind=agreement&record={waiting.code}")
    assert page.status == 200
    verbs = {row.verb for row in Journal.select().where(Journal.kind == "agreement")}
    assert "pass" in verbs
    table = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert not [verb for verb in verbs if f">{verb}<" in table]
