"""我的简历: the entries of 教育背景, 获奖情况, 在校经历 and 技能证书, one at a time."""

import secrets

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.resume import Block
from domain.refusals import NotFound
from domain.resume import Values
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.resume import PAGE, changed_meanwhile, given, named, seen_by
from services.resumes import reading, writing
from services.resumes.reading import Entry

door = Door("resume_entries")


@door.on(f"{PAGE}/<block>/new", Guard.GRADUATE, ["GET", "POST"])
def resume_entry_new(block: str) -> ResponseReturnValue:
    """A new entry. Its form has a code of its own, so that sent twice it is one entry."""
    known = _with_entries(block)
    if request.method == "POST":
        return _save(known, request.form.get("code", ""))
    return _show(Form(**_first(known)), known, secrets.token_urlsafe(12), None)


@door.on(f"{PAGE}/<block>/<code>", Guard.GRADUATE, ["GET", "POST"])
def resume_entry(block: str, code: str) -> ResponseReturnValue:
    """One entry."""
    known = _with_entries(block)
    entry = _entry(block, code)
    if entry is None:
        raise NotFound()
    if request.method == "POST":
        return _save(known, code)
    return _show(Form(**entry.values), known, code, entry)


@door.on(f"{PAGE}/<block>/<code>/remove", Guard.GRADUATE, ["POST"])
def remove_resume_entry(block: str, code: str) -> ResponseReturnValue:
    """Takes an entry out; the page then offers to bring it back."""
    writing.remove_entry(visit.ctx(), visit.me(), block, code)
    return redirect(f"{PAGE}/{block}?removed={code}", 303)


@door.on(f"{PAGE}/<block>/<code>/restore", Guard.GRADUATE, ["POST"])
def restore_resume_entry(block: str, code: str) -> ResponseReturnValue:
    """Brings a removed entry back."""
    writing.restore_entry(visit.ctx(), visit.me(), block, code)
    flash("已恢复。")
    return redirect(f"{PAGE}/{block}", 303)


@door.on(f"{PAGE}/<block>/<code>/move", Guard.GRADUATE, ["POST"])
def move_resume_entry(block: str, code: str) -> ResponseReturnValue:
    """Puts an entry at another place of its block; the form names the place, so that sent twice it is one step."""
    to = request.form.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 4):
        raise NotFound()
    writing.move_entry(visit.ctx(), visit.me(), block, code, int(to))
    return redirect(f"{PAGE}/{block}", 303)


def _save(block: Block, code: str) -> ResponseReturnValue:
    typed = given(block)
    form = Form(**typed)
    with form.refusals():
        seen = request.form.get("seen", "")
        writing.save_entry(visit.ctx(), visit.me(), block.name, code, seen, typed)
        flash("已保存。")
        return redirect(f"{PAGE}/{block.name}", 303)
    return _show(form, block, code, _entry(block.name, code))


def _show(form: Form, block: Block, code: str, entry: Entry | None) -> Response:
    typed: Values = {one.name: str(form.values.get(one.name, "")) for one in block.fields}
    now = changed_meanwhile(form, typed, entry.values) if entry else {}
    seen = seen_by(form, entry.seen if entry else "")
    return form.show("h5/resume-entry.html", block=block, code=code, entry=entry, seen=seen, now=now)


def _with_entries(block: str) -> Block:
    known = named(block)
    if known.shape != "entries":
        raise NotFound()
    return known


def _first(block: Block) -> Values:
    """What the form of a new entry begins with: of 教育背景 the first one is what the roster has."""
    graduate = visit.me().graduate
    if (
        block.name != "education"
        or graduate is None
        or reading.own(visit.ctx(), visit.me()).entries[block.name]
    ):
        return {}
    return {
        "school": graduate.school.name,
        "major": graduate.major_name,
        "begins": f"{graduate.enrolled_on:%Y-%m}" if graduate.enrolled_on else "",
        "ends": f"{graduate.graduates_on:%Y-%m}" if graduate.graduates_on else "",
    }


def _entry(block: str, code: str) -> Entry | None:
    """The visitor's entry of this code, one that was removed too."""
    paper = reading.own(visit.ctx(), visit.me())
    return next((one for one in paper.entries[block] + paper.removed[block] if one.code == code), None)
