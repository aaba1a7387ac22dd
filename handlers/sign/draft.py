"""A unit writes its offer: who signs and whose the phone is, the terms, the papers, the signature."""

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue

from config.agreement_papers import clauses_of
from config.agreements import materials as material_kinds
from config.consents import consents
from domain.agreements import UNIT_SIDE
from domain.refusals import Invalid, NotFound
from handlers import signature, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.one_time_code import sent_to_phone
from handlers.review_room import watermarked
from handlers.sign.holding import PAGE, acting
from handlers.terms_form import terms_form
from handlers.uploads import MOST_FORM, MOST_INK, MOST_UPLOAD, pieces_of
from models.agreement import Agreement
from services.agreements import drafting, frozen_rules, materials, terms

door = Door("sign_draft")

STEPS = (("person", "经办人"), ("terms", "约定事项"), ("papers", "证照"), ("finish", "核对签名"))
_FIELDS = ("name", "position", "phone")


def undone(row: Agreement) -> str:
    """The first step of a draft that is not done."""
    if not (drafting.is_proven(row) and row.signer_name and row.signer_position):
        return "person"
    if not _are_right(row):
        return "terms"
    if any(materials.current(row, kind) is None for kind in drafting.NEEDED):
        return "papers"
    return "finish"


def _are_right(row: Agreement) -> bool:
    """Whether the terms could be sent as they are: an invitation knows but a part of them."""
    try:
        terms.checked(visit.ctx(), terms.of(row), row.year)
    except Invalid:
        return False
    return True


def _moved(row: Agreement) -> ResponseReturnValue | None:
    """Where somebody goes who opens a step of what is no draft any more."""
    return None if row.status == "draft" else redirect(f"{PAGE}/{row.code}", 303)


@door.on(f"{PAGE}/<code>/person", Guard.ANYONE, ["GET", "POST"])
def draft_person(code: str) -> ResponseReturnValue:
    """经办人 and the phone, which a code shows to be theirs."""
    party, row = acting(code)
    if moved := _moved(row):
        return moved
    known = {"name": row.signer_name or "", "position": row.signer_position, "phone": row.signer_phone or ""}
    form = Form(*_FIELDS, **known)
    if form.is_sent:
        with form.refusals():
            person = {name: form.text(name) for name in _FIELDS}
            drafting.prove_phone(visit.ctx(), party, row, person, form.text("code"))
            return redirect(f"{PAGE}/{code}/terms", 303)
    return form.show(
        "sign/person.html", row=row, steps=STEPS, now="person", is_proven=drafting.is_proven(row)
    )


@door.on(f"{PAGE}/<code>/code", Guard.ANYONE, ["POST"])
def draft_code(code: str) -> ResponseReturnValue:
    """获取验证码."""
    _party, row = acting(code)
    page = f"{PAGE}/{code}/person"
    return sent_to_phone(lambda phone: drafting.send_code(visit.ctx(), row, phone, visit.network()), page)


@door.on(f"{PAGE}/<code>/terms", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_FORM)
def draft_terms(code: str) -> ResponseReturnValue:
    """The terms: kept at every step, checked before one goes on."""
    party, row = acting(code)
    if moved := _moved(row):
        return moved
    asked = terms_form(row.year, terms.of(row))
    form = asked.form
    if form.is_sent:
        with form.refusals():
            drafting.save(visit.ctx(), party, row, asked.typed)
            if not asked.is_search:
                terms.checked(visit.ctx(), asked.typed, row.year)
                return redirect(f"{PAGE}/{code}/papers", 303)
    return form.show("sign/terms.html", row=row, steps=STEPS, now="terms", **asked.values())


@door.on(f"{PAGE}/<code>/papers", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def draft_papers(code: str) -> ResponseReturnValue:
    """The papers, one at a time; those that show a person after a consent of their own."""
    party, row = acting(code)
    if moved := _moved(row):
        return moved
    form = Form()
    if form.is_sent:
        with form.refusals():
            if form.text("consent") == "1":
                materials.consent(visit.ctx(), party, row)
            kind = form.text("kind")
            if kind:
                materials.add(visit.ctx(), party, row, kind, pieces_of("file"))
                flash("已上传。")
            lacking = (name for name in drafting.NEEDED if materials.current(row, name) is None)
            return redirect(f"{PAGE}/{code}/papers#{next(lacking, 'onward')}", 303)
    kinds = material_kinds()
    return form.show(
        "sign/papers.html",
        row=row,
        steps=STEPS,
        now="papers",
        papers=[(name, kinds[name], materials.current(row, name)) for name in drafting.NEEDED],
        has_consented=materials.has_consented(row, UNIT_SIDE),
        consent=consents()["identity"],
        is_done=undone(row) not in ("papers",),
    )


@door.on(f"{PAGE}/<code>/files/<file>", Guard.ANYONE)
def own_file(code: str, file: str) -> Response:
    """A picture that this unit gave, to whoever gave it, under a watermark as for everybody else."""
    party, row = acting(code)
    found = materials.picture_of(row, file)
    if found.side != UNIT_SIDE:
        raise NotFound()
    return watermarked(party.actor, f"单位经办人{row.signer_name or ''}", found)


@door.on(f"{PAGE}/<code>/finish", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_INK)
def draft_finish(code: str) -> ResponseReturnValue:
    """Everything once more, the signature, and off it goes."""
    party, row = acting(code)
    if moved := _moved(row):
        return moved
    form = Form()
    if form.is_sent:
        with form.refusals():
            shown = form.text("rules")
            drafting.submit(visit.ctx(), party, row, rules=shown, **signature.signed(form))
            flash("邀约已发出。毕业生确认后，会用微信或短信告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show(
        "sign/finish.html",
        row=row,
        steps=STEPS,
        now="finish",
        undone=undone(row),
        terms=terms.shown(visit.ctx(), row) + frozen_rules.ahead(row),
        rules=frozen_rules.seen(row),
        clauses=clauses_of("agreement", row.mode),
        consents=consents(),
        needs_identity=not materials.has_consented(row, UNIT_SIDE),
    )


@door.on(f"{PAGE}/<code>/discard", Guard.ANYONE, ["POST"])
def draft_discard(code: str) -> ResponseReturnValue:
    """放弃填写."""
    party, row = acting(code)
    form = Form()
    with form.refusals():
        drafting.discard(visit.ctx(), party, row)
        flash("已放弃，填写的内容和图片会被删除。")
    if form.error:
        flash(form.error, "warn")
    return redirect(f"{PAGE}/{code}", 303)
