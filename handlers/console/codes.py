"""代码表: what each table holds for a 届别, files in and out, and replacing a table in steps that can be taken back."""

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.code_rows import RowTrouble
from domain.refusals import Invalid, said
from domain.years import current_year
from handlers import visit
from handlers.console.seat import seat
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import code_editions, code_files, code_reports, code_tables

_SHOWN = 100  # rows of each part of a comparison
_KINDS = {
    code_files.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    code_files.CSV: "text/csv; charset=utf-8",
}
_YEARS_BACK, _YEARS_AHEAD = 6, 2

door = Door("console_codes")


@door.on("/console/codes", Guard.CONSOLE)
def codes() -> ResponseReturnValue:
    """Every table, and the edition that holds for a 届别."""
    form = Form()
    year = _year_shown(form)
    return form.show(
        "console/codes.html",
        tables=code_tables.overview(visit.ctx(), year),
        year=year,
        years=_years(),
        may_replace=code_editions.may_replace(seat()),
    )


@door.on("/console/codes/<table>", Guard.CONSOLE)
def codes_table(table: str) -> ResponseReturnValue:
    """The rows of a table, to be searched."""
    known = code_editions.table_of(table)
    form = Form()
    year = _year_shown(form)
    asked = code_tables.Asked(request.args.get("word", "")[:60], request.args.get("state", ""))
    return form.show(
        "console/codes-table.html",
        table=known,
        edition=visit.ctx().codes.edition(table, year, visit.ctx().clock()),
        found=code_tables.rows(visit.ctx(), table, year, asked, request.args.get("after", "")),
        year=year,
        years=_years(),
        may_replace=code_editions.may_replace(seat()),
    )


@door.on("/console/codes/<table>/file", Guard.CONSOLE)
def codes_file(table: str) -> ResponseReturnValue:
    """The table as a file that can be taken in again."""
    year = _year()
    content = code_files.written(visit.ctx(), table, year, _kind())
    return _download(content, f"{table}-{year}.{_kind()}")


@door.on("/console/codes/<table>/blank", Guard.CONSOLE)
def codes_blank(table: str) -> ResponseReturnValue:
    """The form to fill in."""
    return _download(code_files.blank(table, _kind()), f"{table}-template.{_kind()}")


@door.on(
    "/console/codes/<table>/import", Guard.CONSOLE, ["GET", "POST"], most_bytes=4 * code_files.MOST_BYTES
)
def codes_import(table: str) -> ResponseReturnValue:
    """Takes in a file; what is wrong with it is listed, a good one is shown before it holds."""
    known = code_editions.table_of(table)
    code_editions.need_keeper(seat())
    form = Form("year", year=str(_now()))
    troubles: list[RowTrouble] = []
    if form.is_sent:
        with form.refusals():
            year = code_editions.year_of(form.text("year"))
            file = request.files.get("file")
            if file is None or not file.filename:
                raise Invalid.field("file", "codes_file")
            proposal = code_files.take_in(visit.ctx(), seat(), table, year, file.stream)
            if proposal.edition is not None:
                if not proposal.is_news:
                    flash("文件内容与正在生效的版本完全一致，没有变化。")
                return redirect(_address(table, proposal.edition.code), 303)
            troubles = list(proposal.troubles)
    report = code_reports.keep(visit.ctx(), troubles) if troubles else ""
    answer = form.show(
        "console/codes-import.html", table=known, troubles=troubles, report=report, shown=_SHOWN, said=said
    )
    if troubles:
        answer.status_code = Invalid.status
    return answer


@door.on("/console/codes/<table>/report/<word>", Guard.CONSOLE)
def codes_report(table: str, word: str) -> ResponseReturnValue:
    """What was wrong with a file, as a workbook."""
    content = code_reports.fetch(visit.ctx(), seat(), word)
    return _download(content, f"{code_editions.table_of(table).name}-report.xlsx")


@door.on("/console/codes/<table>/history", Guard.CONSOLE)
def codes_history(table: str) -> ResponseReturnValue:
    """Every edition of a table."""
    return Form().show(
        "console/codes-history.html",
        table=code_editions.table_of(table),
        history=code_editions.history(table),
        may_replace=code_editions.may_replace(seat()),
    )


@door.on("/console/codes/<table>/editions/<code>", Guard.CONSOLE)
def codes_edition(table: str, code: str) -> ResponseReturnValue:
    """What an edition changes against the one that holds, and whom that touches."""
    return _show_edition(Form(), table, code)


@door.on("/console/codes/<table>/editions/<code>/take-effect", Guard.CONSOLE, ["POST"])
def codes_take_effect(table: str, code: str) -> ResponseReturnValue:
    """Has the edition hold from its 届别 on."""
    form = Form()
    with form.refusals():
        edition = code_editions.take_effect(visit.ctx(), seat(), code)
        flash("已生效。各页面和导入在几秒内改用这个版本。")
        return redirect(_history(edition.name), 303)
    return _show_edition(form, table, code)


@door.on("/console/codes/<table>/editions/<code>/take-back", Guard.CONSOLE, ["POST"])
def codes_take_back(table: str, code: str) -> ResponseReturnValue:
    """Has what held before hold again."""
    form = Form()
    with form.refusals():
        edition = code_editions.take_back(visit.ctx(), seat(), code)
        flash("已撤回，恢复使用之前的版本。")
        return redirect(_history(edition.name), 303)
    return _show_edition(form, table, code)


@door.on("/console/codes/<table>/editions/<code>/discard", Guard.CONSOLE, ["POST"])
def codes_discard(table: str, code: str) -> ResponseReturnValue:
    """Throws away an edition that never held."""
    form = Form()
    with form.refusals():
        name = code_editions.discard(visit.ctx(), seat(), code)
        flash("已删除这个未生效的版本。")
        return redirect(_history(name), 303)
    return _show_edition(form, table, code)


def _show_edition(form: Form, table: str, code: str) -> Response:
    known = code_editions.table_of(table)
    standing = code_editions.standing_of(table, code)
    return form.show(
        "console/codes-edition.html",
        table=known,
        standing=standing,
        seen=code_editions.difference(standing.edition),
        shown=_SHOWN,
        may_replace=code_editions.may_replace(seat()),
    )


def _history(table: str) -> str:
    return f"/console/codes/{table}/history"


def _address(table: str, code: str) -> str:
    return f"/console/codes/{table}/editions/{code}"


def _year() -> int:
    """The 届别 that the address asks for, the one under way where it asks for none. Raises Invalid."""
    return code_editions.year_of(request.args.get("year", "")) if request.args.get("year") else _now()


def _year_shown(form: Form) -> int:
    """The same for a page, which says what is wrong and shows the one under way."""
    with form.refusals():
        return _year()
    return _now()


def _now() -> int:
    return current_year(visit.ctx().clock())


def _years() -> list[tuple[int, str]]:
    """The 届别 to choose from, the latest first."""
    now = _now()
    return [(year, f"{year} 届") for year in range(now + _YEARS_AHEAD, now - _YEARS_BACK, -1)]


def _kind() -> str:
    return code_files.CSV if request.args.get("kind") == code_files.CSV else code_files.XLSX


def _download(content: bytes, name: str) -> Response:
    response = Response(content, content_type=_KINDS[_kind()])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
