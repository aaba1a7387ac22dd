"""招聘人员 of the unit: colleagues asked in, let go, and what somebody sees who is asked."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.console.tried import tried
from handlers.employer.entry import HOME
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.employers import colleagues

door = Door("employer_colleagues")

PAGE = f"{HOME}colleagues"


@door.on(PAGE, Guard.EMPLOYER, ["GET", "POST"])
def employer_colleagues() -> ResponseReturnValue:
    """Who recruits for the unit; a form sent here asks one more in."""
    ctx, visitor, form = visit.ctx(), visit.me(), Form("phone")
    if form.is_sent:
        with form.refusals():
            form.need("phone")
            colleagues.invite(ctx, visitor, form.text("phone"))
            flash("已邀请。请同事用这个手机号登录或注册，在首页接受邀请。")
            return redirect(PAGE, 303)
    return form.show("employer/colleagues.html", visitor=visitor, team=colleagues.team(ctx, visitor))


@door.on(f"{PAGE}/<code>/end", Guard.EMPLOYER, ["POST"])
def end_colleague(code: str) -> ResponseReturnValue:
    """Lets a colleague go."""
    with tried("已移出，对方不能再查看本单位的岗位和简历。"):
        colleagues.end(visit.ctx(), visit.me(), code)
    return redirect(PAGE, 303)


@door.on(f"{HOME}leave", Guard.EMPLOYER, ["POST"])
def leave_employer() -> ResponseReturnValue:
    """Leaves the unit to the others."""
    with tried("已退出本单位。"):
        colleagues.leave(visit.ctx(), visit.me())
    return redirect(HOME, 303)


@door.on(f"{HOME}invitations/<code>/withdraw", Guard.EMPLOYER, ["POST"])
def withdraw_invitation(code: str) -> ResponseReturnValue:
    """Takes an invitation back."""
    with tried("邀请已撤回。"):
        colleagues.take_back(visit.ctx(), visit.me(), code)
    return redirect(PAGE, 303)


@door.on(f"{HOME}invitations/<code>/join", Guard.PERSON, ["POST"])
def join_employer(code: str) -> ResponseReturnValue:
    """Takes an invitation up."""
    with tried("已加入，可以开始发布岗位、查看简历。"):
        colleagues.join(visit.ctx(), visit.me(), code)
    return redirect(HOME, 303)
