"""就业协议: what waits for this seat, the whole list, and one agreement with everything that is compared."""

from urllib.parse import quote

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.agreements import national_errors
from domain.actors import Role
from domain.agreements import IN_FORCE, VOIDABLE
from domain.refusals import NotAllowed
from handlers import release_room, review_room, visit
from handlers.agreement_states import KINDS, PAPERS, STATES, paper_name, release_state
from handlers.agreement_words import EVENTS, SIDES
from handlers.console.agreement_filters import ALL, NAMES, asked_of, values
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_UPLOAD, pieces_of, small_number
from models.agreement import Agreement, Release
from services.agreements import (
    chain,
    completion,
    export,
    feedback,
    looking,
    materials,
    queues,
    releases,
    stuck,
    voiding,
)
from services.agreements.feedback import Feedback
from services.agreements.parties import staff_party
from services.jobs import desk as jobs_desk
from services.jobs.asked import kept_filter
from services.seats import Seat

door = Door("console_agreements")

PAGE = "/console/agreements"
# What one side alone has in hand is on no list of staff's.
_LISTED = {
    name: words for name, words in STATES.items() if name not in ("draft", "discarded", "offered", "declined")
}
# How far the school is with signing, in a few figures; what has ended without an agreement is not among them.
_SHOWN = frozenset(
    {"form_college", "form_school", "issued", "college_review", "school_review", "returned", "sealing"}
    | {"effective", "releasing", "released", "voided"}
)


@door.on(PAGE, Guard.CONSOLE)
def agreement_list() -> ResponseReturnValue:
    """The list; without a status what waits for this seat."""
    desk = seat()
    waits = desk.level in queues.STATES
    asked = asked_of(desk, request.args)
    found = queues.agreements(visit.ctx(), desk, asked, request.args.get("after", ""))
    return Form().show(
        "console/agreements.html",
        found=found,
        waits=waits,
        figures=_figures(queues.figures(visit.ctx(), desk)),
        stuck=stuck.within(desk) if desk.level is Role.SCHOOL else [],
        statuses=[*_LISTED.items(), (ALL, "全部")] if waits else list(_LISTED.items()),
        kinds=KINDS,
        states=STATES,
        kept={name: request.args[name] for name in NAMES if request.args.get(name)},
        **values(desk, asked, found.rows),
    )


@door.on(f"{PAGE}/export", Guard.CONSOLE, ["POST"])
def export_agreements() -> ResponseReturnValue:
    """Queues the export of what the filter shows; the worker writes it."""
    wanted = asked_of(seat(), request.form)
    job = jobs_desk.start_export(visit.ctx(), seat(), export.KIND, kept_filter(wanted))
    flash("已开始导出，完成后在本页下载。")
    return redirect(f"/console/jobs/{job.code}", 303)


def _figures(by_status: dict[str, int]) -> list[tuple[str, str, int]]:
    """(status, words, number) of what somebody has begun, in the order in which agreements go."""
    return [
        (status, words, by_status[status])
        for status, words in STATES.items()
        if status in _SHOWN & by_status.keys()
    ]


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def one_agreement(code: str) -> ResponseReturnValue:
    """One agreement; the first review or the school's word on it."""
    form, desk = Form("reason"), seat()
    row = review_room.agreement_of(desk, code)
    if form.is_sent:
        with form.refusals():
            flash(review_room.decide(desk, row, form))
            return redirect(f"{PAGE}/{code}", 303)
        row = review_room.agreement_of(desk, code)
    return _show(form, desk, row)


def _show(form: Form, desk: Seat, row: Agreement) -> ResponseReturnValue:
    ctx = visit.ctx()
    steps, found = looking.completion(ctx, row), feedback.of(row)
    return form.show(
        "console/agreement.html",
        papers={paper.kind: PAPERS[paper.kind] for paper in looking.papers(row)},
        may_take_chain=_may_take_chain(desk),
        releases=[(one, release_state(one)) for one in releases.of_agreement(row)],
        steps=[(step, EVENTS.get(step.kind, step.kind), SIDES.get(step.side, step.side)) for step in steps],
        broken=chain.broken_at(row),
        may_void=desk.level is Role.SCHOOL and row.status in VOIDABLE,
        may_drop_void=desk.level is Role.SCHOOL and row.void_asked_by is not None,
        void_proof=voiding.proof_of(row) if desk.level is Role.SCHOOL else None,
        may_release=_may_bring_letter(desk, row),
        feedback=found,
        national_errors=national_errors(),
        may_feed_back=desk.level is Role.SCHOOL and row.status in IN_FORCE,
        **review_room.values_of(desk, row),
    )


