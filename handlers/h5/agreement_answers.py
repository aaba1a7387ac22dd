"""The graduate's answer to an offer: the exact terms, then the signature; or no, and why."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from config.consents import consents
from domain.agreements import GRADUATE_SIDE
from domain.refusals import Conflict
from handlers import signature, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.agreements import PAGE, is_other_live, own, party, show
from handlers.post_words import moment_words
from handlers.uploads import MOST_INK, small_number
from services.agreements import answering, materials, persons, recording, terms

door = Door("agreement_answers")


@door.on(f"{PAGE}/<code>/sign", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_INK)
def sign_agreement(code: str) -> ResponseReturnValue:
    """同意签约: what is signed are the terms on this page and no others."""
    form = Form()
    row = own(code)
    if form.is_sent:
        with form.refusals():
            answering.accept(
                visit.ctx(),
                party(),
                visit.me(),
                code,
                digest=form.text("digest"),
                version=small_number(form.text("version"), -1),
                **signature.signed(form),
                sms_code=form.text("code"),
            )
            flash("您已签名。院系和学校审核通过后协议生效，进展会通过公众号告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
        row = own(code)
    if row.status != "offered":
        return redirect(f"{PAGE}/{code}", 303)
    return form.show(
        "h5/agreement-sign.html",
        row=row,
        person=persons.shown(visit.ctx(), row),
        is_other=persons.is_other(row),
        is_other_live=is_other_live(row),
        terms=terms.shown(visit.ctx(), row),
        clauses=terms.clauses_in(row.terms or "{}"),
        changed=_changed(form),
        until=moment_words(row.due_at),
        consents=consents(),
        needs_identity=not materials.has_consented(row, GRADUATE_SIDE),
        needs_code=not answering.is_in_own_wechat(visit.ctx(), party(), visit.me()),
    )


def _changed(form: Form) -> list[str]:
    is_conflict = isinstance(form.refusal, Conflict) and form.refusal.code == "agreement_changed"
    return list(form.errors) if is_conflict else []


@door.on(f"{PAGE}/<code>/decline", Guard.GRADUATE, ["POST"])
def decline_agreement(code: str) -> ResponseReturnValue:
    """不同意."""
    form = Form("reason")
    with form.refusals():
        answering.decline(visit.ctx(), party(), visit.me(), code, form.text("reason"))
        flash("已告知单位您不同意这份邀约。")
        return redirect(f"{PAGE}/{code}", 303)
    return show(form, own(code))


@door.on(f"{PAGE}/<code>/withdraw", Guard.GRADUATE, ["POST"])
def withdraw_agreement(code: str) -> ResponseReturnValue:
    """撤回, before the school has decided."""
    form, row = Form("reason"), own(code)
    with form.refusals():
        if row.kind == "recorded":
            recording.withdraw(visit.ctx(), party(), row, form.text("reason"))
        else:
            answering.withdraw(visit.ctx(), party(), visit.me(), code, form.text("reason"))
        flash("已撤回。需要时可以重新签约。")
        return redirect(f"{PAGE}/{code}", 303)
    return show(form, own(code))
