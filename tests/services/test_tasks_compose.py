"""Writing a task and deciding about it: fields, files, two people at once, now or later, back again."""

import io
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from documents import workbook
from documents.workbook import Sheet
from domain.refusals import Conflict, IllegalMove, Invalid, NotFound
from models.db import transaction
from models.message import Message
from models.task import Assignment, Task, TaskFile, TaskWave
from models.task_people import hold
from services import binding, outbox
from services.context import Context
from services.jobs.steps import vault
from services.outbox.recording import record
from services.outbox.sending import LEASE
from services.seats import Seat
from services.tasks import audience, compose, files, progress, waves
from tests.cast import Cast
from tests.fakes import FixedClock, SmsInbox
from tests.services.tasks import at, course, later, notice, sent, work
from tests.services.tools import acts, codes_of, owed, refusal_of, together
from wechat.answers import Sent
from wechat.outcomes import Outcome

Sit = Callable[[str], Seat]
PHONES = ["13900000201", "13900000202"]  # of the two counselors
PDF = b"%PDF-1.7\n" + b"x" * 2000


def fields_of(verb: Callable[[], object]) -> set[str]:
    with pytest.raises(Invalid) as refused:
        verb()
    return set(refused.value.fields)


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


def test_a_task_goes_out_at_its_hour_once(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, days=3)))
    moment = later(clock, hours=2)
    compose.schedule(ctx, seat, task.code, moment)
    compose.schedule(ctx, seat, task.code, moment)
    work(ctx)
    assert Task.get_by_id(task.id).status == "scheduled"
    clock.advance(hours=30)  # nobody was there at the hour
    work(ctx)
    work(ctx)
    found = Task.get_by_id(task.id)
    assert (found.status, found.dispatched_at, Assignment.select().count()) == ("dispatched", clock.now, 2)
    assert [act[:2] for act in acts("task")] == [
        ("create", "school"),
        ("schedule", "school"),
        ("dispatch", "system"),
        ("finish", "system"),
    ]


def test_a_schedule_can_be_recalled_and_has_to_make_sense(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, hours=3)))
    for moment in ("", "soon", later(clock, hours=-1), later(clock, days=181)):
        assert fields_of(lambda moment=moment: compose.schedule(ctx, seat, task.code, moment)) == {"send_at"}
    assert fields_of(lambda: compose.schedule(ctx, seat, task.code, later(clock, hours=4))) == {"due"}
    compose.schedule(ctx, seat, task.code, later(clock, hours=1))
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.save(ctx, seat, notice(version=str(task.version)), task.code)
    compose.recall(ctx, seat, task.code)
    compose.recall(ctx, seat, task.code)
    clock.advance(hours=2)
    work(ctx)
    assert Task.get_by_id(task.id).status == "draft"


