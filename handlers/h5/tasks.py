"""我的任务: a counselor's tasks, and what is done with one: forward, finish, check in."""

from datetime import timedelta
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5 import task_pages
from handlers.h5.js_sdk import sdk_address, share_card
from handlers.h5.notices import offered
from handlers.task_words import KINDS, moment_words, span_words
from models.task import Task, TaskFile
from services.tasks import desk, files

door = Door("tasks")

PAGE = "/h5/tasks"
_JUST_NOW = timedelta(minutes=10)
_TABS = (
    *(("todo", "待办"), ("unread", "未读"), ("due", "快到期"), ("overdue", "逾期")),
    *(("done", "已完成"), ("all", "全部")),
)


@door.on(PAGE, Guard.COUNSELOR)
def my_tasks() -> ResponseReturnValue:
    """One tab of the list, the newest first."""
    ctx, visitor = visit.ctx(), visit.me()
    show = request.args.get("show", "")
    if show not in dict(_TABS):
        show = "todo"
    after = request.args.get("after", "")
    found = desk.assignments(ctx, visitor, show, after)
    now = ctx.clock()
    rows = [
        (row, task_pages.due_words(row, now), task_pages.state_words(row, now), _course(row.task))
        for row in found.rows
    ]
    counts = desk.counts(ctx, visitor)
    offers = offered() if show == "todo" and not after else {}
    return Form().show(
        "h5/tasks.html",
        rows=rows,
        tabs=[(name, word, getattr(counts, name, 0)) for name, word in _TABS],
        show=show,
        after=after,
        following=found.after,
        kinds=KINDS,
        offers=offers,
        sdk=sdk_address() if offers else "",
    )


@door.on(f"{PAGE}/<code>", Guard.COUNSELOR)
def task(code: str) -> ResponseReturnValue:
    """One task, which is read thereby."""
    return _show(Form(), code)


@door.on(f"{PAGE}/<code>/forwarded", Guard.COUNSELOR, ["POST"])
def forwarded(code: str) -> ResponseReturnValue:
    """已转发: told by the platform's script, or by 我已转发."""
    form = Form()
    with form.refusals():
        desk.forwarded(visit.ctx(), visit.me(), code)
        flash("已记录转发。")
        return jsonify(code=code) if visit.wants_json() else redirect(f"{PAGE}/{code}", 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/complete", Guard.COUNSELOR, ["POST"])
def complete(code: str) -> ResponseReturnValue:
    """完成, after it was confirmed on the page."""
    form = Form()
    with form.refusals():
        row = desk.complete(visit.ctx(), visit.me(), code)
        flash("已完成，派发单位可以看到。" if row.finished_at else "已完成。别忘了在直播课前后签到。")
        return redirect(f"{PAGE}/{code}", 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/check-in", Guard.COUNSELOR, ["POST"])
def check_in(code: str) -> ResponseReturnValue:
    """签到, while a window is open; the form says which of two it was."""
    form = Form()
    with form.refusals():
        row = desk.check_in(visit.ctx(), visit.me(), code, form.text("mark"))
        is_left = row.completed_at is None
        flash("签到成功。还需点“完成”才算办结。" if is_left else "签到成功。")
        return redirect(f"{PAGE}/{code}", 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/files/<file>", Guard.COUNSELOR)
def task_file(code: str, file: str) -> Response:
    """An attachment."""
    return sent(*desk.file(visit.ctx(), visit.me(), code, file))


def sent(file: TaskFile, pieces: object) -> Response:
    """An attachment as a download, under its own name."""
    response = Response(pieces, mimetype=file.media_type)  # type: ignore[arg-type]  # an iterator of bytes
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response.content_length = file.size
    return response


def card_text(task: Task) -> str:
    """What the card in the chat says below the title."""
    parts = [task.unit.name, KINDS[task.kind]]
    if task.starts_at is not None:
        parts.append(moment_words(task.starts_at, visit.ctx().clock()))
    return " · ".join(parts)


def _course(task: Task) -> str:
    """When a live course is; empty for other kinds."""
    if task.starts_at is None or task.ends_at is None:
        return ""
    return span_words(task.starts_at, task.ends_at, visit.ctx().clock())


def _show(form: Form, code: str) -> ResponseReturnValue:
    ctx = visit.ctx()
    row = desk.open(ctx, visit.me(), code)
    task, now = row.task, ctx.clock()
    asked = task_pages.check_ins(row, now)
    path = f"/t/{row.share_code}"
    sdk = sdk_address() if task.status != "withdrawn" else ""
    is_just_done = row.completed_at is not None and now - row.completed_at < _JUST_NOW
    return form.show(
        "h5/task.html",
        row=row,
        task=task,
        kind=KINDS[task.kind],
        steps=task_pages.steps(row, asked),
        check_ins=asked,
        due=task_pages.due_words(row, now),
        is_late=task.due_at is not None and task.due_at <= now and row.finished_at is None,
        sent_at=moment_words(task.dispatched_at, now) if task.dispatched_at else "",
        course=_course(task),
        body=task_pages.body_of(task),
        link=task_pages.link_of(task),
        files=task_pages.sized(files.of_task(task)),
        share=share_card(task.title, card_text(task), path),
        share_path=path,
        sdk=sdk,
        # By the way, when a task is through, and not while somebody is at it.
        offers=offered() if sdk and is_just_done else {},
    )
