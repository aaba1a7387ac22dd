"""毕业生简历维护情况: the list with its filters in the address, its distribution, 刷新 and the table taken out."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.resume import titles_of
from handlers import visit
from handlers.console.seat import seat
from handlers.console.shell import here
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import code_tables, roster_list, whole_numbers
from services.jobs import desk
from services.jobs.asked import kept_filter
from services.listing import Slice
from services.resumes import export, listing, refresh
from services.resumes.listing import WHOLE, Bar, ResumeFilter, ResumePage

door = Door("console_resumes")

PAGE = "/console/resumes"
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def console_resumes() -> ResponseReturnValue:
    """The list; the least complete come first."""
    ctx, mine = visit.ctx(), seat()
    form, found = Form(), ResumePage(ResumeFilter(), Slice([]), {}, [])
    with form.refusals():
        found = listing.listed(ctx, mine, _wanted(request.args), request.args.get("after", ""))
    return _shown(form, found)


@door.on(f"{PAGE}/refresh", Guard.CONSOLE, ["POST"])
def refresh_resumes() -> ResponseReturnValue:
    """刷新简历完整度 of everybody in the filter's unit and 届别."""
    form = Form()
    with form.refusals():
        wanted = _wanted(request.form)
        changed, job = refresh.refresh(visit.ctx(), seat(), wanted)
        if job is not None:
            flash("人数较多，正在后台刷新，完成后返回列表查看。")
            return redirect(f"/console/jobs/{job.code}", 303)
        flash(f"已刷新，{changed} 人的完整度有变化。" if changed else "已刷新，完整度没有变化。")
        return redirect(_address(wanted), 303)
    return _shown(form, ResumePage(ResumeFilter(), Slice([]), {}, [], needs_school=True))


@door.on(f"{PAGE}/export", Guard.CONSOLE, ["POST"])
def export_resumes() -> ResponseReturnValue:
    """Queues the export of what the filter shows; the worker writes it."""
    wanted = _wanted(request.form)
    whole_numbers.count_search(visit.ctx(), seat(), wanted.keyword)
    job = desk.start_export(visit.ctx(), seat(), export.KIND, kept_filter(wanted))
    flash("已开始导出，完成后在本页下载。")
    return redirect(f"/console/jobs/{job.code}", 303)


def _shown(form: Form, found: ResumePage) -> ResponseReturnValue:
    ctx, mine = visit.ctx(), seat()
    wanted = found.wanted
    choices = roster_list.choices(ctx, mine, wanted.of_roster)
    return form.show(
        "console/resumes.html",
        found=found,
        wanted=wanted,
        choices=choices,
        years=[(year, f"{year}届") for year in choices.years],
        classes=[(name, name) for name in listing.classes(mine, wanted)],
        levels=code_tables.names(ctx, "education_level", wanted.year),
        bars=_bars(found.bars, wanted),
        titles_of=titles_of,
        kept=_kept(wanted),
    )


def _bars(bars: list[Bar], wanted: ResumeFilter) -> list[tuple[Bar, str, str, bool]]:
    """Each bar with its words, the address that shows its people, and whether they are shown."""
    return [
        (
            bar,
            f"{bar.low}%" if bar.low == bar.high else f"{bar.low}–{bar.high}%",
            here(low=bar.low, high=bar.high, after=""),
            (wanted.low, wanted.high) == (bar.low, bar.high),
        )
        for bar in bars
    ]


def _kept(wanted: ResumeFilter) -> list[tuple[str, object]]:
    """The filter as hidden fields."""
    values: tuple[tuple[str, object], ...] = (
        *(("school", wanted.school), ("year", wanted.year), ("college", wanted.college)),
        *(("class", wanted.class_name), ("education", wanted.education_code), ("q", wanted.keyword)),
        *(("sort", wanted.order), ("low", wanted.low), ("high", wanted.high)),
    )
    return [(name, value) for name, value in values if value not in ("", None)]


def _wanted(given: Mapping[str, str]) -> ResumeFilter:
    """The filter that an address or a form carries."""
    text = {name: given.get(name, "").strip()[:_LONGEST] for name in given}
    year = text.get("year", "")
    return ResumeFilter(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        school=text.get("school", ""),
        college=text.get("college", ""),
        class_name=text.get("class", ""),
        education_code=text.get("education", ""),
        low=_percent(text.get("low", ""), 0),
        high=_percent(text.get("high", ""), WHOLE),
        keyword=text.get("q", ""),
        order=text.get("sort", "") or listing.ORDERS[0],
    )


def _percent(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else otherwise


def _address(wanted: ResumeFilter) -> str:
    """The list with a filter."""
    return f"{PAGE}?{urlencode(_kept(wanted))}"
