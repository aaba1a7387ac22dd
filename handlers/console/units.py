"""机构: the units below one's own, and keeping those right below."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.actors import Role
from domain.refusals import NotAllowed
from domain.rights import below
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from models.org import OrgUnit
from services import units
from services.listing import Slice
from services.units import UnitFilter

door = Door("console_units")

PAGE = "/console/units"
_LONGEST = 60
KINDS = {
    Role.MINISTRY: "部级",
    Role.PROVINCE: "省级机构",
    Role.SCHOOL: "学校",
    Role.COLLEGE: "院系",
}


@door.on(PAGE, Guard.CONSOLE)
def unit_list() -> ResponseReturnValue:
    """Units below, narrowed by the filters in the address; without a state the open ones."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    state = request.args.get("state", "")
    wanted = UnitFilter(
        keyword=request.args.get("q", "").strip()[:_LONGEST],
        level=request.args.get("level", ""),
        state={"": "open", "all": ""}.get(state, state),
    )
    found: Slice[OrgUnit] = units.listed(ctx, mine, wanted, request.args.get("after", ""))
    kind = units.level_below(mine)
    return form.show(
        "console/units.html",
        found=found,
        kinds=KINDS,
        kind=kind,
        levels=[(level.value, KINDS[level]) for level in below(mine.level) if level in KINDS],
    )


@door.on(f"{PAGE}/new", Guard.CONSOLE, ["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    """Creates the unit right below one's own."""
    ctx, mine = visit.ctx(), seat()
    kind = units.level_below(mine)
    if kind is None:
        raise NotAllowed()
    form = Form("name", "number")
    if form.is_sent:
        with form.refusals():
            form.need("name")
            unit = units.create(ctx, mine, form.text("name"), form.text("number"))
            flash(f"已建立“{unit.name}”。接下来可以为其创建账号。")
            return redirect(f"{PAGE}/{unit.code}", 303)
    return form.show("console/unit-new.html", kind=KINDS[kind], is_school=kind is Role.SCHOOL)


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def one_unit(code: str) -> ResponseReturnValue:
    """One unit; a form sent here renames it."""
    ctx, mine = visit.ctx(), seat()
    unit = units.unit_of(mine, code)
    form = Form("name", "number", "seen", name=unit.name, number=unit.number, seen=unit.version)
    if form.is_sent:
        with form.refusals():
            form.need("name")
            units.rename(ctx, mine, code, form.text("name"), form.text("number"), form.text("seen"))
            flash("已保存。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show(
        "console/unit.html",
        unit=unit,
        kind=KINDS[Role(unit.level)],
        is_school=unit.level == Role.SCHOOL,
        may_manage=units.may_manage(mine, unit),
    )


@door.on(f"{PAGE}/<code>/close", Guard.CONSOLE, ["POST"])
def close_unit(code: str) -> ResponseReturnValue:
    """Closes a unit that nobody uses."""
    with tried("已停用。如有误操作，请点“重新启用”。"):
        units.close(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/reopen", Guard.CONSOLE, ["POST"])
def reopen_unit(code: str) -> ResponseReturnValue:
    """Opens a closed unit again."""
    with tried("已重新启用。"):
        units.reopen(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)
