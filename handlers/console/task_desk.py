"""One task: its text, its files, whom it reaches and how it will look, and every button that a dispatcher has."""

from datetime import date
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain.refusals import Invalid
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tasks import PAGE, failed_words, words
from handlers.console.tried import tried
from handlers.dress import page
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.task_pages import body_of
from handlers.task_words import MISSED, size_words, span_words
from handlers.uploads import MOST_FORM, pieces_in
from models.base import new_code
from models.task import Task
from services import quota
from services.context import Context
from services.tasks import audience, choices, compose, course, files, lists
from services.tasks import words as messages

door = Door("console_task_desk")

_PRIORITY = 1  # of tasks among the messages


@door.on(f"{PAGE}/<code>", Guard.CONSOLE)
def one_task(code: str) -> ResponseReturnValue:
    """A task with what may be done about it at this moment."""
    return _show(Form(), code)


def _show(form: Form, code: str) -> Response:
    ctx, mine = visit.ctx(), seat()
    task = lists.one(ctx, mine, code)
    is_own = lists.may_change(mine, task)
    form.values.setdefault("send_at", "")
    message = messages.assigned(task)
    return form.show(
        "console/task.html",
        task=task,
        is_own=is_own,
        body=body_of(task),
        files=[(file, size_words(file.size)) for file in lists.files_of(task)],
        may_attach=is_own and task.status == "draft",
        most_files=files.MOST_FILES,
        narrowed=choices.said(task, code_table("education")) if is_own else [],
        failed=failed_words(task),
        is_counting=is_own and audience.is_previewing(task),
        through_on=_through_on(ctx, task),
        message_title=message.title,
        message=[(label, message.payload()[slot]) for slot, label in message.slots().items()],
        check_ins=[span_words(one.opens_at, one.closes_at, ctx.clock()) for one in course.windows_of(task)],
        once=new_code(),
        missed_words=MISSED.get(task.missed_why, ""),
        **words(),
    )


def _through_on(ctx: Context, task: Task) -> date | None:
    """The day on which everybody would have been told; None until somebody has counted."""
    if not task.preview:
        return None
    reached = task.preview["recipients"] - task.preview["unbound"]
    return quota.ends_on(ctx, reached, _PRIORITY) if reached else None


@door.on(f"{PAGE}/<code>/count", Guard.CONSOLE)
def task_count(code: str) -> ResponseReturnValue:
    """Whether somebody is still counting, for the page's script."""
    task = lists.one(visit.ctx(), seat(), code)
    return jsonify(alive=audience.is_previewing(task))


@door.on(f"{PAGE}/<code>/recount", Guard.CONSOLE, ["POST"])
def recount_task(code: str) -> ResponseReturnValue:
    """Has the worker count whom the task would reach."""
    audience.preview(visit.ctx(), seat(), code)
    return _back(code)


@door.on(f"{PAGE}/<code>/unbound", Guard.CONSOLE)
def task_unbound(code: str) -> ResponseReturnValue:
    """Counselors whom the task is for and who would hear nothing of it in WeChat."""
    ctx, mine = visit.ctx(), seat()
    found = audience.unbound(ctx, mine, code, request.args.get("after", ""))
    return page("console/task-unbound.html", task=lists.one(ctx, mine, code), found=found)


