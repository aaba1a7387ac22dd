"""求职意愿: what a graduate wishes for."""

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from config.codes import code_table
from domain.years import current_year
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from models.graduate import Intention
from services import code_tables, graduates
from services.graduates import MAX_PAY, MAX_PLACES, Wish

door = Door("intention")

_TABLES = {"directions": "direction", "work_types": "work_type", "industries": "industry"}
_SEVERAL = ("places", "industries", "kinds", "natures")
_MATCHES = {"exact": "只看本专业", "class": "本专业大类都可以", "open": "不限专业"}
NEW = "new"  # what a page has seen before there is anything
HIDES = {"phone": "手机号", "email": "邮箱", "address": "住址", "family": "家庭联系方式", "photo": "照片"}


@door.on("/h5/intention", Guard.GRADUATE, ["GET", "POST"])
def intention() -> ResponseReturnValue:
    """The form, filled with what is registered already."""
    visitor, onward = visit.me(), visit.onward()
    saved = graduates.intention_of(visitor)
    form = Form(
        "direction", "work_type", "pay", "pay_floor", "remark", "major_match", "seen", **_saved(saved)
    )
    if form.is_sent:
        form.values |= {name: form.choices(name, MAX_PLACES + 1) for name in _SEVERAL}
        form.values["hides"] = form.choices("hides", len(HIDES) + 1)
        with form.refusals():
            graduates.register_intention(visit.ctx(), visitor, _wish(form), form.text("seen"))
            flash("求职意愿已保存。")
            return redirect(onward, 303)
    ctx, year = visit.ctx(), current_year(visit.ctx().clock())
    tables = {name: code_table(table) for name, table in _TABLES.items()} | {
        "provinces": graduates.places_to_choose(ctx),
        "kinds": code_tables.names(ctx, "position", year),
        "natures": code_tables.names(ctx, "unit_nature", year),
        "matches": _MATCHES,
        "hides": HIDES,
    }
    return form.show("h5/intention.html", onward=onward, saved=saved, most=MAX_PLACES, **tables)


@door.on("/h5/intention/later", Guard.GRADUATE, ["POST"])
def later() -> ResponseReturnValue:
    """稍后填写: this browser is not asked again before it goes on."""
    session["later"] = True
    return redirect(visit.onward(), 303)


def _saved(row: Intention | None) -> dict[str, object]:
    if row is None:
        return {name: [] for name in _SEVERAL} | {"pay": "open", "major_match": "class", "seen": NEW}
    return {
        "direction": row.direction,
        "work_type": row.work_type,
        "places": row.places or [],
        "industries": row.industries or [],
        "kinds": row.kinds or [],
        "natures": row.natures or [],
        "major_match": row.major_match,
        "hides": row.hides or [],
        "pay": "floor" if row.pay_floor else "open",
        "pay_floor": row.pay_floor or "",
        "remark": row.remark,
        "seen": row.version,
    }


def _wish(form: Form) -> Wish:
    return Wish(
        direction=form.text("direction"),
        work_type=form.text("work_type"),
        places=tuple(form.choices("places", MAX_PLACES + 1)),
        industries=tuple(form.choices("industries", MAX_PLACES + 1)),
        kinds=tuple(form.choices("kinds", MAX_PLACES + 1)),
        natures=tuple(form.choices("natures", MAX_PLACES + 1)),
        major_match=form.text("major_match") or "class",
        hides=tuple(form.choices("hides", len(HIDES) + 1)),
        pay_floor=_pay_floor(form),
        remark=form.text("remark"),
    )


def _pay_floor(form: Form) -> int:
    """Yuan a month, 0 for 面议; what is no number becomes one that the service refuses."""
    if form.text("pay") != "floor":
        return 0
    digits = form.text("pay_floor")
    return int(digits) if digits.isascii() and digits.isdigit() else MAX_PAY + 1
