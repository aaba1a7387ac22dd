"""人员账号: who works below, appointing, first passwords, reminders, ends and taking them back."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain import personal
from domain.actors import Role
from domain.refusals import Invalid, NotAllowed
from domain.rights import Right, below, creates, rights
from domain.years import current_year
from handlers import visit
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.dress import LEVELS
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import (
    appointments,
    duties,
    duties_undone,
    people,
    people_export,
    second_factor,
    transfers,
    units,
    whole_numbers,
)
from services.appointments import Entry
from services.duties import Duty
from services.jobs import desk
from services.jobs.asked import kept_filter
from services.listing import Slice
from services.people import StaffFilter, StaffLine
from services.seats import Seat

door = Door("console_people")

PAGE = "/console/people"
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def staff_list() -> ResponseReturnValue:
    """Staff below, narrowed by the filters in the address."""
    ctx, mine = visit.ctx(), seat()
    form = Form()
    found: Slice[StaffLine] = Slice([])
    with form.refusals():
        found = people.listed(ctx, mine, _wanted(request.args), request.args.get("after", ""))
    return form.show(
        "console/people.html",
        found=found,
        levels=[(level.value, LEVELS[level]) for level in below(mine.level)],
        years=years(),
        may_create=bool(creates(mine.level)),
        mask_phone=personal.mask_phone,
    )


@door.on(f"{PAGE}/export", Guard.CONSOLE, ["POST"])
def export_staff() -> ResponseReturnValue:
    """Queues the export of what the filter shows; the worker writes it."""
    wanted = _wanted(request.form)
    whole_numbers.count_search(visit.ctx(), seat(), wanted.keyword)
    job = desk.start_export(visit.ctx(), seat(), people_export.KIND, kept_filter(wanted))
    flash("已开始导出，完成后在本页下载。名单含个人信息，导出会留下记录，请妥善保管。")
    return redirect(f"/console/jobs/{job.code}", 303)


def _wanted(given: Mapping[str, str]) -> StaffFilter:
    """The filter that an address or a form carries; without a state it shows those at work."""
    text = {name: words.strip()[:_LONGEST] for name, words in given.items()}
    return StaffFilter(
        keyword=text.get("q", ""),
        level=text.get("level", ""),
        unit=text.get("unit", ""),
        year=year_in(text.get("year", "")),
        bound=text.get("bound", ""),
        state={"": "active", "all": ""}.get(text.get("state", ""), text.get("state", "")),
    )


def year_in(text: str) -> int:
    """A 届别 as an address or a form carries it; 0 for none and for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0


def years() -> list[tuple[int, str]]:
    """The 届别 to choose from, the one under way in the middle."""
    now = current_year(visit.ctx().clock())
    return [(year, f"{year}届") for year in range(now + 3, now - 5, -1)]


@door.on(f"{PAGE}/new", Guard.CONSOLE, ["GET", "POST"])
def new_staff() -> ResponseReturnValue:
    """Appoints somebody: the person's name and phone decide which of the three cases it is."""
    ctx, mine = visit.ctx(), seat()
    levels = creates(mine.level)
    if not levels:
        raise NotAllowed()
    form = Form("name", "phone", "level", "unit", "office")
    if form.is_sent:
        with form.refusals():
            form.need("name", "phone", "level", "unit")
            entry = Entry(*(form.text(name) for name in ("name", "phone", "level", "unit", "office")))
            made = appointments.create(ctx, mine, entry)
            flash(
                "账号已创建，初始密码已用短信发给本人。"
                if made.is_new_account
                else "账号已创建，本人用原有账号和密码登录。"
            )
            return redirect(f"{PAGE}/{made.staff.code}", 303)
    else:
        asked = request.args
        form.values |= {"level": asked.get("level", levels[-1].value), "unit": asked.get("unit", "")}
    choices = {unit.code: unit for level in levels for unit in units.open_units(mine, level, 3000)}
    return form.show(
        "console/person-new.html",
        levels=[(level.value, LEVELS[level]) for level in levels],
        units=[(unit.code, unit.name) for unit in choices.values()],
    )


