"""换届: counselors by 届别, moved or ended together; classes for which nobody answers; staff against graduates."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain.actors import Role
from domain.refusals import Invalid, NotAllowed
from domain.years import current_year
from handlers import visit
from handlers.console.people import PAGE, year_in, years
from handlers.console.seat import seat
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import duties, people, staffing, uncovered, units
from services.jobs import desk
from services.listing import Slice
from services.people import StaffFilter, StaffLine
from services.seats import Seat

door = Door("console_roll_over")

_ABOVE_SCHOOLS = frozenset({Role.MINISTRY, Role.PROVINCE})
_LONGEST_CODE = 24


@door.on(f"{PAGE}/roll-over", Guard.CONSOLE, ["GET", "POST"])
def roll_over() -> ResponseReturnValue:
    """Counselors who answer for a 届别; those who are ticked move to another one in place."""
    ctx, mine, form = visit.ctx(), seat(), Form("new")
    this_year = current_year(ctx.clock())
    old = year_in(form.text("old") if form.is_sent else request.args.get("year", "")) or this_year - 1
    if form.is_sent:
        with form.refusals():
            codes = form.choices("staff", people.MOST_AT_ONCE)
            if not codes:
                raise Invalid("tick_somebody")
            moved = duties.change_year_of(ctx, mine, codes, old, year_in(form.text("new")))
            flash(f"{moved} 位辅导员的负责届别已从 {old} 届改为 {form.text('new')} 届，修改前后均有记录。")
            return redirect(f"{PAGE}/roll-over?year={form.text('new')}", 303)
    form.values["new"] = form.values["new"] or max(this_year, old + 1)
    found: Slice[StaffLine] = people.listed(
        ctx, mine, StaffFilter(level=Role.COUNSELOR, year=old), request.args.get("after", "")
    )
    held = {line.staff.id: duties.of_staff(mine, line.staff) for line in found.rows}
    return form.show(
        "console/roll-over.html",
        found=found,
        held=held,
        old=old,
        years=years(),
        educations=code_table("education"),
        may_change=mine.level in (Role.SCHOOL, Role.COLLEGE),
    )


@door.on(f"{PAGE}/uncovered", Guard.CONSOLE)
def uncovered_classes() -> ResponseReturnValue:
    """Classes of a 届别 without a counselor; 部 and 省 choose a school first."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    year = year_in(request.args.get("year", "")) or current_year(ctx.clock())
    unit = _unit(mine, request.args.get("school", ""))
    schools = units.open_units(mine, Role.SCHOOL, 3000) if mine.level in _ABOVE_SCHOOLS else []
    page = uncovered.listed(ctx, mine, unit, year, request.args.get("after", "")) if unit else None
    return form.show(
        "console/uncovered.html",
        page=page,
        unit=unit,
        year=year,
        years=years(),
        schools=[(school.code, school.name) for school in schools],
        educations=code_table("education"),
    )


@door.on(f"{PAGE}/uncovered/export", Guard.CONSOLE, ["POST"])
def export_uncovered() -> ResponseReturnValue:
    """Queues the export of all of them; the worker writes it."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    if mine.level is Role.COUNSELOR:
        raise NotAllowed()
    unit = units.unit_of(mine, _unit(mine, form.text("school"))).code
    year = year_in(form.text("year")) or current_year(ctx.clock())
    job = desk.start_export(ctx, mine, uncovered.KIND, {"unit": unit, "year": year})
    flash("已开始导出，完成后在本页下载。")
    return redirect(f"/console/jobs/{job.code}", 303)


def _unit(mine: Seat, school: str) -> str:
    """The code of the unit whose classes are meant: the chosen school for 部 and 省, one's own for the others."""
    return school[:_LONGEST_CODE] if mine.level in _ABOVE_SCHOOLS else mine.staff.unit.code


@door.on(f"{PAGE}/staffing", Guard.CONSOLE)
def school_staffing() -> ResponseReturnValue:
    """Each school's graduates of a 届别 against its 校级就业工作人员, 500:1."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    year = year_in(request.args.get("year", "")) or current_year(ctx.clock())
    found = staffing.of_schools(ctx, mine, year, request.args.get("after", ""))
    return form.show("console/staffing.html", found=found, year=year, years=years())
