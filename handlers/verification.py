"""/v/<code>: how an agreement stands, for anybody who holds its paper, and whether a file is the sealed one."""

from flask import request
from flask.typing import ResponseReturnValue

from documents.verifying import Crowded
from domain.refusals import Invalid, Unavailable
from handlers import visit
from handlers.agreement_states import KINDS, MODES, PAPERS
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_UPLOAD, pieces_of
from services.agreements import looking
from services.agreements.looking import Compared

door = Door("verification")

STATES = {
    "effective": ("有效", "good", "协议已生效，双方均受约束。"),
    "releasing": ("解约中", "warn", "解约正在办理，办结前协议继续有效。"),
    "released": ("已解约", "bad", "协议已经双方同意、学校审核解除。"),
    "voided": ("已作废", "bad", "协议已由学校认定无效。"),
    "unsigned": ("未生效", "warn", "编号已经发出，协议还在签署或审核中，没有生效。"),
    "number_void": ("编号作废", "bad", "这个编号对应的协议没有生效，编号已作废。"),
}


@door.on("/v/<code>", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def verification(code: str) -> ResponseReturnValue:
    """The page that the code on a paper leads to; a PDF that is sent is compared and not kept."""
    form, compared = Form(), None
    face = looking.public(visit.ctx(), code, visit.network())
    if form.is_sent:
        with form.refusals():
            compared = _compared(code)
    words, tone, said = STATES[face.state]
    return form.show(
        "verification/agreement.html",
        code=code,
        face=face,
        words=words,
        tone=tone,
        said=said,
        kind=KINDS[face.kind],
        mode=MODES.get(face.mode, ""),
        papers=PAPERS,
        compared=compared,
        asked=request.path,
    )


def _compared(code: str) -> Compared:
    data = b"".join(pieces_of("file"))
    if not data:
        raise Invalid.field("file", "file_needed")
    try:
        return looking.compare(visit.ctx(), code, data, visit.network())
    except Crowded:
        raise Unavailable("busy") from None
