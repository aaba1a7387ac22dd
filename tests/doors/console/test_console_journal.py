"""操作记录: the page, its filters, and the Chinese for every verb."""

import ast

import pytest

from domain.actors import Actor, Role
from domain.machines import MACHINES
from handlers.console.wording import KINDS, STATUSES, VERBS, said_note
from models import journal
from models.journal import Journal
from services.context import Context
from tests.architecture.source import calls, modules, name_of
from tests.browser import Browser
from tests.cast import Cast, Persona
from tests.fakes import FixedClock

# Messages move without a journal.
JOURNALED = [machine for machine in MACHINES if machine.name != "message"]


def actor(persona: Persona) -> Actor:
    assert persona.account is not None
    return Actor(persona.account.code, frozenset({Role.PERSON, Role.SCHOOL}), persona.account.id)


@pytest.fixture
def written(cast: Cast, clock: FixedClock) -> Cast:
    graduate = cast.graduate.graduate
    note = {"fields": ["class_name"], "before": {"college": cast.units["college"].code}}
    journal.write(graduate, "unlock", actor(cast.school), note=note, before="locked", after="open")
    journal.write(cast.units["province"], "rename", actor(cast.ministry))
    Journal.update(at=clock()).execute()
    return cast


def test_a_line_says_who_what_when_before_and_after(school_desk: Browser, written: Cast) -> None:
    page = school_desk.open("/console/journal")
    assert page.status == 200
    for words in (
        "周涛",
        "校级工作人员",
        "解锁",
        "李晓雨 20****01",
        "已锁定 → 未提交",
        "班级名称",
        "院系 计算机学院",
    ):
        assert words in page.text
    assert written.graduate.student_number not in page.html


def test_the_range_is_the_seats(college_desk: Browser, school_desk: Browser, written: Cast) -> None:
    assert "解锁" in college_desk.open("/console/journal").html.partition("<table>")[2]
    assert "改名" not in school_desk.open("/console/journal").html.partition("<table>")[2]


def test_the_filters_stay_in_the_form(school_desk: Browser, written: Cast) -> None:
    page = school_desk.open("/console/journal?person=%E5%91%A8%E6%B6%9B&verb=unlock")
    assert "李晓雨" in page.text
    assert 'value="周涛"' in page.html
    assert '<option value="unlock" selected>' in page.html


def test_nothing_found_says_what_to_do(school_desk: Browser, written: Cast) -> None:
    page = school_desk.open("/console/journal?person=nobody")
    assert "没有符合条件的操作记录" in page.text


@pytest.mark.parametrize(
    "query",
    ["first=tomorrow", "first=2026-05-02&last=2026-05-01", "last=9999-12-31", "first=0001-01-01"],
)
def test_days_that_are_none_are_told(school_desk: Browser, written: Cast, query: str) -> None:
    page = school_desk.open(f"/console/journal?{query}")
    assert page.status == 422
    assert "日期" in page.text


def written_verbs() -> set[str]:
    """Every verb that a service writes into the journal by name."""
    found = set()
    for tree in modules("services", "wx_backend").values():
        for call in calls(tree):
            place = {"journal.write": 1, "journal.step": 2}.get(name_of(call.func))
            if place is not None and isinstance(call.args[place], ast.Constant):
                found.add(call.args[place].value)
    return found


def test_every_verb_and_status_is_said_in_chinese(ctx: Context) -> None:
    verbs = written_verbs().union(*(machine.verbs for machine in JOURNALED))
    assert "unlock" in verbs
    assert sorted(verbs - set(VERBS)) == []
    statuses = set().union(*(machine.statuses for machine in JOURNALED))
    assert sorted(statuses - set(STATUSES)) == []
    assert "graduate" in KINDS
    assert len(set(VERBS.values())) == len(VERBS), "two verbs look the same in the filter"


def test_codes_in_a_note_are_said_in_words() -> None:
    duty = {"college": "Abc", "education": "3", "class_name": "", "year": 2027}
    assert said_note(
        {"level": "college", "act": "add", "before": duty, "links": 2}, {"Abc": "计算机学院"}
    ) == [
        ("级别", "院级工作人员"),
        ("事项", "须新增"),
        ("改前", "院系 计算机学院，层次 本科生，届别 2027"),
        ("关联", "2"),
    ]
    assert said_note(None, {}) == []
