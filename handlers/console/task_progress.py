"""进度: how far a task is, unit by unit down to the counselors, as it moves; reminding, and taking it out."""

from typing import NamedTuple

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from config.tasks import task_words
from domain.actors import Role
from domain.refusals import NotFound, TooMany
from domain.tasks import TaskKind
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tasks import PAGE, failed_words, words
from handlers.dress import page
from handlers.forms import Form
from handlers.guards import Door, Guard
from models.task import Assignment
from models.task_counts import UNREACHED, Counts
from services.jobs import desk
from services.listing import Slice
from services.tasks import export, lists, progress, visible
from services.tasks.progress import Progress

door = Door("console_task_progress")

_BELOW = {Role.MINISTRY: "省份", Role.PROVINCE: "学校", Role.SCHOOL: "学院"}
SHOWS = {
    "all": "全部",
    "unread": "未查看",
    "unfinished": "未完成",
    "finished": "已全部完成",
    "away": "已离岗",
    "unreachable": "联系不上",
}


class Part(NamedTuple):
    """A part of a bar: its class, how many, what it stands for."""

    kind: str
    number: int
    title: str


@door.on(f"{PAGE}/<code>/progress", Guard.CONSOLE)
def task_progress(code: str) -> ResponseReturnValue:
    """The page, which the script below keeps up to date."""
    seen = _seen(code)
    if seen.task.status not in visible.SENT:
        return redirect(f"{PAGE}/{code}", 303)
    return page("console/task-progress.html", **_figures(seen))


@door.on(f"{PAGE}/<code>/progress/now", Guard.CONSOLE)
def task_progress_now(code: str) -> ResponseReturnValue:
    """What of the page moves, as it stands at this moment, for its script: its part by id → HTML."""
    values = _figures(_seen(code))
    return jsonify(
        {part: page(f"console/task-{part}.html", **values) for part in ("figures", "state", "acts")}
    )


def _seen(code: str) -> Progress:
    return progress.of(visit.ctx(), seat(), code, request.args.get("unit", ""))


def _figures(seen: Progress) -> dict[str, object]:
    """What the figures are drawn from. At a college the counselors stand where further up the units do."""
    ctx, mine = visit.ctx(), seat()
    people: Slice[Assignment] | None = None
    if seen.unit.level == Role.COLLEGE:
        people = progress.counselors(ctx, mine, seen.task.code, seen.unit.code)
    again = TooMany("task_reminded", seen.remind_again_in).say if seen.remind_again_in else ""
    return {
        "seen": seen,
        "task": seen.task,
        "is_own": lists.may_change(mine, seen.task),
        "is_live": seen.task.kind == TaskKind.LIVE,
        "told": _told(seen.total),
        "done": _done(seen.total, is_live=seen.task.kind == TaskKind.LIVE),
        "reasons": [(why, task_words()["reach"][why], getattr(seen.total, why)) for why in UNREACHED],
        "below": _BELOW.get(Role(seen.unit.level), ""),
        "people": people,
        "above": {},
        "again": again,
        "failed": failed_words(seen.task),
        "now": ctx.clock(),
        "reach": task_words()["reach"],
        "done_words": task_words()["status"],
        **words(),
    }


def _told(total: Counts) -> list[Part]:
    """Of the messages: the parts together are everybody."""
    return [
        Part("s-done", total.delivered, "已送达"),
        Part("s-seen", total.told - total.delivered, "已发送，待回执"),
        Part("s-wait", total.waiting, "待发送"),
        Part("s-bad", total.unreachable, "联系不上"),
    ]


def _done(total: Counts, *, is_live: bool) -> list[Part]:
    """Of what counselors did: the parts together are everybody."""
    checked = [Part("s-near", total.completed - total.finished, "已完成，待签到")] if is_live else []
    return [
        Part("s-done", total.finished, "全部完成"),
        *checked,
        Part("s-seen", total.viewed - total.completed, "已查看，未完成"),
        Part("s-wait", total.assigned - total.viewed, "未查看"),
    ]


@door.on(f"{PAGE}/<code>/counselors", Guard.CONSOLE)
def task_counselors(code: str) -> ResponseReturnValue:
    """The counselors of a unit and below it, one by one."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    unit, show = request.args.get("unit", ""), request.args.get("show", "") or "all"
    found: Slice[Assignment] = Slice([])
    with form.refusals():
        found = progress.counselors(ctx, mine, code, unit, show, request.args.get("after", ""))
    seen = progress.of(ctx, mine, code, unit)
    shows = SHOWS | {why: task_words()["reach"][why] for why in UNREACHED}
    return form.show(
        "console/task-counselors.html",
        seen=seen,
        task=seen.task,
        found=found,
        above=progress.names_above(found.rows) if seen.unit.level in (Role.MINISTRY, Role.PROVINCE) else {},
        show=show,
        shows=shows,
        is_live=seen.task.kind == TaskKind.LIVE,
        reach=task_words()["reach"],
        done_words=task_words()["status"],
        **words(),
    )


@door.on(f"{PAGE}/<code>/progress/export", Guard.CONSOLE, ["POST"])
def export_task_progress(code: str) -> ResponseReturnValue:
    """Queues the progress as a table; the worker writes it."""
    ctx, mine, unit = visit.ctx(), seat(), Form().text("unit")
    seen = progress.of(ctx, mine, code, unit)
    if seen.task.status not in visible.SENT:
        raise NotFound()
    job = desk.start_export(ctx, mine, export.KIND, {"task": code, "unit": unit})
    flash("已开始导出，完成后在本页下载。名单含个人信息，导出会留下记录，请妥善保管。")
    return redirect(f"/console/jobs/{job.code}", 303)


@door.on(f"{PAGE}/<code>/progress/remind", Guard.CONSOLE, ["POST"])
def remind_task(code: str) -> ResponseReturnValue:
    """Reminds those in one's range who are not through."""
    form = Form()
    with form.refusals():
        people = progress.remind(visit.ctx(), seat(), code)
        flash(f"已安排提醒 {people:,} 位未完成的辅导员，消息会陆续发出。")
    if form.refusal is not None:
        flash(form.refusal.say, "warn")
    unit = form.text("unit")
    return redirect(f"{PAGE}/{code}/progress" + (f"?unit={unit}" if unit.isascii() and unit else ""), 303)