@door.on(f"{PAGE}/<code>/files", Guard.CONSOLE, ["POST"], most_bytes=files.MOST_BYTES + MOST_FORM)
def attach_file(code: str) -> ResponseReturnValue:
    """Adds an attachment to a draft."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    with form.refusals():
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid.field("file", "file_needed")
        compose.attach(ctx, mine, code, file.filename, file.mimetype, pieces_in(file))
        flash("附件已上传。")
        return _back(code, "files")
    return _show(form, code)


@door.on(f"{PAGE}/<code>/files/<file>", Guard.CONSOLE)
def task_file(code: str, file: str) -> ResponseReturnValue:
    """An attachment, to be kept rather than shown: it is whatever somebody sent."""
    row, pieces = files.fetch(visit.ctx(), seat(), code, file)
    response = Response(pieces, mimetype=row.media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=file; filename*=UTF-8''{quote(row.name, safe='')}"
    )
    return response


@door.on(f"{PAGE}/<code>/files/<file>/remove", Guard.CONSOLE, ["POST"])
def detach_file(code: str, file: str) -> ResponseReturnValue:
    """Takes an attachment off a draft."""
    with tried("附件已删除。"):
        compose.detach(visit.ctx(), seat(), code, file)
    return _back(code, "files")


@door.on(f"{PAGE}/<code>/copy", Guard.CONSOLE, ["POST"])
def copy_task(code: str) -> ResponseReturnValue:
    """A new draft with the same content."""
    made = compose.copy(visit.ctx(), seat(), code, Form().text("once"))
    flash("已复制为新的草稿，请填写时间、核对范围后保存。")
    return redirect(f"{PAGE}/{made.code}/edit", 303)


@door.on(f"{PAGE}/<code>/discard", Guard.CONSOLE, ["POST"])
def discard_task(code: str) -> ResponseReturnValue:
    """Throws a draft away."""
    with tried("草稿已删除。"):
        compose.discard(visit.ctx(), seat(), code)
        return _gone()
    return _back(code)


def _gone() -> ResponseReturnValue:
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/<code>/dispatch", Guard.CONSOLE, ["POST"])
def dispatch_task(code: str) -> ResponseReturnValue:
    """Sends a draft at once."""
    form = Form()
    with form.refusals():
        compose.dispatch_as_counted(visit.ctx(), seat(), code, form.text("counted"))
        flash("已开始派发，进度会自动更新。")
        return redirect(f"{PAGE}/{code}/progress", 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/schedule", Guard.CONSOLE, ["POST"])
def schedule_task(code: str) -> ResponseReturnValue:
    """Sends a draft at a moment to come."""
    form = Form("send_at")
    with form.refusals():
        form.need("send_at")
        counted = form.text("counted")
        compose.schedule_as_counted(visit.ctx(), seat(), code, form.text("send_at"), counted)
        flash("已安排定时派发。到时自动派发，之前可以随时取消。")
        return _back(code)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/recall", Guard.CONSOLE, ["POST"])
def recall_task(code: str) -> ResponseReturnValue:
    """Takes a scheduled task back into the drafts."""
    with tried("已取消定时派发，任务回到草稿，可以修改。"):
        compose.recall(visit.ctx(), seat(), code)
    return _back(code)


@door.on(f"{PAGE}/<code>/rework", Guard.CONSOLE, ["POST"])
def rework_task(code: str) -> ResponseReturnValue:
    """Opens what was not sent at its hour as a draft, to be put right."""
    with tried("任务已改回草稿，请改好时间后保存，核对人数，再重新派发。"):
        compose.rework(visit.ctx(), seat(), code)
        return redirect(f"{PAGE}/{code}/edit", 303)
    return _back(code)


@door.on(f"{PAGE}/<code>/retry", Guard.CONSOLE, ["POST"])
def retry_task(code: str) -> ResponseReturnValue:
    """Has the worker try again what it gave up."""
    if compose.retry(visit.ctx(), seat(), code):
        flash("已重新开始，从中断处继续。")
    return _back(code)


@door.on(f"{PAGE}/<code>/withdraw", Guard.CONSOLE, ["GET", "POST"])
def withdraw_task(code: str) -> ResponseReturnValue:
    """Takes a sent task back: the first page asks, the form does it."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    if form.is_sent:
        with tried("任务已撤回。未发出的提醒不再发送，已收到提醒的辅导员会收到撤回通知。"):
            compose.withdraw(ctx, mine, code)
        return _back(code)
    task = lists.one(ctx, mine, code)
    if not lists.may_change(mine, task) or task.status not in ("dispatching", "dispatched"):
        return _back(code)
    counts = lists.progress(ctx, mine, [task]).get(task.id)
    return form.show("console/task-withdraw.html", task=task, counts=counts, **words())


def _back(code: str, part: str = "") -> ResponseReturnValue:
    return redirect(f"{PAGE}/{code}" + (f"#{part}" if part else ""), 303)
