"""What a reviewer of agreements sees and does, at the console as on a counselor's phone."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request

from config.agreements import materials as material_kinds
from domain.refusals import Conflict, NotFound
from handlers import visit
from handlers.agreement_states import KINDS, MODES, state
from handlers.device import device
from handlers.forms import Form
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.base import Record
from services.agreements import materials, persons, queues, reviews, terms
from services.seats import Seat

_MOST_TICKS = 20
_ORDER = ("unit_ink", "id_front", "id_back", "licence", "graduate_ink", "scan")
FAULT = "fault_"  # how the fields of faults begin; the kind of material follows


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
        "is_first": row.status in queues.STATES.get(desk.level, ()) and row.status in queues.FIRST,
        "is_second": row.status in queues.STATES.get(desk.level, ()) and row.status in queues.SECOND,
    }


def agreement_of(desk: Seat, code: str) -> Agreement:
    """An agreement in range; raises NotFound."""
    return reviews.one(visit.ctx(), desk, code)


def need_seen(row: Record, form: Form) -> None:
    """Raises Conflict ``stale`` unless the form's page showed the row as it is."""
    if form.text("seen") != str(row.version):
        raise Conflict("stale")


def decide(desk: Seat, row: Agreement, form: Form) -> str:
    """Does what the button says; answers what the reviewer is told. Raises a refusal.

    What was ticked and typed is shown again with a refusal.
    """
    form.values |= {name: form.text(name) for name in request.form if name.startswith(FAULT)}
    form.values["criteria"] = form.choices("criteria", _MOST_TICKS)
    need_seen(row, form)
    ctx, act = visit.ctx(), form.text("act")
    if act == "pass" and row.status in queues.FIRST:
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


def picture(desk: Seat, row: Agreement, file_code: str, release: Release | None = None) -> Response:
    """One file under a watermark that names the viewer; the look is journaled. Raises NotFound."""
    file = materials.picture_of(row, file_code, release)
    response = Response(materials.marked(visit.ctx(), desk, file), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file.kind, safe='')}"
    return response
