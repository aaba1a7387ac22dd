"""用人单位: those that chose this office or one below it, waiting to be looked at, let in, or stopped."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain.actors import Role
from domain.refusals import NotAllowed
from domain.years import current_year
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.employer.unit import paper
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.hiring_words import STATUSES
from services import code_tables
from services.employers import forms, review
from services.employers.review import EmployerFilter
from services.seats import Seat

door = Door("console_employers")

PAGE = "/console/employers"
WAITING = "filed"
SHOWN = ("filed", "amending", "approved", "returned", "declined", "suspended")
WORDS = STATUSES | {"filed": "待审核", "amending": "变更待审", "declined": "不予通过"}
TAGS = {
    "filed": "warn",
    "amending": "warn",
    "approved": "good",
    "returned": "",
    "declined": "bad",
    "suspended": "bad",
}
_LONGEST = 60


def reviewer() -> Seat:
    """The seat of somebody who looks at employers and posts. Raises NotAllowed for 院级 and counselors."""
    mine = seat()
    if mine.level not in (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL):
        raise NotAllowed()
    return mine


@door.on(PAGE, Guard.CONSOLE)
def employer_list() -> ResponseReturnValue:
    """The list; without a status what waits."""
    status = request.args.get("status", "")
    wanted = EmployerFilter(
        status={"": WAITING, "all": ""}.get(status, status),
        keyword=request.args.get("q", "").strip()[:_LONGEST],
        place=request.args.get("place", ""),
    )
    found = review.listed(visit.ctx(), reviewer(), wanted, request.args.get("after", ""))
    return Form().show(
        "console/employers.html",
        found=found,
        statuses=[(status, WORDS[status]) for status in SHOWN if status != WAITING] + [("all", "全部")],
        provinces=[row for row in code_table("province").items() if row[0] != "000000"],
        words=WORDS,
        tags=TAGS,
    )


@door.on(f"{PAGE}/<code>", Guard.CONSOLE)
def one_employer(code: str) -> ResponseReturnValue:
    """One unit with everything that is to be compared with its licence."""
    return _show(Form(), code)


def _show(form: Form, code: str) -> Response:
    ctx = visit.ctx()
    unit = review.one(reviewer(), code)
    year = current_year(ctx.clock())
    proposal: dict[str, str] = dict(unit.proposal or {})
    return form.show(
        "console/employer.html",
        unit=unit,
        recruiters=review.recruiters(unit),
        nature=code_tables.name_of(ctx, "unit_nature", year, unit.nature),
        place=forms.place_name(ctx, unit.region),
        proposed_nature=code_tables.name_of(ctx, "unit_nature", year, proposal.get("nature", "")),
        words=WORDS,
        tags=TAGS,
    )


@door.on(f"{PAGE}/<code>/licence", Guard.CONSOLE)
def employer_paper(code: str) -> Response:
    """营业执照; that it was looked at is in the journal."""
    return paper(*review.licence(visit.ctx(), reviewer(), code))


@door.on(f"{PAGE}/<code>/new-licence", Guard.CONSOLE)
def employer_new_paper(code: str) -> Response:
    """The 营业执照 of a change that waits."""
    return paper(*review.licence(visit.ctx(), reviewer(), code, is_new=True))


@door.on(f"{PAGE}/<code>/adopt", Guard.CONSOLE, ["POST"])
def adopt_change(code: str) -> ResponseReturnValue:
    """Lets the unit be what it proposed."""
    with tried("变更已通过，新的信息已生效。"):
        review.adopt(visit.ctx(), reviewer(), code, Form().text("seen"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/keep", Guard.CONSOLE, ["POST"])
def keep_employer(code: str) -> ResponseReturnValue:
    """Leaves it as it was, with a reason."""
    with tried("变更未通过，单位照常使用原来的信息。"):
        review.keep(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/approve", Guard.CONSOLE, ["POST"])
def approve_employer(code: str) -> ResponseReturnValue:
    """Lets the unit in."""
    with tried("已通过，已通知对方可以发布岗位。"):
        review.approve(visit.ctx(), reviewer(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/return", Guard.CONSOLE, ["POST"])
def return_employer(code: str) -> ResponseReturnValue:
    """Sends it back with a reason."""
    with tried("已退回，对方会看到原因，修改后可以再次提交。"):
        review.return_(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/decline", Guard.CONSOLE, ["POST"])
def decline_employer(code: str) -> ResponseReturnValue:
    """Refuses it for good."""
    with tried("已记为不予通过，对方会看到原因。"):
        review.decline(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/suspend", Guard.CONSOLE, ["POST"])
def suspend_employer(code: str) -> ResponseReturnValue:
    """Stops a unit that had been let in."""
    with tried("已暂停，对方不能再发布岗位和查看简历。"):
        review.suspend(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/restore", Guard.CONSOLE, ["POST"])
def restore_employer(code: str) -> ResponseReturnValue:
    """Lets a stopped unit go on."""
    with tried("已恢复使用。"):
        review.restore(visit.ctx(), reviewer(), code)
    return redirect(f"{PAGE}/{code}", 303)
