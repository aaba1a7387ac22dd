"""导入导出: sending a file, watching what becomes of it, the report of bad rows, and files that were made."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from config.imports import ImportKind
from domain.refusals import Invalid, NotAllowed, said
from handlers import visit
from handlers.console.seat import seat
from handlers.console.wording import JOB_KINDS
from handlers.dress import page
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_FORM, pieces_in
from models.job import Job
from services.jobs import desk
from services.jobs.desk import Wanted
from services.jobs.templates import template_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATUSES = {
    "queued": "排队中",
    "checking": "检查中",
    "checked": "已检查，等待确认",
    "applying": "导入中",
    "done": "已完成",
    "failed": "未完成",
    "cancelled": "已取消",
}
_ALIVE = ("queued", "checking", "applying")

door = Door("console_jobs")


@door.on("/console/jobs", Guard.CONSOLE)
def jobs() -> ResponseReturnValue:
    """Every job of this capacity, and what can be imported."""
    found = desk.jobs(visit.ctx(), seat(), request.args.get("after", ""))
    return page("console/jobs.html", found=found, choices=desk.kinds_for(seat()), **_words())


@door.on(
    "/console/jobs/import/<kind>", Guard.CONSOLE, ["GET", "POST"], most_bytes=desk.MOST_BYTES + MOST_FORM
)
def jobs_import(kind: str) -> ResponseReturnValue:
    """The form that takes a file in."""
    known = _kind(kind)
    schools = desk.schools_for(seat()) if known.name == "import.graduates" else []
    form = Form("mode", "trial", "school", mode="keep", school=request.args.get("school", ""))
    if form.is_sent:
        with form.refusals():
            if schools:
                form.need("school")
            file = request.files.get("file")
            if file is None or not file.filename:
                raise Invalid.field("file", "file_needed")
            wanted = Wanted(
                known.name,
                file.filename,
                pieces_in(file),
                is_dry_run=form.text("trial") == "yes",
                all_or_nothing=form.text("mode") == "all",
                school=form.text("school"),
            )
            job = desk.start_import(visit.ctx(), seat(), wanted)
            return redirect(_address(job), 303)
    return form.show(
        "console/jobs-import.html",
        kind=known,
        word=kind,
        schools=[(unit.code, unit.name) for unit in schools],
    )


@door.on("/console/jobs/template/<kind>", Guard.CONSOLE)
def jobs_template(kind: str) -> ResponseReturnValue:
    """The file to fill in."""
    known = _kind(kind)
    return _download(template_of(known.name), f"{known.title}-模板.xlsx")


@door.on("/console/jobs/<code>", Guard.CONSOLE)
def job(code: str) -> ResponseReturnValue:
    """One job: how far it is, what came out."""
    return _show(Form(), code)


@door.on("/console/jobs/<code>/progress", Guard.CONSOLE)
def job_progress(code: str) -> ResponseReturnValue:
    """How far a job is, for the page's script."""
    row = desk.one(visit.ctx(), seat(), code)
    return jsonify(
        status=_statuses(row)[row.status],
        alive=row.status in _ALIVE,
        percent=desk.percent(row),
        good=row.good,
        bad=row.bad,
        line=row.at_line,
    )


@door.on("/console/jobs/<code>/apply", Guard.CONSOLE, ["POST"])
def job_apply(code: str) -> ResponseReturnValue:
    """按此结果导入: the same file with the same choices, each row judged again by what holds now."""
    form = Form()
    with form.refusals():
        row = desk.apply(visit.ctx(), seat(), code)
        flash("开始导入。")
        return redirect(_address(row), 303)
    return _show(form, code)


@door.on("/console/jobs/<code>/cancel", Guard.CONSOLE, ["POST"])
def job_cancel(code: str) -> ResponseReturnValue:
    """Ends a job before anything is stored."""
    form = Form()
    with form.refusals():
        row = desk.cancel(visit.ctx(), seat(), code)
        flash("已取消，没有导入任何数据。" if row.kind.startswith("import.") else "已取消。")
        return redirect(_address(row), 303)
    return _show(form, code)


@door.on("/console/jobs/<code>/file", Guard.CONSOLE)
def job_file(code: str) -> ResponseReturnValue:
    """What came out of a job."""
    row, pieces = desk.take_result(visit.ctx(), seat(), code)
    name = row.file_name if row.kind.startswith("export.") else f"错误报告-{row.file_name}.xlsx"
    return _download(pieces, name)


def _show(form: Form, code: str) -> Response:
    row = desk.one(visit.ctx(), seat(), code)
    titles = desk.titles_of(row)
    return form.show(
        "console/job.html",
        job=row,
        percent=desk.percent(row),
        troubles=desk.troubles(visit.ctx(), row),
        titles=titles,
        is_export=row.kind.startswith("export."),
        school=row.unit if row.kind == "import.graduates" else None,
        may_apply=desk.may_apply(row),
        **_words() | {"statuses": _statuses(row)},
    )


def _statuses(row: Job) -> dict[str, str]:
    """What a job's statuses are called: only an import checks and imports."""
    is_import = row.kind.startswith("import.")
    return STATUSES if is_import else STATUSES | {"checking": "处理中", "applying": "处理中"}


def _words() -> dict[str, object]:
    return {"statuses": STATUSES, "kinds": JOB_KINDS, "alive": _ALIVE, "said": said}


def _kind(word: str) -> ImportKind:
    """The kind that an address names, if this seat may import it; raises NotAllowed."""
    for kind in desk.kinds_for(seat()):
        if kind.name == f"import.{word}":
            return kind
    raise NotAllowed()


def _address(row: Job) -> str:
    return f"/console/jobs/{row.code}"


def _download(content: "bytes | Iterator[bytes]", name: str) -> Response:
    response = Response(content, mimetype=XLSX)
    # Both spellings of RFC 6266; the second is for people.
    named = f"attachment; filename=file.xlsx; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = named
    return response
