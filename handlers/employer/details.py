"""What an approved unit says of itself: changed at once, or handed in to be looked at."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.console.tried import tried
from handlers.employer.entry import HOME
from handlers.employer.unit import LONG, LONGEST, chosen_names, found_by, tables
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_UPLOAD, pieces_in
from models.employer import Employer
from services.employers import amending
from services.posts.life import employer_side

door = Door("employer_details")

UNIT = f"{HOME}unit"
DETAILS = (*amending.FREE, "position")


@door.on(f"{UNIT}/details", Guard.EMPLOYER, ["GET", "POST"])
def unit_details() -> ResponseReturnValue:
    """What nobody needs to look at. While a place is looked for, nothing is saved."""
    ctx, visitor = visit.ctx(), visit.me()
    mine = employer_side(visitor)
    known = _known(mine.employer, amending.FREE) | {"position": mine.position}
    form = Form(*DETAILS, "region_word", "seen", **known)
    found: dict[str, list[tuple[str, str]]] = {}
    if form.is_sent:
        form.values[LONG] = request.form.get(LONG, "")[:LONGEST]
        found = found_by(form)
        if "find" not in request.form:
            with form.refusals():
                given = {name: str(form.values[name]) for name in DETAILS}
                amending.save_details(ctx, visitor, given, form.text("seen"))
                flash("已保存，毕业生看到的单位信息已更新。")
                return redirect(HOME, 303)
    return form.show(
        "employer/unit-details.html", visitor=visitor, found=found, chosen=chosen_names(form), **tables()
    )


@door.on(f"{UNIT}/change", Guard.EMPLOYER, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def unit_change() -> ResponseReturnValue:
    """Another name or paper, which an office looks at first."""
    ctx, visitor = visit.ctx(), visit.me()
    unit = employer_side(visitor).employer
    form = Form(*amending.PROPOSED, "seen", **_known(unit, amending.PROPOSED))
    if form.is_sent:
        with form.refusals():
            file = request.files.get("licence")
            pieces = pieces_in(file) if file is not None and file.filename else None
            given = {name: form.text(name) for name in amending.PROPOSED}
            amending.propose(ctx, visitor, given, pieces, form.text("seen"))
            flash("变更已提交审核，结果会用微信或短信告诉您。审核期间照常使用原来的信息。")
            return redirect(HOME, 303)
    return form.show("employer/unit-change.html", visitor=visitor, unit=unit, **tables())


@door.on(f"{UNIT}/change/recall", Guard.EMPLOYER, ["POST"])
def recall_change() -> ResponseReturnValue:
    """Takes back what was handed in."""
    with tried("已撤回变更。"):
        amending.recall(visit.ctx(), visit.me())
    return redirect(HOME, 303)


def _known(unit: Employer, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(unit, name) or "" for name in names} | {"seen": unit.version}
