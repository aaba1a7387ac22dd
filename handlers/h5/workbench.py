"""辅导员工作平台 and the counselor's own QR code."""

from flask import Response
from flask.typing import ResponseReturnValue

from documents import qr
from domain.refusals import Unavailable
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from models.wechat_user import Scene
from services import links, workbench
from wechat.outcomes import WeChatTrouble

door = Door("workbench")


@door.on("/h5/workbench", Guard.STAFF)
def bench() -> ResponseReturnValue:
    """Tasks, graduates, how far they are, QR code and responsibilities; for other levels their capacity."""
    visitor = visit.me()
    return Form().show("h5/workbench.html", visitor=visitor, desk=workbench.desk_of(visit.ctx(), visitor))


@door.on("/h5/progress", Guard.COUNSELOR)
def progress() -> ResponseReturnValue:
    """就业进展 of the linked graduates."""
    found = workbench.progress_of(visit.ctx(), visit.me())
    return Form().show("h5/progress.html", progress=found)


@door.on("/h5/my-code", Guard.COUNSELOR)
def my_code() -> ResponseReturnValue:
    """The QR code that leads a graduate to this counselor, to be shown or sent on."""
    visitor, scene = visit.me(), _scene()
    address = visit.ctx().settings.url(f"/h5/c/{scene.word}")
    return Form().show("h5/my-code.html", visitor=visitor, scene=scene, address=address)


@door.on("/h5/my-code.png", Guard.COUNSELOR)
def my_code_png() -> Response:
    """The code as a picture that a phone can keep."""
    return Response(qr.png(_scene().ticket_url, scale=16), mimetype="image/png")


@door.on("/h5/my-code.svg", Guard.COUNSELOR)
def my_code_svg() -> Response:
    """The code as a drawing that prints at any size."""
    return Response(qr.svg(_scene().ticket_url), mimetype="image/svg+xml")


def _scene() -> Scene:
    """The counselor's scene; raises Unavailable while the platform gives no ticket."""
    try:
        return links.counselor_scene(visit.ctx(), visit.me())
    except WeChatTrouble:
        raise Unavailable("busy") from None
