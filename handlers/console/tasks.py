"""任务: the lists of what one dispatches, has from above and sees below, and the form in which a task is written."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from config.campaigns import campaigns
from config.codes import code_table
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.refusals import Invalid
from domain.tasks import FILTERS, Filter
from domain.years import current_year
from handlers import visit
from handlers.console.people import years
from handlers.console.seat import seat
from handlers.console.wording import STATUSES
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.task_words import KINDS
from handlers.uploads import pieces_in
from models.base import new_code
from models.task import Task, TaskWave
from services.listing import Slice
from services.seats import Seat
from services.tasks import audience, choices, compose, files, lists, visible
from services.tasks.circles import MOST_UNITS
from services.tasks.drafts import Draft
from services.tasks.lists import TaskFilter

door = Door("console_tasks")

PAGE = "/console/tasks"
_FORM = 512 * 1024  # a long text, and many schools, each byte of Chinese as three characters
MOST_BYTES = 3 * files.MOST_BYTES + _FORM  # more attachments than that are added afterwards
TABS = {"own": "本级任务", "above": "上级任务", "below": "下级任务"}
KINDS_OF_STATUS = {
    "dispatching": "warn",
    "dispatched": "good",
    "scheduled": "warn",
    "withdrawn": "bad",
    "missed": "bad",
}
FILTER_NAMES = {
    Filter.PROVINCE: "省份",
    Filter.SCHOOL: "学校",
    Filter.COLLEGE: "学院",
    Filter.YEAR: "届别",
    Filter.EDUCATION: "层次",
}
_STATUSES = {
    "own": ("draft", "scheduled", "missed", *visible.SENT),
    "above": visible.SENT,
    "below": ("missed", *visible.SENT),
}
WAVES = {"preview": "统计人数", "dispatch": "派发", "withdraw": "撤回通知", "nudge": "提醒"}
_LONGEST = 60
_LONGEST_BODY = 100_000
_TEXTS = ("title", "kind", "campaign", "link", "link_title", "due", "starts", "ends")
_NUMBERS = ("minutes_before", "minutes_after")


@door.on(PAGE, Guard.CONSOLE)
def task_list() -> ResponseReturnValue:
    """One tab of the list, narrowed by the filters in the address."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    tabs = tabs_of(mine)
    tab = request.args.get("tab", "") if request.args.get("tab") in tabs else "own"
    wanted = _wanted(request.args)
    found: Slice[Task] = Slice([])
    with form.refusals():
        found = lists.tasks(ctx, mine, tab, request.args.get("after", ""), wanted)
    return form.show(
        "console/tasks.html",
        found=found,
        counts=lists.progress(ctx, mine, list(found.rows)),
        tab=tab,
        tabs=tabs,
        is_narrowed=wanted != TaskFilter(),
        status_choices=[(status, STATUSES[status]) for status in _STATUSES[tab]],
        campaigns=[(name, name) for name in campaigns()],
        **words(),
    )


def tabs_of(mine: Seat) -> dict[str, str]:
    """The tabs that a level has: nobody is above 部级, and below 院级 nobody dispatches."""
    missing = {Role.MINISTRY: "above", Role.COLLEGE: "below"}.get(mine.level)
    return {tab: title for tab, title in TABS.items() if tab != missing}


def words() -> dict[str, object]:
    """What every page about tasks says them in."""
    return {"kinds": KINDS, "statuses": STATUSES, "tag_kinds": KINDS_OF_STATUS, "filter_names": FILTER_NAMES}


def failed_words(task: Task) -> list[str]:
    """What of a task the worker has given up, each kind once."""
    return list(dict.fromkeys(WAVES.get(wave.kind, WAVES["nudge"]) for wave in TaskWave.failed(task.id)))


def _wanted(given: Mapping[str, str]) -> TaskFilter:
    text = {name: given.get(name, "").strip()[:_LONGEST] for name in ("kind", "status", "campaign", "q")}
    return TaskFilter(text["kind"], text["status"], text["campaign"], text["q"])


@door.on(f"{PAGE}/new", Guard.CONSOLE, ["GET", "POST"], most_bytes=MOST_BYTES)
def new_task() -> ResponseReturnValue:
    """The empty form; what is sent becomes a draft."""
    return _edit(None)


