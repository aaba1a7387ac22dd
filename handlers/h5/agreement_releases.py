"""解约 on the graduate's phone: asked for, answered, or filed with the unit's stamped letter."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from domain.agreements import GRADUATE_SIDE, ONLINE
from handlers import release_room, signature, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.agreements import PAGE, own, party
from handlers.uploads import MOST_INK, MOST_UPLOAD
from models.agreement import Agreement, Release
from services.agreements import releases

door = Door("agreement_releases")


@door.on(f"{PAGE}/<code>/release", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_INK)
def ask_release(code: str) -> ResponseReturnValue:
    """申请解约: the other side is asked and signs; where it was signed on paper, a letter is filed instead."""
    form, row = Form("reason"), own(code)
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            signed = signature.signed(form)
            releases.ask(visit.ctx(), party(), row, form.text("reason"), **signed)
            flash("已向单位发出解约申请，单位答复后会通过公众号告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    asking = release_room.asking_values(party(), row)
    return form.show("h5/release-ask.html", is_online=row.kind == ONLINE, **asking)


@door.on(f"{PAGE}/<code>/letter", Guard.GRADUATE, ["GET", "POST"])
def release_by_letter(code: str) -> ResponseReturnValue:
    """线下解约: the unit's letter with its seal, then the reason."""
    form, row = Form("reason"), own(code)
    ctx = visit.ctx()
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            release = releases.begin(ctx, party(), row)
            releases.file_offline(ctx, party(), release, form.text("reason"))
            flash("解约材料已提交，院系审核后转学校审核。")
            return redirect(f"{PAGE}/{code}", 303)
    return _show_letter(form, row)


def _show_letter(form: Form, row: Agreement) -> ResponseReturnValue:
    release = releases.begun(party(), row)
    pages = release_room.letters(row, release) if release is not None else []
    return form.show("h5/release-letter.html", row=row, files=pages, most=release_room.letter_pages())


@door.on(f"{PAGE}/<code>/letter/file", Guard.GRADUATE, ["POST"], most_bytes=MOST_UPLOAD)
def add_letter(code: str) -> ResponseReturnValue:
    """One page of the letter: of a release that is not filed yet, or of one that the unit has not answered."""
    form, row = Form("reason"), own(code)
    named = form.text("release")
    with form.refusals():
        release = release_room.named(row, named) if named else releases.begin(visit.ctx(), party(), row)
        flash(release_room.add_letter(form, party(), row, release))
        return redirect(_back(row, release), 303)
    row = own(code)
    return _show_release(form, row, release_room.named(row, named)) if named else _show_letter(form, row)


def _back(row: Agreement, release: Release | None) -> str:
    if release is not None and release.status != "opened":
        return f"{PAGE}/{row.code}/releases/{release.code}"
    return f"{PAGE}/{row.code}/letter"


@door.on(f"{PAGE}/<code>/releases/<release_code>", Guard.GRADUATE, ["GET", "POST"], most_bytes=MOST_INK)
def agreement_release(code: str, release_code: str) -> ResponseReturnValue:
    """One 解约: how it stands; agreed to, refused, cancelled, or gone on with by the unit's letter."""
    form, row = Form("reason"), own(code)
    release = release_room.named(row, release_code)
    if form.is_sent:
        with form.refusals():
            flash(release_room.answered(form, party(), row, release))
            return redirect(f"{PAGE}/{code}/releases/{release_code}", 303)
        release = release_room.named(own(code), release_code)
    return _show_release(form, row, release)


def _show_release(form: Form, row: Agreement, release: Release) -> ResponseReturnValue:
    return form.show("h5/release.html", **release_room.values_of(row, release, GRADUATE_SIDE))
