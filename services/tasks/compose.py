"""What a dispatcher does with a task: write it, send it now or later, take it back."""

import re
from datetime import UTC, datetime, timedelta

from domain.desk_hours import CHINA
from domain.machines import TASK
from domain.refusals import Conflict, IllegalMove, Invalid, Stale
from models import journal
from models.db import transaction
from models.fields import utc_now
from models.places import of_path
from models.task import Task, TaskFile, TaskWave
from services.context import Context
from services.jobs.steps import vault
from services.seats import Seat
from services.tasks.audience import is_previewing
from services.tasks.circles import chosen_units
from services.tasks.drafts import Draft, columns_of
from services.tasks.files import attach as attach
from services.tasks.files import detach as detach
from services.tasks.readiness import wrong_times
from services.tasks.visible import check_dispatcher, owned, seen

_FARTHEST = timedelta(days=180)
_CODE = re.compile(r"[\w-]{16}", re.ASCII)
_CONTENT = (
    *("kind", "title", "body", "campaign", "link", "link_title", "minutes_before", "minutes_after"),
    "is_check_in_twice",
)


@transaction
def save(ctx: Context, seat: Seat, draft: Draft, code: str | None = None) -> Task:
    """Writes a new task, or changes a draft of one's own unit. A form sent twice gets the first one's task.

    Raises NotAllowed, NotFound, Invalid with every wrong field, Conflict for a task that is no draft any more or
    that somebody else has changed since it was opened.
    """
    check_dispatcher(seat)
    if code is None and (known := _made(seat, draft.new_code)) is not None:
        return known
    task = None if code is None else _draft(seat, code)
    if task is not None and draft.version.strip() != str(task.version):
        raise Conflict("task_changed")
    columns = columns_of(seat, draft, ctx.clock())
    if task is None:
        task = Task.create(**columns, **_place(seat), **_coded(draft.new_code))
        journal.write(task, "create", seat.actor, note={"kind": task.kind})
        return task
    changed = sorted(name for name, value in columns.items() if getattr(task, name) != value)
    if not changed:
        return task
    if "audience" in changed:
        columns["preview"] = None
        _end_previews(ctx, task)
    _change(task, columns)
    journal.write(task, "change", seat.actor, note={"fields": changed})
    return owned(seat, task.code)


def _change(task: Task, columns: dict[str, object]) -> None:
    """Writes a draft's columns unless somebody has changed or sent it since it was read. Raises Stale."""
    same = (Task.id == task.id) & (Task.status == "draft") & (Task.version == task.version)
    if Task.update(**columns, version=task.version + 1, updated_at=utc_now()).where(same).execute() != 1:
        raise Stale()


def _made(seat: Seat, new_code: str) -> Task | None:
    """What an earlier sending of the same form made. Raises NotFound for a code that is taken elsewhere."""
    is_known = bool(new_code) and Task.select().where(Task.code == new_code).exists()
    return owned(seat, new_code) if is_known else None


def _coded(new_code: str) -> dict[str, str]:
    """The code that a form was given when it was shown, unless somebody made one up."""
    return {"code": new_code} if _CODE.fullmatch(new_code) else {}


def _place(seat: Seat) -> dict[str, object]:
    place = of_path(seat.staff.unit.path)
    return {
        "unit": seat.staff.unit,
        "staff": seat.staff,
        "level": seat.level.value,
        "province_id": place["province_id"],
        "school_id": place["school_id"],
    }


def copy(ctx: Context, seat: Seat, code: str, new_code: str = "") -> Task:
    """A new draft of one's own with the content of a task that the seat sees: without its times, with its files.

    A form sent twice, with the same ``new_code``, gets the first one's task.

    Whom it was for is taken over from a task of one's own unit alone.
    """
    source = seen(seat, code)
    if (known := _made(seat, new_code)) is not None:
        return known
    shelf = vault(ctx)
    files = list(TaskFile.select().where(TaskFile.task == source.id).order_by(TaskFile.id))
    kept = [(file, shelf.store(shelf.pieces(file.file), owner="task_file")) for file in files]
    return _copy(seat, code, new_code, kept)


@transaction
def _copy(seat: Seat, code: str, new_code: str, files: list[tuple[TaskFile, str]]) -> Task:
    source = seen(seat, code)
    if (known := _made(seat, new_code)) is not None:
        return known
    content = {name: getattr(source, name) for name in _CONTENT}
    audience: dict[str, object] = source.audience if source.unit_id == seat.staff.unit_id else {}
    task = Task.create(
        **content, **_place(seat), audience=audience, copied_from=source.code, **_coded(new_code)
    )
    for file, name in files:
        TaskFile.create(
            task=task,
            name=file.name,
            size=file.size,
            media_type=file.media_type,
            file=name,
            digest=file.digest,
        )
    journal.write(task, "copy", seat.actor, note={"from": source.code})
    return task


@transaction
def discard(ctx: Context, seat: Seat, code: str) -> Task:
    """Throws a draft away; asked again it is gone already. Raises NotFound, IllegalMove once it is sent."""
    task = owned(seat, code)
    if task.status != "discarded":
        journal.step(task, TASK, "discard", seat.actor)
        _end_previews(ctx, task)
    return task


