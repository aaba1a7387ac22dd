"""What a reviewer of agreements and of 解约 sees and does, at the console as on a counselor's phone."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request

from config.agreements import materials as material_kinds
from domain.actors import Actor
from domain.refusals import Conflict, NotFound
from handlers import visit
from handlers.agreement_states import KINDS, MODES, TAMPERED, UNSEALED, WAY_OUT, release_state, state
from handlers.agreement_words import SIDES
from handlers.device import device
from handlers.forms import Form
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.base import Record
from services.agreements import materials, persons, queues, release_reviews, reviews, stuck, terms
from services.seats import Seat

_MOST_TICKS = 20
_ORDER = ("unit_ink", "id_front", "id_back", "licence", "graduate_ink", "scan")
FAULT = "fault_"  # how the fields of faults begin; the kind of material follows
# What comes of 审核通过, which nobody can take back: said before the second tap.
_ON = "通过后转学校审核，不能撤回；发现有误的，请在学校审核前告知学校老师，由学校"
_FOLLOWS = {
    "form_college": f"{_ON}退回或不予通过。",
    "college_review": f"{_ON}退回或不予通过。",
    "form_school": "通过后生成带编号的协议书，供毕业生下载打印，不能撤回。",
    "school_review": "通过后编号并加盖平台数字签名，协议随即生效，不能撤回；此后只能解约，或由本校两人作废。",
}
_RELEASE_FOLLOWS = {
    "college_review": f"{_ON}不予通过。",
    "school_review": "通过后生成解约文件，协议随即解除，毕业生可以另行签约，不能撤回。",
}
_RELEASE_TITLES = {
    "letter": "解约函",
    "authorization": "授权函",
    "unit_ink": "单位签名",
    "graduate_ink": "毕业生签名",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that the first review makes sure of, with the pictures it looks at."""

    name: str
    title: str
    files: list[AgreementFile]


def _place(file: AgreementFile) -> tuple[int, str, int]:
    """Where a paper stands: beside the name that was typed the signature and the 证件 it is compared with."""
    return (_ORDER.index(file.kind) if file.kind in _ORDER else len(_ORDER), file.kind, file.part)


def values_of(desk: Seat, row: Agreement) -> dict[str, object]:
    """What a page of one agreement needs."""
    ctx = visit.ctx()
    files = sorted(materials.all_current(row), key=_place)
    kinds = material_kinds()
    looks = [
        Look(name, one.title, [file for file in files if file.kind in one.materials])
        for name, one in reviews.criteria_of(row).items()
    ]
    sides = {side: reviews.faultable(row, side) for side in ("unit", "graduate")}
    return {
        "row": row,
        "state": state(row),
        "kind": KINDS[row.kind],
        "mode": MODES.get(row.mode, ""),
        "person": persons.shown(ctx, row),
        "terms": terms.shown(ctx, row),
        "paper_number": terms.paper_number(row),
        "files": [file for file in files if file.media_type != "application/json"],
        "titles": {name: one.title for name, one in kinds.items()} | {"terms": "条款"},
        "looks": looks,
        "ticks": [(look.name, look.title) for look in looks],
        "faultable": {side: names for side, names in sides.items() if names},
        "follows": _FOLLOWS.get(row.status, ""),
        "trouble": trouble(row),
        "is_first": row.status in queues.STATES.get(desk.level, ()) and row.status in queues.FIRST,
        "is_second": row.status in queues.STATES.get(desk.level, ()) and row.status in queues.SECOND,
    }


def trouble(row: Agreement) -> str:
    """Why the paper of an agreement, or of its release, is not sealed, and the way out; empty where it may be."""
    release = Release.open_of(row.id)
    if not stuck.is_stuck(release or row):
        return ""
    if release is not None:
        release.agreement = row
    words = TAMPERED if stuck.is_tampered(row, release) else UNSEALED
    return words.format(paper="协议文件" if release is None else "解约文件") + WAY_OUT


def agreement_of(desk: Seat, code: str) -> Agreement:
    """An agreement in range; raises NotFound."""
    return reviews.one(visit.ctx(), desk, code)


def as_seen(row: Record, form: Form) -> None:
    """Gives the row the version that the form's page showed: by it a verb tells whether anybody has moved it since."""
    seen = form.text("seen")
    row.version = int(seen) if seen.isdecimal() else -1


