"""线下签约 and 已签协议登记 on the graduate's phone, and what a review has returned: forms, scans, pictures."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreements import materials as material_kinds
from domain.agreements import GRADUATE_SIDE, PAPER, RECORDED
from domain.refusals import Conflict, Refusal
from handlers import visit
from handlers.agreement_states import KINDS, state
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.agreements import PAGE, may_withdraw, own, party, show
from handlers.post_words import moment_words
from handlers.terms_form import TermsForm, shown_terms, terms_form
from handlers.uploads import MOST_FORM, MOST_UPLOAD, pieces_of, small_number
from models.agreement import Agreement
from services.agreements import answering, materials, paper_way, recording, terms

door = Door("agreement_papers")

_WAYS = {PAPER: paper_way, RECORDED: recording}
_INK = "graduate_ink"
_OWN = (terms.NUMBER, terms.SIGNED_ON)  # what the form of a registration has besides the terms


@door.on(f"{PAGE}/begin", Guard.GRADUATE, ["POST"])
def begin_agreement() -> ResponseReturnValue:
    """Begins an application for a form, or a registration; the one that is being written, if there is one."""
    way = _WAYS.get(request.form.get("kind", ""), paper_way)
    try:
        row = way.begin(visit.ctx(), party(), visit.me())
    except Refusal as refusal:
        flash(refusal.say, "warn")
        return redirect(PAGE, 303)
    return redirect(f"{PAGE}/{row.code}/edit", 303)


@door.on(f"{PAGE}/<code>/edit", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_FORM)
def edit_agreement(code: str) -> ResponseReturnValue:
    """The form; saved as it stands, or handed in. Once it is handed in, how it stands: also for a second tap."""
    row = own(code)
    if not _may_edit(row):
        return redirect(f"{PAGE}/{code}", 303)
    asked = terms_form(row.year, terms.of(row), *_OWN)
    form = asked.form
    if not form.is_sent:
        form.values |= recording.as_typed(row)
    elif not asked.is_search:
        typed = asked.typed | {name: form.text(name) for name in _OWN}
        with form.refusals():
            return _kept(row, typed)
    return _show_form(asked, row)


def _may_edit(row: Agreement) -> bool:
    if row.kind not in _WAYS:
        return False
    try:
        paper_way.need_editable(row)
    except Conflict:
        return False
    return True


def _show_form(asked: TermsForm, row: Agreement) -> ResponseReturnValue:
    return asked.form.show(
        "h5/agreement-edit.html",
        row=row,
        kind=KINDS[row.kind],
        state=state(row),
        scans=_scans(row),
        most=material_kinds()["scan"].parts,
        until=moment_words(row.due_at) if row.due_at else "",
        **asked.values(),
    )


def _scans(row: Agreement) -> list[int]:
    return [file.part for file in materials.all_current(row) if file.kind == "scan"]


def _kept(row: Agreement, typed: dict[str, str]) -> ResponseReturnValue:
    way = _WAYS[row.kind]
    way.save(visit.ctx(), party(), row, typed)
    if request.form.get("act") == "save":
        flash("已保存，还没有提交。")
        return redirect(f"{PAGE}/{row.code}/edit", 303)
    if row.kind == PAPER:
        paper_way.apply(visit.ctx(), party(), own(row.code), typed)
        flash("申请已提交，院系审核后转学校审核。")
    else:
        recording.submit(visit.ctx(), party(), own(row.code), typed)
        flash("登记已提交，院系审核后转学校审核。")
    return redirect(f"{PAGE}/{row.code}", 303)


@door.on(f"{PAGE}/<code>/upload", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def upload_agreement_file(code: str) -> ResponseReturnValue:
    """One picture: a page of the scan, or what was returned; a signature that was returned is written anew.

    Whoever only reads this address is led to where pictures are chosen.
    """
    form, row = Form(), own(code)
    if not form.is_sent:
        return redirect(f"{PAGE}/{code}/{'edit' if _may_edit(row) else 'scan'}", 303)
    kind = form.text("kind") or "scan"
    with form.refusals():
        if kind == _INK:
            materials.add_ink(visit.ctx(), party(), row, request.form.get("strokes", ""))
        else:
            part = small_number(form.text("part"))
            materials.add(visit.ctx(), party(), row, kind, pieces_of("file"), part=part)
        flash(f"{material_kinds()[kind].title}已上传。")
        return redirect(f"{PAGE}/{code}/{'edit' if _may_edit(row) else 'scan'}", 303)
    row = own(code)
    if _may_edit(row):
        return _show_form(shown_terms(form, row.year, recording.as_typed(row)), row)
    return _show_scan(form, row) if _may_hand_in(row) else show(form, row)


@door.on(f"{PAGE}/<code>/scan", Guard.GRADUATE, ["GET", "POST"])
def agreement_scan(code: str) -> ResponseReturnValue:
    """The pages of the scan, and what was returned; handed in when they are all there."""
    form, row = Form(terms.SIGNED_ON), own(code)
    if not _may_hand_in(row):
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            _hand_in(row, form.text(terms.SIGNED_ON))
            flash("已提交审核，结果会通过公众号告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return _show_scan(form, row)


def _may_hand_in(row: Agreement) -> bool:
    return row.status == "issued" or (
        row.status == "returned" and row.fix_side in ("", GRADUATE_SIDE) and not _may_edit(row)
    )


def _show_scan(form: Form, row: Agreement) -> ResponseReturnValue:
    kinds = material_kinds()
    faults: dict[str, str] = row.faults or {}
    form.values[terms.SIGNED_ON] = form.values.get(terms.SIGNED_ON) or terms.signed_on(row)
    return form.show(
        "h5/agreement-scan.html",
        row=row,
        until=moment_words(row.due_at) if row.due_at else "",
        scans=_scans(row),
        most=kinds["scan"].parts,
        faults=[(name, kinds[name].title, why) for name, why in faults.items() if name in kinds],
        may_withdraw=may_withdraw(row),
    )


def _hand_in(row: Agreement, signed_on: str) -> None:
    if row.kind == "online":
        answering.replace(visit.ctx(), party(), visit.me(), row.code)
    elif row.kind == PAPER:
        paper_way.upload(visit.ctx(), party(), row, signed_on)
    else:
        recording.submit(visit.ctx(), party(), row, recording.as_typed(row))


@door.on(f"{PAGE}/<code>/drop", Guard.GRADUATE, ["POST"])
def drop_agreement(code: str) -> ResponseReturnValue:
    """放弃: a draft or a returned application is thrown away, a numbered form is given up, an application recalled.

    Which of them says the button, not the status: a second tap must not go on to the next.
    """
    form, row = Form("reason"), own(code)
    act = form.text("act")
    with form.refusals():
        if row.kind in _WAYS and act == "discard":
            _WAYS[row.kind].discard(visit.ctx(), party(), row)
            flash("已放弃。")
        elif act == "recall":
            paper_way.recall(visit.ctx(), party(), row)
            flash("已撤回申请，可以修改后重新提交。")
            return redirect(f"{PAGE}/{code}/edit", 303)
        else:
            paper_way.cancel(visit.ctx(), party(), row, form.text("reason"))
            flash("已作废这份协议书编号。")
        return redirect(PAGE, 303)
    return show(form, own(code))
