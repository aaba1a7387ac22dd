"""未送达的消息: one by one, those that failed and those of which nobody knows; and what a person does about them."""

from datetime import date

from flask import redirect, request
from flask.typing import ResponseReturnValue

from domain.refusals import Invalid
from handlers import visit
from handlers.console.message_words import MESSAGE_STATUSES, SENT_BY, TEMPLATES, UNREACHED_STEPS, why_unsent
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import unreached
from services.listing import Slice
from services.unreached import ENDED, Asked, Case

door = Door("console_unreached")

PAGE = "/console/messages/unreached"


@door.on(PAGE, Guard.CONSOLE)
def unreached_messages() -> ResponseReturnValue:
    """The list; the filters stand in the address."""
    form, desk = Form(), seat()
    found: Slice[Case] = Slice([])
    with form.refusals():
        found = unreached.look(visit.ctx(), desk, _asked(), request.args.get("after", ""))
    return form.show(
        "console/unreached.html",
        found=found,
        page=PAGE,
        templates=TEMPLATES,
        statuses={status: MESSAGE_STATUSES[status] for status in ENDED},
        steps=UNREACHED_STEPS,
        ways=SENT_BY,
        why_unsent=why_unsent,
    )


@door.on(f"{PAGE}/<code>/confirm", Guard.CONSOLE, ["POST"])
def confirm_message(code: str) -> ResponseReturnValue:
    """The person said that the message came."""
    with tried("已记为送达。"):
        unreached.confirm(visit.ctx(), seat(), code)
    return redirect(visit.onward(), 303)


@door.on(f"{PAGE}/<code>/resend", Guard.CONSOLE, ["POST"])
def resend_message(code: str) -> ResponseReturnValue:
    """Sends a message once more."""
    with tried("已重新发送，仍未送达的会再次列在这里。"):
        unreached.resend(visit.ctx(), seat(), code)
    return redirect(visit.onward(), 303)


def _asked() -> Asked:
    """What the address asks for; raises Invalid for a status that is none, and for a day that is none."""
    texts = {name: request.args.get(name, "").strip()[:60] for name in ("status", "template", "day")}
    if texts["status"] not in ("", *ENDED):
        raise Invalid.field("status", "bad_choice")
    try:
        day = date.fromisoformat(texts["day"]) if texts["day"] else None
    except ValueError:
        raise Invalid.field("day", "bad_date") from None
    return Asked(texts["status"], texts["template"], day)
