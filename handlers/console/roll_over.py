"""换届: counselors by 届别, moved or ended together; classes for which nobody answers; staff against graduates."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain.actors import Role
from domain.refusals import Invalid
from domain.years import current_year
from handlers import visit
from handlers.console.people import PAGE, year_in, years
from handlers.console.seat import seat
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import duties, people, staffing, units
from services.listing import Slice
from services.people import StaffFilter, StaffLine

door = Door("console_roll_over")


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
    is_above = mine.level in (Role.MINISTRY, Role.PROVINCE)
    schools = units.open_units(mine, Role.SCHOOL, 3000) if is_above else []
    school = request.args.get("school", "") if is_above else mine.staff.unit.code
    rows = duties.uncovered(ctx, mine, school, year) if school and mine.level is not Role.COUNSELOR else []
    return form.show(
        "console/uncovered.html",
        rows=rows,
        year=year,
        years=years(),
        schools=[(unit.code, unit.name) for unit in schools],
        needs_school=is_above and not school,
        educations=code_table("education"),
    )


@door.on(f"{PAGE}/staffing", Guard.CONSOLE)
def school_staffing() -> ResponseReturnValue:
    """Each school's graduates of a 届别 against its 校级就业工作人员, 500:1."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    year = year_in(request.args.get("year", "")) or current_year(ctx.clock())
    found = staffing.of_schools(ctx, mine, year, request.args.get("after", ""))
    return form.show("console/staffing.html", found=found, year=year, years=years())
