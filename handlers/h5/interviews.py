"""面试通知: accepted or declined on the phone, in time."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from handlers import hiring_words, post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.posts import TABS
from models.wishes import Interview
from services.applications import interviews as service
from services.posts import contacts

door = Door("interviews")

PAGE = "/h5/interviews"
MODES = {"onsite": "现场面试", "online": "线上面试", "phone": "电话面试"}
STATUSES = hiring_words.STATUSES | {"declined": "已谢绝", "cancelled": "单位已取消"}


@door.on(PAGE, Guard.GRADUATE)
def interviews() -> ResponseReturnValue:
    """The invitations, the latest interview first."""
    rows = [(row, post_words.moment_words(row.at)) for row in service.of_graduate(visit.me())]
    return Form().show("h5/interviews.html", tabs=TABS, rows=rows, modes=MODES, states=_states(rows))


@door.on(f"{PAGE}/<code>", Guard.GRADUATE)
def interview(code: str) -> ResponseReturnValue:
    """One invitation, with what may still be answered."""
    return _show(Form("reason"), code)


@door.on(f"{PAGE}/<code>/accept", Guard.GRADUATE, ["POST"])
def accept(code: str) -> ResponseReturnValue:
    """接受面试."""
    form = Form("reason")
    with form.refusals():
        service.accept(visit.ctx(), visit.me(), code)
        flash("已接受面试，单位已收到您的答复。请准时参加。")
        return redirect(f"{PAGE}/{code}", 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/decline", Guard.GRADUATE, ["POST"])
def decline(code: str) -> ResponseReturnValue:
    """谢绝面试, and why."""
    form = Form("reason")
    with form.refusals():
        service.decline(visit.ctx(), visit.me(), code, form.text("reason"))
        flash("已谢绝面试，单位已收到您的答复。")
        return redirect(f"{PAGE}/{code}", 303)
    return _show(form, code)


def _show(form: Form, code: str) -> ResponseReturnValue:
    row = service.own(visit.me(), code)
    post = row.application.post
    is_before = visit.ctx().clock() < (row.answer_by if row.status == "offered" else row.at)
    return form.show(
        "h5/interview.html",
        row=row,
        post=post,
        contact=contacts.contact_of(post) if row.application.status != "withdrawn" else None,
        at=post_words.moment_words(row.at),
        answer_by=post_words.moment_words(row.answer_by),
        mode=MODES.get(row.mode, row.mode),
        state=_state(row),
        may_accept=row.status == "offered" and is_before,
        may_decline=row.status in ("offered", "accepted") and is_before,
    )


def _states(rows: list[tuple[Interview, str]]) -> dict[str, str]:
    return {row.code: _state(row) for row, _at in rows}


def _state(row: Interview) -> str:
    """What stands: an invitation whose time has passed is over, whoever has noticed."""
    now = visit.ctx().clock()
    if row.status == "offered" and now >= row.answer_by:
        return STATUSES["expired"]
    if row.status == "accepted" and now >= row.at:
        return "已到面试时间"
    return STATUSES[row.status]
