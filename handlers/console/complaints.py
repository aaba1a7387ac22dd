"""岗位投诉: found true, which takes the post off, or not."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from config.posts import choices
from handlers import visit
from handlers.console.employers import reviewer
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.posts import complaints, queue

door = Door("console_complaints")

PAGE = "/console/complaints"
WORDS = {"filed": "待处理", "upheld": "属实", "dismissed": "不属实"}
_TAGS = {"filed": "warn", "upheld": "bad", "dismissed": ""}


@door.on(PAGE, Guard.CONSOLE)
def complaint_list() -> ResponseReturnValue:
    """The list; without a status what waits."""
    status = request.args.get("status", "")
    wanted = {"": "filed", "all": ""}.get(status, status)
    found = queue.complaints(reviewer(), wanted, request.args.get("after", ""))
    return Form().show(
        "console/complaints.html", found=found, words=WORDS, tags=_TAGS, reasons=choices("complaint")
    )


@door.on(f"{PAGE}/<code>/uphold", Guard.CONSOLE, ["POST"])
def uphold_complaint(code: str) -> ResponseReturnValue:
    """属实."""
    with tried("已记为属实，岗位已暂停，投诉人和单位都会收到通知。"):
        complaints.uphold(visit.ctx(), reviewer(), code, Form().text("answer"))
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/<code>/dismiss", Guard.CONSOLE, ["POST"])
def dismiss_complaint(code: str) -> ResponseReturnValue:
    """不属实."""
    with tried("已记为不属实，投诉人会收到答复。"):
        complaints.dismiss(visit.ctx(), reviewer(), code, Form().text("answer"))
    return redirect(PAGE, 303)