def test_times_that_have_passed_are_refused_at_dispatch(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    late = compose.save(ctx, seat, notice(due=later(clock, hours=1)))
    begun = compose.save(ctx, seat, course(clock))
    clock.advance(hours=25)
    assert fields_of(lambda: compose.dispatch(ctx, seat, late.code)) == {"due"}
    assert fields_of(lambda: compose.dispatch(ctx, seat, begun.code)) == {"starts"}


def test_dispatching_twice_at_once_is_once(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    results = together(*[lambda: compose.dispatch(ctx, seat, task.code)] * 3)
    assert {result.status for result in results} == {"dispatching"}
    together(*[lambda: waves.work(ctx)] * 3)
    assert (Assignment.select().count(), TaskWave.select().count()) == (2, 1)
    assert [act[0] for act in acts("task")] == ["create", "dispatch", "finish"]


def test_one_with_an_hour_is_no_question_of_rights_to_another_page(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.schedule(ctx, seat, task.code, later(clock, hours=1))
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)


@pytest.mark.parametrize("_turn", range(5))
def test_of_two_changes_at_once_one_is_told(ctx: Context, cast: Cast, sit: Sit, _turn: int) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    drafts = [notice(title=title, version=str(task.version)) for title in ("招聘会甲场", "招聘会乙场")]
    results = together(*[lambda draft=draft: compose.save(ctx, seat, draft, task.code) for draft in drafts])
    assert codes_of(results) == ["ok", "task_changed"]


@pytest.mark.parametrize("_turn", range(5))
def test_nothing_of_a_task_changes_once_it_is_sent(ctx: Context, cast: Cast, sit: Sit, _turn: int) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    file = compose.attach(ctx, seat, task.code, "安排.pdf", "application/pdf", [PDF])
    draft = notice(title="招聘会改期了", version=str(task.version))
    together(
        lambda: compose.dispatch(ctx, seat, task.code),
        lambda: compose.save(ctx, seat, draft, task.code),
        lambda: compose.attach(ctx, seat, task.code, "名单.pdf", "application/pdf", [PDF]),
        lambda: compose.detach(ctx, seat, task.code, file.code),
    )
    assert acts("task")[-1][0] == "dispatch"


def test_taken_back_what_is_unsent_is_dropped_and_who_was_told_is_told(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    for persona in (cast.counselor, cast.other_counselor):
        binding.bind(ctx, persona.account, persona.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    told, waiting = at(task, cast.counselor), at(task, cast.other_counselor)
    Assignment.note_reach({"told": [told.id]})
    Message.update({Message.status: "accepted"}).where(Message.assignment_id == told.id).execute()
    compose.withdraw(ctx, seat, task.code)
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    work(ctx)
    states = {row.assignment_id: row.status for row in owed("task_assigned")}
    assert states == {told.id: "accepted", waiting.id: "skipped"}
    assert [row.openid for row in owed("task_withdrawn")] == [cast.counselor.openid]
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)


def test_taken_back_while_it_is_being_sent(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    """What comes back unsent is not tried again; who may have got it hears that it is withdrawn."""
    for persona in (cast.counselor, cast.other_counselor):
        binding.bind(ctx, persona.account, persona.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    claimed = Message.claim_due(ctx.clock(), 10, LEASE)
    first, second = [row for row in claimed if row.template == "task_assigned"]
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    record(ctx, [(first, Sent(Outcome.ACCEPTED, 7)), (second, Sent(Outcome.QUOTA_SPENT, 0, 45009))])
    assert [row.status for row in owed("task_assigned")] == ["accepted", "skipped"]
    assert len(owed("task_withdrawn")) == 2
    clock.advance(hours=24)
    assert {row.template for row in Message.claim_due(ctx.clock(), 10, LEASE)} == {"task_withdrawn"}


def test_who_was_told_by_text_alone_hears_of_the_withdrawal_by_text(
    ctx: Context, cast: Cast, sit: Sit, inbox: SmsInbox
) -> None:
    """One is bound to nothing; the other is, but the platform does not reach them."""
    other = cast.other_counselor
    binding.bind(ctx, other.account, other.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    Message.update(status="failed", errcode=43004).where(Message.openid == other.openid).execute()
    outbox.escalate(ctx)
    outbox.pump_texts(ctx)
    assert sorted(phone for phone, name, _ in inbox.messages if name == "task_assigned") == PHONES
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    outbox.pump_texts(ctx)
    assert {row.openid for row in owed("task_withdrawn") if row.channel == "template"} == {other.openid}
    Message.update(status="failed", errcode=43004).where(Message.openid == other.openid).execute()
    outbox.escalate(ctx)
    outbox.pump_texts(ctx)
    told = [(phone, params) for phone, name, params in inbox.messages if name == "task_withdrawn"]
    assert sorted(phone for phone, _ in told) == PHONES
    assert all(params == {"task": task.title[:20], "dispatcher": task.unit.name} for _, params in told)


def test_a_text_that_was_not_sent_yet_is_dropped_and_nobody_hears_of_anything(
    ctx: Context, cast: Cast, sit: Sit, inbox: SmsInbox
) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    outbox.pump_texts(ctx)
    assert inbox.messages == []


def test_a_reminder_that_begins_in_the_moment_of_the_withdrawal_tells_nobody(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    """Too late to be ended by the withdrawal, and its look at the task came before."""
    seat = sit("school")
    task = sent(ctx, seat, notice())
    progress.remind(ctx, seat, task.code)

    def withdrawing() -> datetime:
        wave = TaskWave.get(TaskWave.kind == "nudge")
        if wave.lease_until is not None and Task.get_by_id(task.id).status == "dispatched":
            compose.withdraw(ctx, seat, task.code)
            TaskWave.update(finished_at=None).where(TaskWave.id == wave.id).execute()
        return ctx.clock()

    waves.work(replace(ctx, clock=withdrawing))
    assert Task.get_by_id(task.id).status == "withdrawn"
    assert owed("task_unfinished") == []
    assert TaskWave.get(TaskWave.kind == "nudge").problem == ""  # it was not for another reason


def test_a_withdrawal_waits_for_the_stretch_that_is_being_told(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    with ThreadPoolExecutor(1) as hands:

        @transaction
        def stretch() -> Future[Task]:
            assert hold(task.id) == "dispatched"
            other = hands.submit(compose.withdraw, ctx, seat, task.code)
            time.sleep(0.1)
            assert not other.done()
            return other

        assert stretch().result(10).status == "withdrawn"


def test_taken_back_in_the_middle_nobody_else_gets_it(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.dispatch(ctx, seat, task.code)
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    assert Assignment.select().count() == 0
    assert Task.get_by_id(task.id).status == "withdrawn"


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


def office(*parts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return content.getvalue()


def sheet() -> bytes:
    content = io.BytesIO()
    workbook.write(content, Sheet("数据", ["一"], [["二"]]))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("通知.pdf", PDF, "通知.pdf"),
        ("通知.exe", PDF, "通知.pdf"),
        ("C:\\temp\\表.xls", sheet(), "表.xlsx"),
        ("../../etc/图.html", b"\x89PNG\r\n\x1a\n" + b"x" * 99, "图.png"),
        ("", b"\xff\xd8\xff\xe0" + b"x" * 99, "file.jpg"),
    ],
)
def test_a_file_is_what_it_contains(
    ctx: Context, cast: Cast, sit: Sit, name: str, content: bytes, kept: str
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    file = compose.attach(ctx, seat, task.code, name, "application/x-anything", [content])
    assert (file.name, file.size) == (kept, len(content))
    assert content not in vault(ctx).path(file.file).read_bytes()
    assert b"".join(files.fetch(ctx, seat, task.code, file.code)[1]) == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_needed"),
        (b"<html><script>x</script>", "task_file_kind"),
        (b"MZ\x90" + b"x" * 99, "task_file_kind"),
        (office("a.txt"), "task_file_kind"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "task_file_kind"),
        (office("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "task_file_kind"),
        (b"PK\x03\x04" + b"x" * 99, "task_file_kind"),
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    ctx: Context, cast: Cast, sit: Sit, content: bytes, code: str
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    before = set(vault(ctx).names())
    refused = refusal_of(lambda: compose.attach(ctx, seat, task.code, "a.pdf", "application/pdf", [content]))
    assert refused.code == code
    assert set(vault(ctx).names()) == before
    assert TaskFile.select().count() == 0


def test_too_big_and_too_many(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    big = (b"%PDF-" + b"x" * 2**20 for _ in range(21))
    assert refusal_of(lambda: compose.attach(ctx, seat, task.code, "a", "", big)).code == "task_file_too_big"
    for number in range(files.MOST_FILES):
        compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF, bytes([number])])
    tenth = refusal_of(lambda: compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF]))
    assert tenth.code == "task_too_many_files"
    compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF, b"\x00"])  # one that is there


def test_the_same_file_twice_is_there_once(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task, other = compose.save(ctx, seat, notice()), compose.save(ctx, seat, notice())
    first = compose.attach(ctx, seat, task.code, "安排.pdf", "", [PDF])
    kept = set(vault(ctx).names())
    again = compose.attach(ctx, seat, task.code, "改名.pdf", "", [PDF[:900], PDF[900:]])
    assert (again.id, again.name, set(vault(ctx).names())) == (first.id, "安排.pdf", kept)
    at_once = together(*[lambda: compose.attach(ctx, seat, task.code, "b.pdf", "", [PDF, b"b"])] * 3)
    assert len({row.id for row in at_once}) == 1
    assert len(files.of_task(task)) == 2
    assert [act[0] for act in acts("task")].count("attach") == 2
    compose.attach(ctx, seat, other.code, "安排.pdf", "", [PDF])
    compose.detach(ctx, seat, task.code, first.code)
    assert compose.attach(ctx, seat, task.code, "安排.pdf", "", [PDF]).id != first.id
    [theirs] = files.of_task(other)
    assert b"".join(files.fetch(ctx, seat, other.code, theirs.code)[1]) == PDF


def test_a_sent_task_takes_no_files(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF])
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.detach(ctx, seat, task.code, "x")


def test_discarded_is_gone(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.discard(ctx, seat, task.code)
    compose.discard(ctx, seat, task.code)
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)
    assert [act[0] for act in acts("task")] == ["create", "discard"]
