"""网上签约 on the graduate's phone: the list, the code that units scan, and one agreement."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreements import materials as material_kinds
from documents import qr
from domain.agreements import PAPER, UNIT_SIDE, WITH_SCAN
from domain.refusals import Conflict, Refusal
from handlers import destination_words, visit
from handlers.agreement_states import GOOD, KINDS, MODES, next_step, paper_name, release_state, state
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_words import moment_words
from models.agreement import Agreement
from services import destinations
from services.agreements import (
    answering,
    frozen_rules,
    lists,
    looking,
    materials,
    persons,
    releases,
    rules,
    terms,
    tickets,
)
from services.agreements import standing as binding
from services.agreements.parties import Party, graduate_party, own_graduate

door = Door("agreements")

PAGE = "/h5/agreements"
CODE = "/h5/signing-code"


def party() -> Party:
    """The graduate at this phone."""
    return graduate_party(visit.me(), device())


def own(code: str) -> Agreement:
    """One of the graduate's agreements; raises NotFound."""
    return answering.view(visit.ctx(), visit.me(), code)


@door.on(PAGE, Guard.GRADUATE)
def agreements() -> ResponseReturnValue:
    """Every agreement, the newest first, and the three ways to begin one."""
    graduate = own_graduate(visit.me())
    found = lists.of_graduate(visit.me(), request.args.get("after", ""))
    standing = destinations.standing(visit.ctx(), graduate)
    return Form().show(
        "h5/agreements.html",
        rows=[_listed(row, is_bound=standing.is_bound) for row in found.rows],
        kinds=KINDS,
        is_open=rules.is_open(graduate.school_id),
        is_confirmed=graduate.status in ("confirmed", "locked"),
        is_bound=standing.is_bound,
        destination=destination_words.words(standing),
        following=f"{PAGE}?{urlencode({'after': found.after})}" if found.after else "",
    )


def _listed(row: Agreement, *, is_bound: bool) -> tuple[Agreement, str, bool]:
    """A row of the list, how it stands in words, and whether that is good to hear."""
    if is_bound and row.status == "offered":
        return row, "仅供查看", False
    return row, state(row), row.status in GOOD


@door.on(CODE, Guard.GRADUATE)
def signing_code() -> ResponseReturnValue:
    """签约码: shown, saved and sent on; made on the first visit."""
    form, ticket = Form(), None
    with form.refusals():
        ticket = tickets.show(visit.ctx(), party(), visit.me())
    return form.show(
        "h5/signing-code.html",
        ticket=ticket,
        until=moment_words(ticket.expires_at) if ticket else "",
        drafts=tickets.agreements_of(ticket.row) if ticket else [],
    )


@door.on(f"{CODE}/renew", Guard.GRADUATE, ["POST"])
def renew_signing_code() -> ResponseReturnValue:
    """换一个签约码: the former one opens nothing more."""
    return _on_code(
        lambda: tickets.renew(visit.ctx(), party(), visit.me()), "已更换签约码，原来的二维码失效。"
    )


@door.on(f"{CODE}/revoke", Guard.GRADUATE, ["POST"])
def revoke_signing_code() -> ResponseReturnValue:
    """收回签约码."""
    said = "已收回签约码。需要时再次打开“签约码”会生成新的。"
    return _on_code(lambda: tickets.revoke(visit.ctx(), party(), visit.me()), said, PAGE)


def _on_code(verb: Callable[[], object], said: str, onward: str = CODE) -> ResponseReturnValue:
    try:
        verb()
        flash(said)
    except Refusal as refusal:
        flash(refusal.say, "warn")
    return redirect(onward, 303)


@door.on(f"{CODE}.png", Guard.GRADUATE)
def signing_code_picture() -> ResponseReturnValue:
    """The code as a picture to be kept or sent on, with whose it is below."""
    ticket = tickets.show(visit.ctx(), party(), visit.me())
    graduate = own_graduate(visit.me())
    caption = f"{graduate.name} 网上签约码（{moment_words(ticket.expires_at)}前有效）"
    response = Response(qr.png(ticket.url, caption), mimetype="image/png")
    if request.args.get("save"):
        name = quote(f"{graduate.name}签约码.png", safe="")
        response.headers["Content-Disposition"] = f"attachment; filename=code.png; filename*=UTF-8''{name}"
    return response


@door.on(f"{CODE}.svg", Guard.GRADUATE)
def signing_code_drawing() -> ResponseReturnValue:
    """The code as a drawing, sharp at every size."""
    ticket = tickets.show(visit.ctx(), party(), visit.me())
    return Response(qr.svg(ticket.url), mimetype="image/svg+xml")


@door.on(f"{PAGE}/<code>", Guard.GRADUATE)
def agreement(code: str) -> ResponseReturnValue:
    """One agreement: how it stands, what is agreed, what may be done."""
    return show(Form("reason"), own(code))


def show(form: Form, row: Agreement) -> ResponseReturnValue:
    """The page of one agreement, with what was wrong with the form that was sent."""
    papers = {paper.kind for paper in looking.papers(row)}
    asked = releases.of_agreement(row)
    return form.show(
        "h5/agreement.html",
        row=row,
        state=state(row),
        is_good=row.status in GOOD,
        kind=KINDS[row.kind],
        mode=MODES.get(row.mode, ""),
        next_step="" if is_other_live(row) else next_step(row),
        is_other_live=is_other_live(row),
        person=persons.shown(visit.ctx(), row),
        terms=terms.shown(visit.ctx(), row),
        until=moment_words(row.due_at) if row.due_at else "",
        papers=papers,
        releases=[(one, release_state(one)) for one in asked],
        materials=material_kinds(),
        may_withdraw=may_withdraw(row),
        scan_url=visit.ctx().settings.url("/s/scan") if row.kind == PAPER and row.status in WITH_SCAN else "",
        is_unit_scan=is_unit_scan(row),
    )


def is_unit_scan(row: Agreement) -> bool:
    """Whether it was the unit that sent pages of the scan."""
    scans = materials.all_current(row) if row.kind == PAPER else []
    return any(file.kind == "scan" and file.side == UNIT_SIDE for file in scans)


def is_other_live(row: Agreement) -> bool:
    """Whether an offer can only be looked at, since another agreement binds the graduate."""
    return row.status == "offered" and binding.has_other(row.graduate_id, row.id)


def may_withdraw(row: Agreement) -> bool:
    """Whether the graduate may go back on what both have signed, as things stand."""
    is_before = row.status in ("college_review", "school_review", "returned")
    if not is_before or row.kind == "paper":
        return False
    try:
        return row.kind == "recorded" or frozen_rules.may_withdraw(row)
    except Conflict:
        return False


@door.on(f"{PAGE}/<code>/<kind>.pdf", Guard.GRADUATE)
def agreement_paper(code: str, kind: str) -> ResponseReturnValue:
    """Our sealed paper, byte by byte as it was sealed."""
    row = own(code)
    paper = looking.paper(row, kind)
    content = looking.content(visit.ctx(), visit.me().actor, paper)
    response = Response(content, mimetype="application/pdf")
    name = quote(f"{paper_name(row, kind)}.pdf", safe="")
    how = "inline" if visit.is_in_wechat() else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename={kind}.pdf; filename*=UTF-8''{name}"
    return response
