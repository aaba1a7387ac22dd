"""解约: what waits for this seat, and one release with its letter and the agreement beside it."""

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.refusals import NotFound
from handlers import review_room, visit
from handlers.agreement_states import RELEASES, release_state
from handlers.agreement_words import SIDES
from handlers.console.seat import seat
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from models.agreement import Release
from services.agreements import materials, queues, release_reviews, terms
from services.agreements.queues import Asked
from services.seats import Seat

door = Door("console_releases")

PAGE = "/console/releases"
ALL = "all"
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def release_list() -> ResponseReturnValue:
    """The list; without a status what waits for this seat."""
    desk, status = seat(), request.args.get("status", "")
    waits = desk.level in queues.STATES
    asked = Asked(
        state={"": queues.WAITING if waits else "", ALL: ""}.get(status, status),
        keyword=request.args.get("q", "").strip()[:_LONGEST],
    )
    found = queues.releases(visit.ctx(), desk, asked, request.args.get("after", ""))
    return Form().show(
        "console/releases.html",
        found=found,
        waits=waits,
        statuses=[*RELEASES.items(), (ALL, "全部")] if waits else list(RELEASES.items()),
        states=RELEASES,
        sides=SIDES,
    )


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def one_release(code: str) -> ResponseReturnValue:
    """One release, and the word on it."""
    form, desk, ctx = Form("reason"), seat(), visit.ctx()
    release = release_reviews.one(ctx, desk, code)
    if form.is_sent:
        with form.refusals():
            flash(_decided(desk, release, form))
            return redirect(f"{PAGE}/{code}", 303)
        release = release_reviews.one(ctx, desk, code)
    row = release.agreement
    return form.show(
        "console/release.html",
        release=release,
        row=row,
        state=release_state(release),
        sides=SIDES,
        terms=terms.shown(ctx, row),
        files=[file for file in materials.all_current(row, release) if file.media_type != "application/json"],
        titles={
            "letter": "解约函",
            "authorization": "授权函",
            "unit_ink": "单位签名",
            "graduate_ink": "毕业生签名",
        },
        may_decide=release.status in ("college_review", "school_review")
        and release.status in queues.STATES.get(desk.level, ()),
    )


def _decided(desk: Seat, release: Release, form: Form) -> str:
    review_room.need_seen(release, form)
    ctx, act = visit.ctx(), form.text("act")
    if act == "pass" and release.status == "college_review":
        release_reviews.pass_first(ctx, desk, device(), release)
        return "院系审核通过，已转学校审核。"
    if act == "pass":
        release_reviews.pass_school(ctx, desk, device(), release)
        return "审核通过，正在生成解约文件，一般一分钟内完成。"
    if act == "reject":
        release_reviews.reject(ctx, desk, device(), release, form.text("reason"))
        return "已记为审核不通过，协议继续有效。"
    raise NotFound()


@door.on(f"{PAGE}/<code>/files/<file>", Guard.CONSOLE)
def release_file(code: str, file: str) -> Response:
    """One paper of a release, watermarked."""
    desk = seat()
    release = release_reviews.one(visit.ctx(), desk, code)
    return review_room.picture(desk, release.agreement, file, release)
