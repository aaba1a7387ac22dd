"""解约 on the graduate's phone: asked for, answered, or filed with the unit's stamped letter."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreement_papers import clauses_of
from config.agreements import materials as material_kinds
from domain.agreements import GRADUATE_SIDE, ONLINE
from domain.refusals import NotFound
from handlers import visit
from handlers.agreement_states import release_state
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.agreements import PAGE, own, party
from handlers.post_words import moment_words
from handlers.uploads import MOST_INK, MOST_UPLOAD, pieces_of, small_number
from models.agreement import Agreement, Release
from services.agreements import materials, releases

door = Door("agreement_releases")


@door.on(f"{PAGE}/<code>/release", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_INK)
def ask_release(code: str) -> ResponseReturnValue:
    """申请解约: the other side is asked and signs; where it was signed on paper, a letter is filed instead."""
    form, row = Form("reason"), own(code)
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            strokes = request.form.get("strokes", "")
            releases.ask(visit.ctx(), party(), row, form.text("reason"), strokes)
            flash("已向单位发出解约申请，单位答复后会通过公众号告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show(
        "h5/release-ask.html", row=row, is_online=row.kind == ONLINE, clauses=clauses_of("release", row.mode)
    )


@door.on(f"{PAGE}/<code>/letter", Guard.GRADUATE, ["GET", "POST"])
def release_by_letter(code: str) -> ResponseReturnValue:
    """线下解约: the unit's letter with its seal, then the reason."""
    form, row = Form("reason"), own(code)
    ctx = visit.ctx()
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            begun = releases.begin(ctx, party(), row)
            releases.file_offline(ctx, party(), begun, form.text("reason"))
            flash("解约材料已提交，院系审核后转学校审核。")
            return redirect(f"{PAGE}/{code}", 303)
    return _show_letter(form, row)


def _show_letter(form: Form, row: Agreement) -> ResponseReturnValue:
    release = _begun(row)
    pages = _letters(row, release) if release is not None else []
    return form.show("h5/release-letter.html", row=row, files=pages, most=_letter_pages())


def _letters(row: Agreement, release: Release) -> list[int]:
    return [file.part for file in materials.all_current(row, release) if file.kind == "letter"]


def _begun(row: Agreement) -> Release | None:
    mine = [one for one in row.releases if one.status == "opened" and one.asked_by == GRADUATE_SIDE]
    return mine[-1] if mine else None


def _letter_pages() -> int:
    return material_kinds()["letter"].parts


@door.on(f"{PAGE}/<code>/letter/file", Guard.GRADUATE, ["POST"], most_bytes=MOST_UPLOAD)
def add_letter(code: str) -> ResponseReturnValue:
    """One page of the letter: of a release that is not filed yet, or of one that the unit has not answered."""
    form, row = Form("reason"), own(code)
    named = form.text("release")
    with form.refusals():
        release = _named(row, named) if named else releases.begin(visit.ctx(), party(), row)
        part = small_number(form.text("part"))
        materials.add(visit.ctx(), party(), row, "letter", pieces_of("file"), part=part, release=release)
        flash("解约函已上传。")
        return redirect(_back(row, release), 303)
    row = own(code)
    return _show_release(form, row, _named(row, named)) if named else _show_letter(form, row)


def _back(row: Agreement, release: Release | None) -> str:
    if release is not None and release.status != "opened":
        return f"{PAGE}/{row.code}/releases/{release.code}"
    return f"{PAGE}/{row.code}/letter"


def _named(row: Agreement, code: str) -> Release:
    """One release of this agreement; raises NotFound."""
    found = next((one for one in releases.of_agreement(row) if one.code == code), None)
    if found is None:
        raise NotFound()
    found.graduate = row.graduate
    return found


@door.on(f"{PAGE}/<code>/releases/<release_code>", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_INK)
def agreement_release(code: str, release_code: str) -> ResponseReturnValue:
    """One 解约: how it stands; agreed to, refused, cancelled, or gone on with by the unit's letter."""
    form, row = Form("reason"), own(code)
    release = _named(row, release_code)
    if form.is_sent:
        with form.refusals():
            flash(_answered(form, release))
            return redirect(f"{PAGE}/{code}/releases/{release_code}", 303)
        release = _named(own(code), release_code)
    return _show_release(form, row, release)


def _show_release(form: Form, row: Agreement, release: Release) -> ResponseReturnValue:
    is_mine = release.asked_by == GRADUATE_SIDE
    return form.show(
        "h5/release.html",
        row=row,
        release=release,
        clauses=clauses_of("release", row.mode),
        state=release_state(release),
        is_mine=is_mine,
        until=moment_words(release.due_at) if release.due_at else "",
        may_add_letter=is_mine and release.status in ("asked", "expired"),
        files=_letters(row, release),
        most=_letter_pages(),
    )


def _answered(form: Form, release: Release) -> str:
    """Does what the button says; answers what the person is told."""
    ctx, act = visit.ctx(), form.text("act")
    if act == "agree":
        releases.agree(ctx, party(), release, request.form.get("strokes", ""))
        return "您已同意解约。院系和学校审核通过后协议解除。"
    if act == "refuse":
        releases.refuse(ctx, party(), release, form.text("reason"))
        return "已告知对方您不同意解约，协议继续有效。"
    if act == "cancel":
        releases.cancel(ctx, party(), release)
        return "已取消解约申请，协议继续有效。"
    releases.add_proof(ctx, party(), release)
    return "解约函已提交，院系审核后转学校审核。"
