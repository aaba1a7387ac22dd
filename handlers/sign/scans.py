"""The unit sends the stamped scan of a form: who knows its number and the unit's code, and proves a phone."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreements import materials as material_kinds
from domain import personal
from domain.agreements import WITH_SCAN
from domain.refusals import Conflict, NotFound
from handlers import visit
from handlers.agreement_states import state
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.one_time_code import sent_to_phone
from handlers.post_words import moment_words
from handlers.sign.holding import held, hold
from handlers.uploads import MOST_UPLOAD, pieces_of, small_number
from models.agreement import Agreement
from services.agreements import materials, new_signers, paper_way, scan_givers, terms
from services.agreements.scan_givers import ScanGiver

door = Door("sign_scans")

PAGE = "/s/scan"
_MARK = "scan-"
_FIELDS = ("number", "credit_code", "phone")


@door.on(PAGE, Guard.ANYONE, ["GET", "POST"])
def unit_scan_entry() -> ResponseReturnValue:
    """Which form, and a phone that a code shows to be theirs; the code on the form brings its number along."""
    form = Form(*_FIELDS, number=request.args.get("number", ""))
    if form.is_sent:
        with form.refusals():
            typed = ScanGiver(**{name: form.text(name) for name in _FIELDS}, code=form.text("code"))
            try:
                row = scan_givers.begin(visit.ctx(), device(), typed)
            except NotFound:
                raise Conflict("agreement_unknown") from None
            hold(f"{_MARK}{row.code}")
            return redirect(f"{PAGE}/{row.code}", 303)
    return form.show("sign/scan-entry.html")


@door.on(f"{PAGE}/code", Guard.ANYONE, ["POST"])
def unit_scan_code() -> ResponseReturnValue:
    """获取验证码."""
    return sent_to_phone(lambda phone: new_signers.send_code(visit.ctx(), phone, visit.network()), PAGE)


@door.on(f"{PAGE}/<code>", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def unit_scan(code: str) -> ResponseReturnValue:
    """The pages of the scan, one at a time, then handed in; afterwards how it stands."""
    row, form = _own(code), Form(terms.SIGNED_ON)
    if form.is_sent:
        with form.refusals():
            _take(form, row)
            return redirect(f"{PAGE}/{code}", 303)
        row = _own(code)
    form.values[terms.SIGNED_ON] = form.values.get(terms.SIGNED_ON) or terms.signed_on(row)
    faults: dict[str, str] = row.faults or {}
    pages = [file for file in materials.all_current(row) if file.kind == "scan"]
    return form.show(
        "sign/scan.html",
        row=row,
        graduate=personal.mask_name(row.graduate.name),
        state=state(row),
        is_open=row.status in WITH_SCAN,
        until=moment_words(row.due_at) if row.due_at else "",
        why=faults.get("scan", ""),
        scans=[page.part for page in pages],
        most=material_kinds()["scan"].parts,
    )


def _take(form: Form, row: Agreement) -> None:
    """What the form brings: a page, or the word that all of them are there."""
    ctx, party = visit.ctx(), scan_givers.party(row.code, device())
    if form.text("kind") == "scan":
        part = small_number(form.text("part"))
        materials.add(ctx, party, row, "scan", pieces_of("file"), part=part)
        flash("已上传。")
    else:
        paper_way.upload(ctx, party, row, form.text(terms.SIGNED_ON))
        flash("已提交审核，毕业生会收到提醒。")


def _own(code: str) -> Agreement:
    """The form whose scan this browser may give; raises NotFound."""
    if f"{_MARK}{code}" not in held():
        raise NotFound()
    return scan_givers.fresh(code)
