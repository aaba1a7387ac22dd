"""我的辅导员: the counselors a graduate is linked with, and those who may be ticked."""

from urllib.parse import urlencode

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import graduates, links
from services.links import Candidate

door = Door("counselors")

PAGE = "/h5/my-counselors"


@door.on(PAGE, Guard.GRADUATE, ["GET", "POST"])
def my_counselors() -> ResponseReturnValue:
    """Linked counselors and candidates; the one whose QR code was scanned comes first and is ticked."""
    visitor = visit.me()
    form = Form()
    if form.is_sent:
        with form.refusals():
            made = links.link(visit.ctx(), visitor, form.choices("staff", 50))
            session.pop("scene", None)
            flash(f"已关联 {len(made)} 位辅导员，对方会收到提醒。")
            return redirect(PAGE, 303)
    rows = links.candidates(visitor)
    linked = [row for row in rows if row.link is not None]
    has_intention = graduates.intention_of(visitor) is not None
    if not (form.is_sent or linked or has_intention or session.get("later")):
        return redirect(f"/h5/intention?{urlencode({'next': PAGE})}", 303)
    free = [row for row in rows if row.link is None]
    return _show(form, linked, free, has_intention=has_intention)


def _show(
    form: Form, linked: list[Candidate], free: list[Candidate], *, has_intention: bool
) -> ResponseReturnValue:
    scene = session.get("scene", {})
    scanned = scene.get("staff")
    known = {row.staff.code for row in (*linked, *free)}
    ticked = set(form.choices("staff", 50)) | {scanned}
    if len(free) == 1 and not linked:
        ticked.add(free[0].staff.code)
    return form.show(
        "h5/my-counselors.html",
        graduate=visit.me().graduate,
        has_intention=has_intention,
        linked=linked,
        free=sorted(free, key=lambda row: row.staff.code != scanned),
        ticked=ticked,
        scanned_elsewhere=scene.get("name") if scanned and scanned not in known else "",
    )


@door.on(f"{PAGE}/<code>/unlink", Guard.GRADUATE, ["POST"])
def leave_counselor(code: str) -> ResponseReturnValue:
    """解除关联 by the graduate, who need not say why."""
    links.unlink(visit.ctx(), visit.me(), code, Form().text("reason"))
    flash("已解除关联，对方会收到提醒。")
    return redirect(PAGE, 303)