def decide(desk: Seat, row: Agreement, form: Form) -> str:
    """Does what the button says; answers what the reviewer is told. Raises a refusal.

    What was ticked and typed is shown again with a refusal.
    """
    form.values |= {name: form.text(name) for name in request.form if name.startswith(FAULT)}
    form.values["criteria"] = form.choices("criteria", _MOST_TICKS)
    as_seen(row, form)
    ctx, act = visit.ctx(), form.text("act")
    if act == "pass" and _is_first(desk, row):
        reviews.pass_first(ctx, desk, device(), row, set(form.choices("criteria", _MOST_TICKS)))
        return "院系审核通过，已转学校审核。"
    if act == "pass":
        reviews.pass_school(ctx, desk, device(), row)
        return "审核通过，正在生成文件，一般一分钟内完成。"
    if act in ("return_unit", "return_graduate"):
        side = act.removeprefix("return_")
        faults = {name: form.text(f"{FAULT}{side}_{name}") for name in reviews.faultable(row, side)}
        reviews.give_back(ctx, desk, device(), row, faults, side)
        return "已退回，对方会看到每一项的原因。"
    if act == "reject":
        reviews.reject(ctx, desk, device(), row, form.text("reason"))
        return "已记为审核不通过，双方会收到通知。"
    raise NotFound()


def _is_first(desk: Seat, row: Agreement | Release) -> bool:
    """Whether a word of this desk is the first review's, also once more after it was given."""
    stages = queues.STATES.get(desk.level, ())
    return row.status in queues.FIRST or not set(stages).isdisjoint(queues.FIRST)


def release_of(desk: Seat, code: str) -> Release:
    """A release in range; raises NotFound."""
    return release_reviews.one(visit.ctx(), desk, code)


def release_values(desk: Seat, release: Release) -> dict[str, object]:
    """What a page of one release needs."""
    row = release.agreement
    waits = release.status in queues.STATES.get(desk.level, ())
    is_first = waits and release.status in queues.FIRST
    ticks = release_reviews.criteria_of(release) if is_first else {}
    files = sorted(materials.all_current(row, release), key=_place)
    return {
        "release": release,
        "row": row,
        "state": release_state(release),
        "sides": SIDES,
        "terms": terms.shown(visit.ctx(), row),
        "files": [file for file in files if file.media_type != "application/json"],
        "titles": _RELEASE_TITLES,
        "ticks": [(name, one.title) for name, one in ticks.items()],
        "trouble": trouble(row),
        "follows": _RELEASE_FOLLOWS.get(release.status, ""),
        "waits": waits,
        "no_part": _said(release_reviews.need_no_part, desk, release) if waits else "",
        "other_person": _said(release_reviews.need_other_person, desk, release) if waits else "",
    }


def _said(need: Callable[[Seat, Release], None], desk: Seat, release: Release) -> str:
    """Why this person has no word on it; empty where they have."""
    try:
        need(desk, release)
    except Conflict as refusal:
        return refusal.say
    return ""


def decide_release(desk: Seat, release: Release, form: Form) -> str:
    """Does what the button says; answers what the reviewer is told. Raises a refusal."""
    ticked = form.choices("criteria", _MOST_TICKS)
    form.values["criteria"] = ticked
    as_seen(release, form)
    ctx, act = visit.ctx(), form.text("act")
    if act == "pass" and _is_first(desk, release):
        release_reviews.pass_first(ctx, desk, device(), release, set(ticked))
        return "院系审核通过，已转学校审核。"
    if act == "pass":
        release_reviews.pass_school(ctx, desk, device(), release)
        return "审核通过，正在生成解约文件，一般一分钟内完成。"
    if act == "reject":
        release_reviews.reject(ctx, desk, device(), release, form.text("reason"))
        return "已记为审核不通过，协议继续有效。"
    raise NotFound()


def picture(desk: Seat, row: Agreement, file_code: str, release: Release | None = None) -> Response:
    """One file under a watermark that names the viewer; the look is journaled. Raises NotFound."""
    return watermarked(desk.actor, desk.staff.account.name, materials.picture_of(row, file_code, release))


def watermarked(viewer: Actor, name: str, file: AgreementFile) -> Response:
    """One file as whoever is named may look at it, and nobody keep it in a cache. Raises NotFound."""
    response = Response(materials.marked(visit.ctx(), viewer, name, file), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file.kind, safe='')}"
    return response
