"""备用提醒: where subscription notices are offered by the way, and that somebody does not want to be asked."""

from datetime import timedelta

from flask import redirect, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.guards import Door, Guard
from services import notices

door = Door("notices")

_KEPT = "notices_later"
_WAIT = timedelta(days=30)


def offered() -> dict[str, str]:
    """Template id → title of the notices to ask for on a page that is about something else; mostly none.

    None outside of WeChat, none that is allowed already, and none for a month after a no in this browser.
    """
    ctx = visit.ctx()
    if not visit.is_in_wechat() or session.get(_KEPT, "") > ctx.clock().date().isoformat():
        return {}
    return notices.wanted(ctx, visit.me())


@door.on("/h5/notices/later", Guard.PERSON, ["POST"])
def ask_later() -> ResponseReturnValue:
    """暂不需要."""
    session[_KEPT] = (visit.ctx().clock() + _WAIT).date().isoformat()
    return redirect(visit.onward(), 303)
