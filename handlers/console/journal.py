"""操作记录: who did what, when, and what it was before and after."""

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from domain.refusals import Invalid
from handlers import visit
from handlers.console.seat import seat
from handlers.console.wording import KINDS, VERB_GROUPS, said_note, status_of, verb_of
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import journals
from services.journals import Asked
from services.listing import Slice

door = Door("console_journal")


@door.on("/console/journal", Guard.CONSOLE)
def journal() -> ResponseReturnValue:
    """The acts in one's range; the filters stand in the address."""
    form = Form()
    found: Slice[journals.Act] = Slice([])
    asked = Asked()
    with form.refusals():
        asked = _asked()
        found = journals.acts(visit.ctx(), seat(), asked, request.args.get("after", ""))
    first, last = journals.within(visit.ctx(), asked)
    return form.show(
        "console/journal.html",
        found=found,
        asked=asked,
        first=first,
        last=last,
        kinds=KINDS,
        verb_groups=VERB_GROUPS,
        verb_of=verb_of,
        status_of=status_of,
        said_note=said_note,
    )


def _asked() -> Asked:
    """What the address asks for; raises Invalid for a day that is none."""
    texts = {
        name: request.args.get(name, "").strip()[:60] for name in ("person", "who", "kind", "record", "verb")
    }
    return Asked(**texts, first=_day("first"), last=_day("last"))


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid.field(name, "bad_date") from None