@transaction
def schedule(ctx: Context, seat: Seat, code: str, send_at: str) -> Task:
    """Has a draft sent at a moment in China as in ``2026-11-30T08:00``. Raises NotFound, IllegalMove, Invalid."""
    task = owned(seat, code)
    moment = _moment(send_at)
    if moment is None or not ctx.clock() < moment <= ctx.clock() + _FARTHEST:
        raise Invalid.field("send_at", "task_send_at")
    if task.status == "scheduled" and task.send_at == moment:
        return task
    _check_ready(seat, task, moment)
    journal.step(task, TASK, "schedule", seat.actor, send_at=moment, sender_id=seat.staff.id)
    return task


@transaction
def recall(ctx: Context, seat: Seat, code: str) -> Task:
    """Takes a scheduled task back into the drafts, where it may be changed. Raises NotFound, IllegalMove."""
    task = owned(seat, code)
    if task.status != "draft":
        journal.step(task, TASK, "recall", seat.actor, send_at=None)
    return task


@transaction
def rework(ctx: Context, seat: Seat, code: str) -> Task:
    """Makes a task that was missed a draft again, to be put right and sent anew. Raises NotFound, IllegalMove."""
    task = owned(seat, code)
    if task.status != "draft":
        journal.step(task, TASK, "rework", seat.actor, send_at=None, missed_why="")
    return task


@transaction
def dispatch(ctx: Context, seat: Seat, code: str) -> Task:
    """Sends a draft: the worker hands it to everybody and owes the messages. Asked again it is on its way already.

    Raises NotFound, IllegalMove, Invalid for one whose times have passed.
    """
    task = owned(seat, code)
    if task.status in ("dispatching", "dispatched"):
        return task
    if task.status == "scheduled":  # by another page meanwhile; before its hour the clock alone may send it
        raise IllegalMove(TASK.name, task.status, "dispatch")
    _check_ready(seat, task, ctx.clock())
    now = ctx.clock()
    journal.step(task, TASK, "dispatch", seat.actor, dispatched_at=now, sender_id=seat.staff.id)
    begin(ctx, task)
    return task


@transaction
def dispatch_as_counted(ctx: Context, seat: Seat, code: str, counted: str) -> Task:
    """``dispatch`` by somebody who has seen whom it reaches: ``counted`` is when that was, as the preview says.

    Raises as that does, and Conflict without a count, during one, after a newer one and for one that found nobody.
    """
    task = owned(seat, code)
    if task.status == "draft":
        _check_counted(task, counted)
    return dispatch(ctx, seat, code)


@transaction
def schedule_as_counted(ctx: Context, seat: Seat, code: str, send_at: str, counted: str) -> Task:
    """``schedule`` in the same way."""
    task = owned(seat, code)
    if task.status == "draft":
        _check_counted(task, counted)
    return schedule(ctx, seat, code, send_at)


def _check_counted(task: Task, counted: str) -> None:
    if not task.preview or is_previewing(task):
        raise Conflict("task_not_counted")
    if not task.preview["recipients"]:
        raise Conflict("task_nobody")
    if task.preview["at"] != counted:
        raise Conflict("task_recounted")


def begin(ctx: Context, task: Task) -> None:
    """Lets the worker hand a task out, in the transaction that decides it."""
    _end_previews(ctx, task)
    TaskWave.insert_once([{"task": task.id, "kind": "dispatch", "due_at": ctx.clock()}])


@transaction
def withdraw(ctx: Context, seat: Seat, code: str) -> Task:
    """Takes a sent task back: the worker drops what is unsent and tells those who had been told.

    What counselors did stays. Asked again it is withdrawn already. Raises NotFound, IllegalMove.
    """
    task = owned(seat, code)
    if task.status == "withdrawn":
        return task
    now = ctx.clock()
    journal.step(task, TASK, "withdraw", seat.actor, withdrawn_at=now)
    # Whoever is handing it out holds its wave's lock: this waits for them, and they find it ended.
    TaskWave.update(finished_at=now).where(
        (TaskWave.task == task.id) & TaskWave.finished_at.is_null()
    ).execute()
    TaskWave.insert_once([{"task": task.id, "kind": "withdraw", "due_at": now}])
    return task


@transaction
def retry(ctx: Context, seat: Seat, code: str) -> int:
    """Has what the worker gave up tried again from where it stood; answers how many passes that are.

    For everybody who sees the task: it decides nothing anew. Raises NotAllowed, NotFound.
    """
    task = seen(seat, code)
    begun = TaskWave.begin_again(task.id)
    if begun:
        journal.write(task, "retry", seat.actor)
    return begun


def _draft(seat: Seat, code: str) -> Task:
    task = owned(seat, code)
    if task.status != "draft":
        raise Conflict("task_no_draft")
    return task


def _check_ready(seat: Seat, task: Task, moment: datetime) -> None:
    """Raises Invalid unless a task makes sense for those who get it at ``moment``."""
    if wrong := wrong_times(task, moment):
        raise Invalid("form", fields=wrong)
    chosen_units(seat, task.audience or {})


def _end_previews(ctx: Context, task: Task) -> None:
    running = (TaskWave.task == task.id) & (TaskWave.kind == "preview") & TaskWave.finished_at.is_null()
    TaskWave.update(finished_at=ctx.clock()).where(running).execute()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
