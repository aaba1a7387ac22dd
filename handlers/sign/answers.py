"""An offer in the unit's hands: how it stands, other terms, taken back, returned material, the sealed paper."""

from urllib.parse import quote

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreement_papers import clauses_of
from config.agreements import materials as material_kinds
from config.consents import consents
from domain.agreements import UNIT_SIDE
from handlers import signature, visit
from handlers.agreement_states import GOOD, MODES, paper_name, release_state, state
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_words import moment_words
from handlers.sign.draft import undone
from handlers.sign.holding import PAGE, acting
from handlers.terms_form import terms_form
from handlers.uploads import MOST_INK, MOST_UPLOAD, pieces_of
from models.agreement import Agreement
from services.agreements import frozen_rules, looking, materials, offers, persons, releases, terms

door = Door("sign_answers")


@door.on(f"{PAGE}/<code>", Guard.ANYONE)
def offered(code: str) -> ResponseReturnValue:
    """A draft at its next step; else how the agreement stands."""
    _party, row = acting(code)
    if row.status == "draft":
        return redirect(f"{PAGE}/{code}/{undone(row)}", 303)
    return _show(Form("reason"), row)


def _show(form: Form, row: Agreement) -> ResponseReturnValue:
    return form.show(
        "sign/agreement.html",
        row=row,
        state=state(row),
        is_good=row.status in GOOD,
        mode=MODES.get(row.mode, ""),
        terms=terms.shown(visit.ctx(), row),
        until=moment_words(row.due_at) if row.due_at else "",
        papers={paper.kind for paper in looking.papers(row)},
        releases=[(one, release_state(one)) for one in releases.of_agreement(row)],
        titles={name: kind.title for name, kind in material_kinds().items()},
        is_other=row.status == "offered" and persons.is_other(row),
        is_ours=row.status == "returned" and row.fix_side == "unit",
    )


@door.on(f"{PAGE}/<code>/revise", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_INK)
def revise_offer(code: str) -> ResponseReturnValue:
    """修改条款: signed anew; the graduate's time begins again."""
    party, row = acting(code)
    if row.status != "offered":
        return redirect(f"{PAGE}/{code}", 303)
    asked = terms_form(row.year, terms.of(row))
    form = asked.form
    given = signature.signed(form)
    if form.is_sent and not asked.is_search:
        with form.refusals():
            offers.revise(visit.ctx(), party, row, asked.typed, **given)
            flash("条款已修改，毕业生会收到提醒并重新核对。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show(
        "sign/revise.html",
        row=row,
        rules=frozen_rules.ahead(row),
        clauses=clauses_of("agreement", row.mode),
        consents=consents(),
        needs_identity=not materials.has_consented(row, UNIT_SIDE),
        **asked.values(),
    )


@door.on(f"{PAGE}/<code>/recall", Guard.ANYONE, ["POST"])
def recall_offer(code: str) -> ResponseReturnValue:
    """撤回邀约."""
    party, row = acting(code)
    form = Form("reason")
    with form.refusals():
        offers.recall(visit.ctx(), party, row, form.text("reason"))
        flash("邀约已撤回，毕业生会收到通知。")
        return redirect(f"{PAGE}/{code}", 303)
    return _show(form, acting(code)[1])


@door.on(f"{PAGE}/<code>/replace", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def replace_papers(code: str) -> ResponseReturnValue:
    """补正材料: each fault a picture or a signature, then off to the review again."""
    party, row = acting(code)
    if row.status != "returned" or row.fix_side != "unit":
        return redirect(f"{PAGE}/{code}", 303)
    form, ctx = Form(), visit.ctx()
    if form.is_sent:
        with form.refusals():
            act = form.text("act")
            if act == "ink":
                materials.add_ink(ctx, party, row, request.form.get("strokes", ""))
                flash("签名已更新。")
            elif act == "file":
                materials.add(ctx, party, row, form.text("kind"), pieces_of("file"))
                flash("已上传。")
            else:
                offers.replace(ctx, party, row)
                flash("已提交审核，结果会用微信或短信告诉您。")
                return redirect(f"{PAGE}/{code}", 303)
            return redirect(f"{PAGE}/{code}/replace", 303)
    kinds = material_kinds()
    return form.show(
        "sign/replace.html",
        row=row,
        until=moment_words(row.due_at) if row.due_at else "",
        faults=[(name, kinds[name].title, why) for name, why in (row.faults or {}).items()],
        may_withdraw=frozen_rules.may_withdraw(row),
    )


@door.on(f"{PAGE}/<code>/<kind>.pdf", Guard.ANYONE)
def unit_paper(code: str, kind: str) -> Response:
    """Our sealed paper, as it was sealed."""
    party, row = acting(code)
    content = looking.content(visit.ctx(), party.actor, looking.paper(row, kind))
    response = Response(content, mimetype="application/pdf")
    how = "inline" if visit.is_in_wechat() else "attachment"
    name = quote(f"{paper_name(row, kind)}.pdf", safe="")
    response.headers["Content-Disposition"] = f"{how}; filename={kind}.pdf; filename*=UTF-8''{name}"
    return response