@door.on(f"{PAGE}/<code>/files/<file>", Guard.CONSOLE)
def agreement_file(code: str, file: str) -> Response:
    """One of the papers that people gave, watermarked."""
    desk = seat()
    return review_room.picture(desk, review_room.agreement_of(desk, code), file)


@door.on(f"{PAGE}/<code>/<kind>.pdf", Guard.CONSOLE)
def console_agreement_paper(code: str, kind: str) -> Response:
    """Our sealed paper, as it was sealed."""
    desk = seat()
    row = review_room.agreement_of(desk, code)
    response = Response(
        looking.content(visit.ctx(), desk.actor, looking.paper(row, kind)), mimetype="application/pdf"
    )
    name = quote(f"{paper_name(row, kind)}.pdf", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename={kind}.pdf; filename*=UTF-8''{name}"
    return response


@door.on(f"{PAGE}/<code>/chain.json", Guard.CONSOLE)
def agreement_chain(code: str) -> Response:
    """存证链数据, for whoever computes its hashes anew; the school's alone, since terms and people are in it."""
    desk = seat()
    row = review_room.agreement_of(desk, code)
    if not _may_take_chain(desk):
        raise NotAllowed()
    response = Response(completion.chain_file(visit.ctx(), desk.actor, row), mimetype="application/json")
    name = quote(f"{paper_name(row, 'chain')}.json", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=chain.json; filename*=UTF-8''{name}"
    return response


def _may_bring_letter(desk: Seat, row: Agreement) -> bool:
    """Whether 院系或辅导员 may hand in a letter for the graduate: nothing is under way, or an answer is awaited."""
    release = Release.open_of(row.id)
    is_open = row.status == "effective" if release is None else release.status == "asked"
    return is_open and desk.level in (Role.COLLEGE, Role.COUNSELOR)


def _may_take_chain(desk: Seat) -> bool:
    return desk.level is Role.SCHOOL


@door.on(f"{PAGE}/<code>/void", Guard.CONSOLE, ["POST"], most_bytes=MOST_UPLOAD)
def void_agreement(code: str) -> ResponseReturnValue:
    """作废: asked for by one of the school's people, confirmed by another, or dropped."""
    form, desk = Form(), seat()
    row = review_room.agreement_of(desk, code)
    act = form.text("act")
    said = {"confirm": "协议已作废。", "drop": "已取消作废申请。"}.get(
        act, "已提交，须由本校另一位工作人员确认。"
    )
    with tried(said):
        review_room.as_seen(row, form)
        if act == "confirm":
            voiding.confirm(visit.ctx(), desk, device(), row)
        elif act == "drop":
            voiding.drop(visit.ctx(), desk, device(), row)
        else:
            voiding.ask(visit.ctx(), desk, device(), row, form.text("reason"), pieces_of("file"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/feedback", Guard.CONSOLE, ["POST"])
def feedback_on_agreement(code: str) -> ResponseReturnValue:
    """全国系统信息反馈: taken in by the school, or mended."""
    form, desk = Form(), seat()
    row = review_room.agreement_of(desk, code)
    is_mended = form.text("act") == "mend"
    with tried("已标记为已更正。" if is_mended else "已登记，毕业生、院系和辅导员会收到通知。"):
        review_room.as_seen(row, form)
        if is_mended:
            feedback.mend(visit.ctx(), desk, device(), row)
        else:
            found = Feedback(form.text("error_kind"), form.text("reason"))
            feedback.report(visit.ctx(), desk, device(), row, found)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/letter", Guard.CONSOLE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def letter_for_graduate(code: str) -> ResponseReturnValue:
    """线下解约 on the graduate's behalf: the stamped letter page by page, then the reason."""
    form, desk = Form("reason"), seat()
    row, ctx = review_room.agreement_of(desk, code), visit.ctx()
    release = releases.begun_for(ctx, desk, device(), row)
    if form.is_sent:
        with form.refusals():
            release = releases.begin_for(ctx, desk, device(), row)
            party = staff_party(desk, device())
            if form.text("act") == "file":
                if release.status == "asked":
                    releases.add_proof(ctx, party, release)
                else:
                    releases.file_offline(ctx, party, release, form.text("reason"))
                flash("解约材料已提交审核；上传人不能参与审核。")
                return redirect(f"{PAGE}/{code}", 303)
            part = small_number(form.text("part"))
            materials.add(ctx, party, row, "letter", pieces_of("file"), part=part, release=release)
            flash("已上传。")
            return redirect(f"{PAGE}/{code}/letter", 303)
    return form.show(
        "console/agreement-letter.html",
        row=row,
        files=release_room.letters(row, release) if release else [],
        asked=release if release and release.status == "asked" else None,
        sides=SIDES,
    )