@door.on(f"{PAGE}/end", Guard.CONSOLE, ["POST"])
def end_many() -> ResponseReturnValue:
    """Ends those who were ticked: the first time it asks, with ``sure`` it does."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    codes = form.choices("staff", people.MOST_AT_ONCE)
    with form.refusals():
        if not codes:
            raise Invalid("tick_somebody")
        if form.text("sure"):
            ended = people.end_many(ctx, mine, codes)
            flash(f"已结束 {ended} 个账号。如有误操作，可在“已结束”中逐个恢复。")
            return redirect(f"{PAGE}?state=ended", 303)
        chosen = [people.managed(mine, code) for code in codes]
        return form.show("console/people-end.html", chosen=chosen)
    return form.show("console/people-end.html", chosen=[])


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def one_person(code: str) -> ResponseReturnValue:
    """One capacity with all that may be done about it; a form sent here changes where to find the person."""
    ctx, mine = visit.ctx(), seat()
    line = people.one(ctx, mine, code)
    form = Form("office", "seen", office=line.staff.office, seen=line.staff.version)
    if form.is_sent:
        with form.refusals():
            people.change(ctx, mine, code, form.text("office"), form.text("seen"))
            flash("已保存。")
            return redirect(f"{PAGE}/{code}", 303)
    return person_page(form, mine, line)


def person_page(form: Form, mine: Seat, line: StaffLine) -> ResponseReturnValue:
    """The page of one capacity, with whichever form on it was sent."""
    staff = line.staff
    may_manage = Right.MANAGE in rights(mine.level, Role(staff.level))
    is_counselor = staff.level == Role.COUNSELOR
    phone = staff.account.phone or ""
    return form.show(
        "console/person.html",
        line=line,
        staff=staff,
        phone=phone if may_manage else personal.mask_phone(phone),
        may_manage=may_manage,
        may_transfer=may_manage and bool(transfers.targets(mine, staff)),
        former_unit=transfers.way_back(mine, staff) if may_manage else None,
        may_reset=may_manage and staff.account.totp_on_at is not None,
        duties=duties.of_staff(mine, staff) if is_counselor else [],
        removed=duties_undone.removed_from(mine, staff) if is_counselor and may_manage else [],
        colleges=[(unit.code, unit.name) for unit in duties.colleges_for(mine, staff)]
        if is_counselor
        else [],
        educations=list(code_table("education").items()),
        years=years(),
        this_year=current_year(visit.ctx().clock()),
        as_form=asdict,
    )


@door.on(f"{PAGE}/<code>/correct", Guard.CONSOLE, ["GET", "POST"])
def correct_person(code: str) -> ResponseReturnValue:
    """Corrects a name or phone typed wrongly, while nobody has come in with the first password."""
    ctx, mine = visit.ctx(), seat()
    account = people.managed(mine, code).account
    form = Form("name", "phone", name=account.name, phone=account.phone or "")
    if form.is_sent:
        with form.refusals():
            form.need("name", "phone")
            appointments.correct(ctx, mine, code, form.text("name"), form.text("phone"))
            flash("已更正。更换手机号的，新的初始密码已用短信发出。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show("console/person-correct.html", code=code)


@door.on(f"{PAGE}/<code>/end", Guard.CONSOLE, ["POST"])
def end_person(code: str) -> ResponseReturnValue:
    """Ends a capacity; the page that follows offers to take it back."""
    with tried("账号已结束，本人已不能以此身份登录。如有误操作，请点“恢复账号”。"):
        people.end(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/restore", Guard.CONSOLE, ["POST"])
def restore_person(code: str) -> ResponseReturnValue:
    """Takes the end of a capacity back."""
    with tried("账号已恢复，原有的负责范围和因结束而解除的关联一并恢复。"):
        people.restore(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/send-password", Guard.CONSOLE, ["POST"])
def send_password(code: str) -> ResponseReturnValue:
    """A new first password by text message; the former one opens nothing more."""
    with tried("新的初始密码已用短信发给本人，之前的初始密码已失效。"):
        appointments.send_password_again(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/remind", Guard.CONSOLE, ["POST"])
def remind_person(code: str) -> ResponseReturnValue:
    """A text message that asks an unbound person to bind."""
    with tried("已发送短信，提醒本人绑定微信。"):
        people.remind(visit.ctx(), seat(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/reset-second-factor", Guard.CONSOLE, ["POST"])
def reset_second_factor(code: str) -> ResponseReturnValue:
    """Takes away a second factor, as after a lost phone."""
    mine = seat()
    people.managed(mine, code)
    with tried("动态验证码已重置，本人下次登录时重新设置。"):
        second_factor.reset(visit.ctx(), mine, code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/duties", Guard.CONSOLE, ["POST"])
def add_duty(code: str) -> ResponseReturnValue:
    """Gives a counselor a responsibility."""
    ctx, mine = visit.ctx(), seat()
    form = Form("year", "college", "education", "class_name", "major_code")
    with form.refusals():
        form.need("year", "college", "education")
        duties.add(ctx, mine, code, _duty(form))
        flash("已增加负责范围。")
        return redirect(f"{PAGE}/{code}", 303)
    line = people.one(ctx, mine, code)
    form.values["office"] = line.staff.office
    return person_page(form, mine, line)


@door.on(f"{PAGE}/<code>/duties/remove", Guard.CONSOLE, ["POST"])
def remove_duty(code: str) -> ResponseReturnValue:
    """Takes a responsibility away; the page that follows offers to give it back."""
    with tried("已取消这项负责范围。如有误操作，可在“最近取消的负责范围”中恢复。"):
        duties.remove(visit.ctx(), seat(), code, _duty(Form()))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/duties/restore", Guard.CONSOLE, ["POST"])
def restore_duty(code: str) -> ResponseReturnValue:
    """Gives back a responsibility that was taken away."""
    with tried("已恢复这项负责范围。"):
        duties_undone.restore(visit.ctx(), seat(), code, _duty(Form()))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/duties/year", Guard.CONSOLE, ["POST"])
def change_duty_year(code: str) -> ResponseReturnValue:
    """修改负责届别, in place."""
    form = Form()
    with tried("负责届别已修改。"):
        duties.change_year(visit.ctx(), seat(), code, year_in(form.text("old")), year_in(form.text("new")))
    return redirect(f"{PAGE}/{code}", 303)


def _duty(form: Form) -> Duty:
    names = ("college", "education", "class_name", "major_code")
    return Duty(year_in(form.text("year")), *(form.text(name) for name in names))
