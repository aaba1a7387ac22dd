"""Writing a task: its fields, two people at once, what a preview counts, copies, and the bin."""

from collections.abc import Callable

import pytest

from domain.refusals import Conflict, IllegalMove, NotFound
from models.message import Message
from models.task import Assignment, Task, TaskWave
from services.context import Context
from services.seats import Seat
from services.tasks import audience, compose, files, waves
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import PDF, course, notice, work
from tests.services.tools import acts, codes_of, fields_of, together

Sit = Callable[[str], Seat]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": "短"}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"title": "😀😀😀"}, "title"),
        ({"kind": "party"}, "kind"),
        ({"campaign": "双十一"}, "campaign"),
        ({"link": "http://example.org/"}, "link"),
        ({"link": "https://user@example.org/"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://example.org/" + "x" * 300}, "link"),
        ({"body": "<p>" + "长" * 20_001 + "</p>"}, "body"),
        ({"due": "2026-11-20T14:59"}, "due"),  # a minute ago, in China
        ({"due": "2036-01-01T00:00"}, "due"),
        ({"due": "tomorrow"}, "due"),
    ],
)
def test_a_bad_field_is_named(
    ctx: Context, cast: Cast, sit: Sit, changes: dict[str, str], wrong: str
) -> None:
    assert fields_of(lambda: compose.save(ctx, sit("school"), notice(**changes))) == {wrong}
    assert Task.select().count() == 0


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"starts": ""}, "starts"),
        ({"ends": ""}, "ends"),
        ({"starts": "2026-11-20T14:00", "ends": "2026-11-20T16:00"}, "starts"),
        ({"ends": "2026-11-21T14:59"}, "ends"),
        ({"ends": "2026-11-22T04:00"}, "ends"),
        ({"minutes_before": "181"}, "minutes_before"),
        ({"minutes_after": "-1"}, "minutes_after"),
        ({"minutes_before": "0", "minutes_after": "0"}, "minutes_before"),
    ],
)
def test_a_course_needs_sound_times(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock, changes: dict[str, str], wrong: str
) -> None:
    assert fields_of(lambda: compose.save(ctx, sit("school"), course(clock, **changes))) == {wrong}


def test_what_is_kept_is_clean(ctx: Context, cast: Cast, sit: Sit) -> None:
    body = (
        '<h2 onclick="x()">政策</h2><script>steal()</script><p style="color:red">见<a href="https://example.org/a">'
        '这里</a>和<a href="javascript:x()">那里</a><img src=x onerror=x()></p>'
    )
    draft = notice(
        title="  秋季\n校园招聘月：通知 ", body=body, link="https://example.org/x", link_title="报名"
    )
    task = compose.save(ctx, sit("school"), draft)
    assert task.title == "秋季 校园招聘月：通知"
    assert task.body == (
        '<h2>政策</h2><p>见<a href="https://example.org/a" target="_blank" rel="noopener noreferrer nofollow">这里</a>'
        '和<a target="_blank" rel="noopener noreferrer nofollow">那里</a></p>'
    )
    assert compose.save(ctx, sit("school"), notice(body="<p>&nbsp;<br></p>")).body == ""
    assert (task.level, task.province_id, task.school_id) == (
        "school",
        cast.units["province"].id,
        cast.units["school"].id,
    )


def test_somebody_elses_change_is_not_lost(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    opened = str(task.version)
    compose.save(ctx, seat, notice(title="第一个人改的标题", version=opened), task.code)
    with pytest.raises(Conflict, match="task_changed"):
        compose.save(ctx, seat, notice(title="第二个人改的标题", version=opened), task.code)
    assert Task.get_by_id(task.id).title == "第一个人改的标题"


def test_saving_the_same_again_changes_nothing(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    again = compose.save(ctx, seat, notice(version=str(task.version)), task.code)
    assert (again.id, again.version) == (task.id, task.version)
    assert [act[0] for act in acts("task")] == ["create"]


def test_only_the_own_units_drafts(ctx: Context, cast: Cast, sit: Sit) -> None:
    task = compose.save(ctx, sit("school"), notice())
    for who in ("college", "province", "ministry"):
        for verb in (compose.discard, compose.dispatch, compose.copy, compose.withdraw, audience.preview):
            with pytest.raises(NotFound):
                verb(ctx, sit(who), task.code)
    assert Task.get_by_id(task.id).status == "draft"


def test_a_preview_is_counted_behind_the_request_and_forgotten_with_the_choice(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    audience.preview(ctx, seat, task.code)
    audience.preview(ctx, seat, task.code)
    assert TaskWave.select().count() == 1
    assert audience.is_previewing(task)
    waves.preview(ctx)
    found = Task.get_by_id(task.id)
    assert (found.preview["recipients"], found.preview["unbound"]) == (2, 2)
    assert (found.status, Assignment.select().count(), Message.select().count()) == ("draft", 0, 0)
    chosen = notice(audience={"colleges": [cast.units["college"].code]}, version=str(found.version))
    assert compose.save(ctx, seat, chosen, task.code).preview is None


@pytest.mark.parametrize("_turn", range(5))
def test_of_two_changes_at_once_one_is_told(ctx: Context, cast: Cast, sit: Sit, _turn: int) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    drafts = [notice(title=title, version=str(task.version)) for title in ("招聘会甲场", "招聘会乙场")]
    results = together(*[lambda draft=draft: compose.save(ctx, seat, draft, task.code) for draft in drafts])
    assert codes_of(results) == ["ok", "task_changed"]


def test_a_copy_has_the_content_and_the_files_but_no_times(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, course(clock, audience={"years": ["2027"]}))
    compose.attach(ctx, seat, task.code, "安排.pdf", "text/html", [PDF])
    work(ctx)
    compose.dispatch(ctx, seat, task.code)
    work(ctx)
    copy = compose.copy(ctx, seat, task.code)
    assert (copy.title, copy.kind, copy.audience, copy.copied_from) == (
        task.title,
        "live",
        {"years": [2027]},
        task.code,
    )
    assert (copy.status, copy.starts_at, copy.due_at) == ("draft", None, None)
    [file] = files.of_task(copy)
    compose.detach(ctx, seat, copy.code, file.code)
    [kept] = files.of_task(task)
    assert b"".join(files.fetch(ctx, seat, task.code, kept.code)[1]) == PDF
    other = compose.copy(
        ctx, sit("college"), task.code
    )  # the college got it: it may send it on in its own name
    assert (other.unit_id, other.audience) == (cast.units["college"].id, {})


def test_discarded_is_gone(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.discard(ctx, seat, task.code)
    compose.discard(ctx, seat, task.code)
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)
    assert [act[0] for act in acts("task")] == ["create", "discard"]
