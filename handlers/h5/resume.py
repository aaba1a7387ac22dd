"""我的简历: how complete it is, its seven blocks, the photo, how it reads, and the PDF."""

from contextlib import closing
from urllib.parse import quote

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.resume import Block, ResumeField, resume_form
from documents.pictures import MOST_BYTES
from domain import resume as rules
from domain.refusals import Conflict, Invalid, NotFound
from domain.resume import Values
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.resumes import photo, printing, reading, writing
from services.resumes.reading import Paper

door = Door("resume")

PAGE = "/h5/resume"
_LONGEST = 2_000  # characters of one field; its own limit is below
_FORM = 64 * 1024  # what the form has beside the photo


@door.on(PAGE, Guard.GRADUATE)
def resume() -> ResponseReturnValue:
    """简历完整度, what to do next, and the way to each block."""
    paper = _paper()
    return Form().show("h5/resume.html", paper=paper, lines=_lines(paper), blocks=resume_form().blocks)


@door.on(f"{PAGE}/photo", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_BYTES + _FORM)
def resume_photo() -> ResponseReturnValue:
    """The form that takes a photo in."""
    form = Form()
    if form.is_sent:
        with form.refusals():
            file = request.files.get("photo")
            if file is None or not file.filename:
                raise Invalid.field("photo", "file_needed")
            with closing(file):
                photo.put(visit.ctx(), visit.me(), file.stream)
            flash("照片已保存。")
            return redirect(f"{PAGE}/basics", 303)
    return form.show("h5/resume-photo.html", paper=_paper())


@door.on(f"{PAGE}/photo/remove", Guard.GRADUATE, ["POST"])
def remove_resume_photo() -> ResponseReturnValue:
    """Takes the photo away."""
    photo.remove(visit.ctx(), visit.me())
    flash("照片已删除。")
    return redirect(f"{PAGE}/photo", 303)


@door.on(f"{PAGE}/photo.jpg", Guard.GRADUATE)
def resume_photo_file() -> ResponseReturnValue:
    """The photo, to its owner."""
    return Response(photo.content(visit.ctx(), visit.me()), mimetype="image/jpeg")


@door.on(f"{PAGE}/preview", Guard.GRADUATE)
def resume_preview() -> ResponseReturnValue:
    """How the résumé reads, with the family where that is asked for."""
    with_family = request.args.get("family") == "1"
    paper = _paper()
    told = printing.contents(visit.ctx(), paper, () if with_family else ("family",))
    return Form().show("h5/resume-preview.html", told=told, paper=paper, with_family=with_family)


@door.on(f"{PAGE}/resume.pdf", Guard.GRADUATE)
def resume_pdf() -> ResponseReturnValue:
    """The PDF. WeChat on a phone shows a file and cannot keep one, so there it is opened."""
    with_family = request.args.get("family") == "1"
    name, content = printing.own_pdf(visit.ctx(), visit.me(), with_family=with_family)
    kind = "inline" if visit.is_in_wechat() else "attachment"
    response = Response(content, mimetype="application/pdf")
    named = f"{kind}; filename=resume.pdf; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = named
    return response


@door.on(f"{PAGE}/<block>", Guard.GRADUATE, ["GET", "POST"])
def resume_block(block: str) -> ResponseReturnValue:
    """One block: its form, its entries, or the 求职意向 to be read."""
    known, paper = named(block), _paper()
    if request.method == "POST":
        return _save(known, paper)
    if known.shape == "intention":
        facts = printing.wish_facts(visit.ctx(), paper.graduate, paper.intention)
        return Form().show("h5/resume-intention.html", paper=paper, block=known, facts=facts)
    if known.shape == "entries":
        removed = [entry for entry in paper.removed[block] if entry.code == request.args.get("removed")]
        return Form().show("h5/resume-entries.html", paper=paper, block=known, undo=removed)
    form = Form(**_filled(paper, known))
    return _show_fields(form, known, paper)


@door.on(f"{PAGE}/<block>/none", Guard.GRADUATE, ["POST"])
def resume_none(block: str) -> ResponseReturnValue:
    """暂无: there is nothing to tell in this block, which then counts as done."""
    is_none = request.form.get("none") == "1"
    writing.say_none(visit.ctx(), visit.me(), block, is_none=is_none)
    flash("已保存。")
    return redirect(f"{PAGE}/{block}", 303)


def named(block: str) -> Block:
    """The block that an address names. Raises NotFound."""
    try:
        return resume_form().block(block)
    except KeyError:
        raise NotFound() from None


def given(block: Block) -> Values:
    """What was typed into the fields of a block, all of it."""
    return {one.name: request.form.get(one.name, "")[:_LONGEST] for one in block.fields}


def seen_by(form: Form, stands: str) -> str:
    """What the next sending of a form says that it saw: what stands now once that was shown, else as before."""
    if form.is_sent and not isinstance(form.refusal, Conflict):
        return request.form.get("seen", "")
    return stands


def changed_meanwhile(form: Form, typed: Values, now: Values) -> Values:
    """What stands now in the fields where something else was typed, if that is why the form was not saved."""
    if not isinstance(form.refusal, Conflict):
        return {}
    return {name: now.get(name, "") for name in typed if typed[name].strip() != now.get(name, "")}


def _save(block: Block, paper: Paper) -> ResponseReturnValue:
    typed = given(block)
    form = Form(**typed)
    with form.refusals():
        writing.save_block(visit.ctx(), visit.me(), block.name, request.form.get("seen", ""), typed)
        flash(f"{block.title}已保存。")
        return redirect(PAGE, 303)
    return _show_fields(form, block, _paper())


def _show_fields(form: Form, block: Block, paper: Paper) -> Response:
    """The form of a block."""
    typed = {one.name: str(form.values.get(one.name, "")) for one in block.fields}
    groups: dict[str, list[ResumeField]] = {}
    for one in block.fields:
        groups.setdefault(one.group, []).append(one)
    return form.show(
        "h5/resume-fields.html",
        paper=paper,
        block=block,
        groups=groups,
        seen=seen_by(form, paper.seen(block.name)),
        now=changed_meanwhile(form, typed, paper.values.get(block.name, {})),
    )


def _filled(paper: Paper, block: Block) -> Values:
    """What the form shows at first: what is saved, else the phone that the roster or the account has."""
    saved = paper.values.get(block.name, {})
    if block.name == "contacts" and not saved:
        return {"phone": paper.graduate.phone or visit.me().account.phone or ""}
    return saved


def _paper() -> Paper:
    return reading.own(visit.ctx(), visit.me())


def _lines(paper: Paper) -> list[tuple[Block, bool, str]]:
    """Each block, whether it is whole, and what it has or lacks in a few words."""
    return [
        (block, block.name not in paper.measure.missing, _hint(block, paper))
        for block in resume_form().blocks
    ]


def _hint(block: Block, paper: Paper) -> str:
    if block.shape == "intention":
        return "已登记" if paper.standing.has_intention else "还没有登记求职意愿"
    if block.shape == "entries":
        count = len(paper.entries[block.name])
        if count:
            return f"{count} 条"
        return block.none if block.name in paper.standing.none else "还没有填写"
    lacks = rules.lacking(block, paper.standing)
    if block.photo_points and not paper.standing.has_photo:
        lacks.insert(0, "照片")
    return f"还缺：{'、'.join(lacks)}" if lacks else "已填写"