@door.on(f"{PAGE}/<code>/edit", Guard.CONSOLE, ["GET", "POST"], most_bytes=MOST_BYTES)
def edit_task(code: str) -> ResponseReturnValue:
    """A draft in its form."""
    task = lists.one(visit.ctx(), seat(), code)
    if not lists.may_change(seat(), task) or task.status != "draft":
        return redirect(f"{PAGE}/{code}", 303)
    return _edit(task)


def _edit(task: Task | None) -> ResponseReturnValue:
    ctx, mine = visit.ctx(), seat()
    visible.check_dispatcher(mine)
    form = Form(*_TEXTS, *_NUMBERS, "version", "new_code", **_values(task))
    chosen = _chosen(task, is_sent=form.is_sent, level=mine.level)
    if form.is_sent:
        form.values["body"] = request.form.get("body", "")[:_LONGEST_BODY]
        form.values["check_in_twice"] = form.text("check_in_twice")
        with form.refusals():
            form.need("title", "kind")
            saved = compose.save(ctx, mine, _draft(form, chosen), task.code if task else None)
            if saved.preview is None:
                audience.preview(ctx, mine, saved.code)
            flash("草稿已保存。请在下方核对内容、附件和人数，再派发。")
            _attach(saved.code)
            return redirect(f"{PAGE}/{saved.code}", 303)
    offered = choices.offers(mine, chosen)
    return form.show(
        "console/task-edit.html",
        task=task,
        chosen=chosen,
        offers=offered,
        filters=[name for name in Filter if name in FILTERS[mine.level]],
        years=years(),
        this_year=current_year(ctx.clock()),
        educations=list(code_table("education").items()),
        campaigns=[(name, name) for name in campaigns()],
        most_units=MOST_UNITS,
        files=lists.files_of(task) if task else [],
        most_files=files.MOST_FILES,
        **words(),
    )


def _attach(code: str) -> None:
    """Takes in what was chosen beside the text; a file that is no good leaves the draft and the others."""
    ctx, mine = visit.ctx(), seat()
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            compose.attach(ctx, mine, code, file.filename, file.mimetype, pieces_in(file))
        except Invalid as refusal:
            flash(f"附件“{file.filename}”没有上传。{refusal.say}", "warn")


def _values(task: Task | None) -> dict[str, object]:
    """A form's fields as they stand in a draft."""
    if task is None:
        empty = {"body": "", "check_in_twice": "", "version": "", "new_code": new_code()}
        return {"minutes_before": "30", "minutes_after": "30", **empty}
    return {
        **{name: getattr(task, name) for name in ("title", "kind", "campaign", "link", "link_title", "body")},
        **{name: str(getattr(task, name)) for name in _NUMBERS},
        "due": _typed(task.due_at),
        "starts": _typed(task.starts_at),
        "ends": _typed(task.ends_at),
        "check_in_twice": "yes" if task.is_check_in_twice else "",
        "version": str(task.version),
        "new_code": "",
    }


def _typed(at: datetime | None) -> str:
    """A moment as the browser's field for one holds it, in China's time."""
    return f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" if at else ""


def _chosen(task: Task | None, *, is_sent: bool, level: Role) -> dict[str, list[str]]:
    """What the audience is narrowed by. What was sent counts whatever it is: the service refuses foreign filters."""
    if is_sent:
        sent = {str(name): Form().choices(name, MOST_UNITS + 1) for name in Filter}
        return {name: values for name, values in sent.items() if values}
    audience_of: Mapping[str, Any] = (task.audience if task else None) or {}
    return {name: [str(value) for value in values] for name, values in audience_of.items()}


def _draft(form: Form, chosen: dict[str, list[str]]) -> Draft:
    return Draft(
        **{name: form.text(name) for name in (*_TEXTS, *_NUMBERS, "version", "new_code")},
        body=_html_of(str(form.values["body"])),
        check_in_twice=form.text("check_in_twice") == "yes",
        audience=chosen,
    )


def _html_of(text: str) -> str:
    """What the editor sends is HTML; what somebody typed without it is lines."""
    if "<" in text:
        return text
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip())


@door.on(f"{PAGE}/units.json", Guard.CONSOLE)
def task_units() -> ResponseReturnValue:
    """Units to choose from by a part of their names, for the form's script."""
    found = choices.find(seat(), request.args.get("of", ""), request.args.get("q", "")[:_LONGEST])
    return jsonify([{"code": one.code, "name": one.name, "above": one.above} for one in found])
