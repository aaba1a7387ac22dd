"""学历查询 on the graduate's phone: who would like to see the degree, 同意 or 不同意, and taking a consent back."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from domain.refusals import Conflict
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import degree_checks

door = Door("degree_checks")

PAGE = "/h5/degree-checks"
WORDS = {"asked": "等待您答复", "granted": "已同意", "refused": "不同意", "expired": "已到期"}


@door.on(PAGE, Guard.GRADUATE)
def my_degree_checks() -> ResponseReturnValue:
    """The list, the newest first."""
    return Form().show("h5/degree-checks.html", rows=degree_checks.of_graduate(visit.me()), words=WORDS)


@door.on(f"{PAGE}/<code>/grant", Guard.GRADUATE, ["POST"])
def grant_degree_check(code: str) -> ResponseReturnValue:
    """同意."""
    try:
        degree_checks.grant(visit.ctx(), visit.me(), code)
        flash("已同意，对方 30 天内可以查看，您可以随时撤回。")
    except Conflict as refusal:
        flash(refusal.say, "warn")
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/<code>/refuse", Guard.GRADUATE, ["POST"])
def refuse_degree_check(code: str) -> ResponseReturnValue:
    """不同意, or the consent taken back."""
    try:
        degree_checks.refuse(visit.ctx(), visit.me(), code)
        flash("已记录，对方不能查看您的学历信息。")
    except Conflict as refusal:
        flash(refusal.say, "warn")
    return redirect(PAGE, 303)
