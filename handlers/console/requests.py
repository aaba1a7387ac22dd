"""账号申请: asking the level above for an account of one's own level, and deciding what those below ask for."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain import personal
from domain.actors import Role
from domain.refusals import NotAllowed
from domain.rights import creates
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import account_requests

door = Door("console_requests")

PAGE = "/console/requests"
ACTS = {"add": "须新增", "remove": "须删除"}
STATES = {"filed": "待办理", "granted": "已办理", "declined": "已退回", "withdrawn": "已撤回"}


@door.on(PAGE, Guard.CONSOLE)
def request_list() -> ResponseReturnValue:
    """What those below ask for, to be decided; without a state what waits."""
    ctx, mine = visit.ctx(), seat()
    if not creates(mine.level):
        return redirect(f"{PAGE}/mine", 303)
    state = request.args.get("state", "")
    wanted = {"": "filed", "all": ""}.get(state, state)
    found = account_requests.inbox(ctx, mine, wanted, request.args.get("after", ""))
    return _show(Form(), "inbox", found=found)


@door.on(f"{PAGE}/mine", Guard.CONSOLE)
def own_requests() -> ResponseReturnValue:
    """What one has asked for oneself."""
    found = account_requests.mine(visit.ctx(), seat(), request.args.get("after", ""))
    return _show(Form(), "mine", found=found)


def _show(form: Form, tab: str, **values: object) -> ResponseReturnValue:
    mine = seat()
    return form.show(
        "console/requests.html",
        tab=tab,
        acts=ACTS,
        states=STATES,
        decides=bool(creates(mine.level)),
        asks=mine.level is not Role.MINISTRY,
        mask_phone=personal.mask_phone,
        **values,
    )


@door.on(f"{PAGE}/new", Guard.CONSOLE, ["GET", "POST"])
def new_request() -> ResponseReturnValue:
    """The form with exactly the items that are asked for: 姓名、手机号码、须删除/须新增, for 省级 the province too."""
    ctx, mine = visit.ctx(), seat()
    if mine.level is Role.MINISTRY:
        raise NotAllowed("no_level_above")
    form = Form("name", "phone", "act", province=mine.staff.unit.name)
    if form.is_sent:
        with form.refusals():
            form.need("name", "phone", "act")
            account_requests.file(ctx, mine, form.text("act"), form.text("name"), form.text("phone"))
            flash("申请已报上级，办理后短信通知您，结果也可在“我的申请”中查看。")
            return redirect(f"{PAGE}/mine", 303)
    return form.show(
        "console/request-new.html", acts=list(ACTS.items()), is_province=mine.level is Role.PROVINCE
    )


@door.on(f"{PAGE}/<code>/grant", Guard.CONSOLE, ["POST"])
def grant_request(code: str) -> ResponseReturnValue:
    """Grants a request and does what it asks for."""
    with tried("已办理。新增的账号，初始密码已用短信发给本人。"):
        account_requests.grant(visit.ctx(), seat(), code)
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/<code>/decline", Guard.CONSOLE, ["POST"])
def decline_request(code: str) -> ResponseReturnValue:
    """Sends a request back with a reason."""
    with tried("已退回。"):
        account_requests.decline(visit.ctx(), seat(), code, Form().text("reason"))
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/<code>/withdraw", Guard.CONSOLE, ["POST"])
def withdraw_request(code: str) -> ResponseReturnValue:
    """Takes one's own request back."""
    with tried("已撤回。"):
        account_requests.withdraw(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/mine", 303)
