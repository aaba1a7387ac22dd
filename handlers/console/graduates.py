"""毕业生: the list of 生源信息 with its filters in the address, one record, and what was changed since the import."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from handlers import destination_words, visit
from handlers.console.empty_list import why_empty
from handlers.console.seat import seat
from handlers.console.wording import STATUSES
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.roster_form import RosterForm, roster_form
from services import code_tables, destinations, roster, roster_export, roster_list, staffing, whole_numbers
from services.jobs import desk
from services.jobs.asked import kept_filter
from services.roster_list import RosterFilter, RosterPage

door = Door("console_graduates")

PAGE = "/console/graduates"
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def console_graduates() -> ResponseReturnValue:
    """The list; an empty one says which of the three reasons holds and whom to ask."""
    ctx, mine = visit.ctx(), seat()
    form, found = Form(), RosterPage(RosterFilter(), [], {})
    with form.refusals():
        found = roster_list.listed(
            ctx, mine, _wanted(request.args), request.args.get("after", ""), request.args.get("before", "")
        )
    wanted, choices = found.wanted, roster_list.choices(ctx, mine, found.wanted)
    is_bare = not found.rows and not found.needs_school and form.refusal is None
    return form.show(
        "console/graduates.html",
        found=found,
        wanted=wanted,
        choices=choices,
        years=[(year, f"{year}届") for year in choices.years],
        majors=[(code, f"{name}（{code}）") for code, name in choices.majors],
        levels=code_tables.names(ctx, "education_level", wanted.year),
        statuses={status: STATUSES[status] for status in roster_list.STATUSES},
        changed=roster.differences(ctx, mine, [row.code for row in found.rows]) if wanted.edited else {},
        empty=why_empty(staffing.why_empty(ctx, mine, wanted.year)) if is_bare else None,
    )


@door.on(f"{PAGE}/export", Guard.CONSOLE, ["POST"])
def export_graduates() -> ResponseReturnValue:
    """Queues the export of what the filter shows; the worker writes it."""
    wanted = _wanted(request.form)
    whole_numbers.count_search(visit.ctx(), seat(), wanted.keyword)
    job = desk.start_export(visit.ctx(), seat(), roster_export.KIND, kept_filter(wanted))
    flash("已开始导出，完成后在本页下载。名单含个人信息，导出会留下记录，请妥善保管。")
    return redirect(f"/console/jobs/{job.code}", 303)


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def console_graduate(code: str) -> ResponseReturnValue:
    """One record: read by everybody in whose range it lies, changed and locked by those who may."""
    ctx, mine = visit.ctx(), seat()
    asked = roster_form(roster.record(ctx, mine, code))
    form = asked.form
    if form.is_sent and not asked.is_search:
        with form.refusals():
            roster.change(ctx, mine, code, asked.version, asked.sent)
            flash("已保存并锁定，毕业生本人不能再修改；需要本人修改时请解锁。")
            return redirect(_address(code), 303)
    return _record(asked)


@door.on(f"{PAGE}/<code>/unlock", Guard.CONSOLE, ["POST"])
def unlock_graduate(code: str) -> ResponseReturnValue:
    """解锁: the graduate may change and confirm again."""
    ctx, mine = visit.ctx(), seat()
    asked = roster_form(roster.record(ctx, mine, code))
    with asked.form.refusals():
        roster.unlock(ctx, mine, code, asked.version)
        flash("已解锁，毕业生可以重新修改和确认。")
        return redirect(_address(code), 303)
    return _record(asked)


def _record(asked: RosterForm) -> ResponseReturnValue:
    standing = destinations.standing(visit.ctx(), asked.seen.graduate)
    return asked.form.show(
        "console/graduate.html",
        statuses=STATUSES,
        back=_back(),
        destination=destination_words.line(standing),
        **asked.values(),
    )


def _wanted(given: Mapping[str, str]) -> RosterFilter:
    """The filter that an address or a form carries."""
    text = {name: given.get(name, "").strip()[:_LONGEST] for name in given}
    year = text.get("year", "")
    return RosterFilter(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        school=text.get("school", ""),
        college=text.get("college", ""),
        education_code=text.get("education", ""),
        major_code=text.get("major", ""),
        status=text.get("status", ""),
        keyword=text.get("q", ""),
        order=text.get("sort", "") or "student_number",
        edited=text.get("edited", "") == "1",
    )


def _address(code: str) -> str:
    back = _back()
    return f"{PAGE}/{code}?{urlencode({'back': back})}" if back else f"{PAGE}/{code}"


def _back() -> str:
    """The filters of the list that one came from, as they stood in its address."""
    return request.values.get("back", "")[:400]
