"""我的毕业生: a counselor's linked graduates."""

import csv
import io
from urllib.parse import quote, urlencode

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import name_of
from domain.desk_hours import CHINA
from handlers import visit
from handlers.dress import day, names, pay
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import exports, links
from services.exports import LinkedGraduate

door = Door("graduates")

PAGE = "/h5/my-graduates"
_COLUMNS = (
    *("姓名", "学号", "院系", "班级", "专业", "去向意愿", "工作类型", "期望地区", "期望行业", "期望薪酬"),
    *("备注", "关注公众号", "绑定微信", "关联日期"),
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@door.on(PAGE, Guard.COUNSELOR)
def my_graduates() -> ResponseReturnValue:
    """The list, with search by name or student number."""
    return _show(Form())


@door.on(f"{PAGE}/<code>/unlink", Guard.COUNSELOR, ["POST"])
def leave_graduate(code: str) -> ResponseReturnValue:
    """解除关联 by the counselor, who owes the graduate a reason."""
    form = Form("reason")
    with form.refusals():
        links.unlink(visit.ctx(), visit.me(), code, form.text("reason"))
        flash("已解除关联，毕业生会收到提醒和您填写的原因。")
        return redirect(f"{PAGE}?{urlencode({'q': form.text('q')})}" if form.text("q") else PAGE, 303)
    return _show(form, code)


def _show(form: Form, leaving: str = "") -> ResponseReturnValue:
    """``leaving`` is the code of the link whose form was refused."""
    keyword = request.values.get("q", "")[:40].strip()
    after = request.values.get("after", "")
    found = links.my_graduates(visit.ctx(), visit.me(), keyword, after)
    return form.show("h5/my-graduates.html", found=found, keyword=keyword, after=after, leaving=leaving)


@door.on(f"{PAGE}/export", Guard.COUNSELOR, ["POST"])
def export() -> Response:
    """The whole list as a table for spreadsheets."""
    rows = exports.linked_graduates(visit.ctx(), visit.me())
    out = io.StringIO()
    out.write("\ufeff")  # without it spreadsheets take UTF-8 for the local code page
    table = csv.writer(out)
    table.writerow(_COLUMNS)
    table.writerows([_harmless(cell) for cell in _cells(row)] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    name = quote(f"我的毕业生-{visit.ctx().clock().astimezone(CHINA):%Y%m%d}.csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _cells(row: LinkedGraduate) -> list[str]:
    graduate = row.link.graduate
    wish = getattr(graduate, "intention_row", None)
    wishes = [""] * 6
    if wish is not None:
        wishes = [
            name_of("direction", wish.direction),
            name_of("work_type", wish.work_type) if wish.work_type else "",
            names(wish.places, "province"),
            names(wish.industries, "industry"),
            pay(wish.pay_floor),
            wish.remark,
        ]
    return [
        graduate.name,
        graduate.student_number,
        graduate.college.name,
        graduate.class_name,
        graduate.major_name,
        *wishes,
        "已关注" if row.is_followed else "未关注",
        "已绑定" if row.is_bound else "未绑定",
        day(row.link.linked_at),
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
