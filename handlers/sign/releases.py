"""解约 in the unit's hands: asked for, answered, or gone on with by a stamped letter."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreement_papers import clauses_of
from config.agreements import materials as material_kinds
from domain.agreements import UNIT_SIDE
from domain.refusals import NotFound
from handlers import visit
from handlers.agreement_states import release_state
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_words import moment_words
from handlers.sign.holding import PAGE, acting
from handlers.uploads import MOST_INK, MOST_UPLOAD, pieces_of, small_number
from models.agreement import Agreement, Release
from services.agreements import materials, releases
from services.agreements.parties import Party

door = Door("sign_releases")


@door.on(f"{PAGE}/<code>/release", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_INK)
def unit_ask_release(code: str) -> ResponseReturnValue:
    """申请解约."""
    party, row = acting(code)
    form = Form("reason")
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            releases.ask(visit.ctx(), party, row, form.text("reason"), request.form.get("strokes", ""))
            flash("已向毕业生发出解约申请，对方答复后会用微信或短信告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show("sign/release-ask.html", row=row, clauses=clauses_of("release", row.mode))


@door.on(f"{PAGE}/<code>/releases/<release_code>", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def unit_release(code: str, release_code: str) -> ResponseReturnValue:
    """One 解约: how it stands, and what the unit may do."""
    party, row = acting(code)
    form, release = Form("reason"), _named(row, release_code)
    if form.is_sent:
        with form.refusals():
            flash(_answered(form, party, row, release))
            return redirect(f"{PAGE}/{code}/releases/{release_code}", 303)
        release = _named(acting(code)[1], release_code)
    is_mine = release.asked_by == UNIT_SIDE
    return form.show(
        "sign/release.html",
        row=row,
        release=release,
        clauses=clauses_of("release", row.mode),
        state=release_state(release),
        is_mine=is_mine,
        until=moment_words(release.due_at) if release.due_at else "",
        may_add_letter=is_mine and release.status in ("asked", "expired"),
        files=[file.part for file in materials.all_current(row, release) if file.kind == "letter"],
        most=material_kinds()["letter"].parts,
    )


def _named(row: Agreement, code: str) -> Release:
    found = next((one for one in releases.of_agreement(row) if one.code == code), None)
    if found is None:
        raise NotFound()
    found.graduate = row.graduate
    return found


def _answered(form: Form, party: Party, row: Agreement, release: Release) -> str:
    """Does what the button says; answers what the person is told."""
    ctx, act = visit.ctx(), form.text("act")
    if act == "agree":
        releases.agree(ctx, party, release, request.form.get("strokes", ""))
        return "已同意解约。院系和学校审核通过后协议解除。"
    if act == "refuse":
        releases.refuse(ctx, party, release, form.text("reason"))
        return "已告知毕业生单位不同意解约，协议继续有效。"
    if act == "cancel":
        releases.cancel(ctx, party, release)
        return "已取消解约申请，协议继续有效。"
    if act == "file":
        part = small_number(form.text("part"))
        materials.add(ctx, party, row, "letter", pieces_of("file"), part=part, release=release)
        return "解约函已上传。"
    releases.add_proof(ctx, party, release)
    return "解约函已提交，院系审核后转学校审核。"
