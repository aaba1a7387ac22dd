"""The unit itself: written down, its 营业执照, handed in, and what comes next."""

from collections.abc import Iterator

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from config.posts import choices
from domain.hiring import WORKING
from domain.refusals import Conflict, Invalid, Refusal
from domain.years import current_year
from handlers import visit
from handlers.employer.entry import HOME
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_UPLOAD, pieces_in
from models.employer import Recruiter
from models.org import OrgUnit
from services import code_tables
from services.applications import sorting
from services.employers import colleagues, forms, registering
from services.employers.forms import EmployerForm

door = Door("employer_unit")

LICENCE = f"{HOME}licence"
_FIELDS = tuple(EmployerForm.__dataclass_fields__)
LONG = "intro"
LONGEST = 4_000


@door.on(HOME, Guard.PERSON)
def employer_home() -> ResponseReturnValue:
    """How far the registration is and what comes next; who has none yet begins here."""
    return _home(Form())


def _home(form: Form) -> ResponseReturnValue:
    visitor = visit.me()
    mine = visitor.recruiter
    may_register = not (visitor.staff or visitor.graduate)
    unit = mine.employer if mine else None
    office = unit.unit.name if unit is not None and unit.unit is not None else ""
    return form.show(
        "employer/home.html",
        visitor=visitor,
        unit=unit,
        office=office,
        may_register=may_register,
        waiting=sorting.waiting(mine) if mine and mine.employer.status in WORKING else None,
        invitations=colleagues.waiting(visit.ctx(), visitor) if may_register else [],
    )


@door.on(f"{HOME}unit", Guard.PERSON, ["GET", "POST"])
def employer_unit() -> ResponseReturnValue:
    """The form. While a place or an office is looked for, nothing is saved."""
    ctx, visitor = visit.ctx(), visit.me()
    registering.may_register(visitor)
    mine = visitor.recruiter
    form = Form(*_FIELDS, "region_word", "unit_word", "seen", **_known(mine))
    found: dict[str, list[tuple[str, str]]] = {}
    taken = None
    if form.is_sent:
        form.values[LONG] = request.form.get(LONG, "")[:LONGEST]
        found = found_by(form)
        if "find" not in request.form:
            with form.refusals():
                try:
                    asked = EmployerForm(**{name: str(form.values[name]) for name in _FIELDS})
                    registering.save(ctx, visitor, asked, form.text("seen"))
                except Conflict as refusal:
                    if refusal.code == "employer_taken":
                        taken = registering.whose(str(form.values["credit_code"]))
                    raise
                return redirect(LICENCE, 303)
    return form.show(
        "employer/unit.html",
        visitor=visitor,
        unit=mine.employer if mine else None,
        found=found,
        taken=taken,
        chosen=chosen_names(form),
        **tables(),
    )


def _known(mine: Recruiter | None) -> dict[str, object]:
    """What is written down already."""
    if mine is None:
        return {}
    unit = mine.employer
    known = {name: getattr(unit, name) or "" for name in _FIELDS if name not in ("unit", "position")}
    office = unit.unit.code if unit.unit else ""
    return known | {"unit": office, "position": mine.position, "seen": unit.version}


def found_by(form: Form) -> dict[str, list[tuple[str, str]]]:
    """What the words typed for place and office find; a single find is taken."""
    found: dict[str, list[tuple[str, str]]] = {}
    if word := form.text("region_word"):
        places = forms.counties(visit.ctx(), word)
        found["region"] = [(place.code, f"{place.note} {place.name}".strip()) for place in places]
    if word := form.text("unit_word"):
        found["unit"] = [(office.code, office.name) for office in forms.offices(word)]
    for name, options in found.items():
        if len(options) == 1 or (options and form.values[name] not in dict(options)):
            form.values[name] = options[0][0] if len(options) == 1 else ""
    return found


def chosen_names(form: Form) -> dict[str, str]:
    """The names of the place and the office that are chosen."""
    office: OrgUnit | None = forms.office_of(str(form.values.get("unit") or ""))
    return {
        "region": forms.place_name(visit.ctx(), str(form.values["region"] or "")),
        "unit": office.name if office is not None else "",
    }


def tables() -> dict[str, object]:
    """What the lists of the form offer."""
    natures = code_tables.names(visit.ctx(), "unit_nature", current_year(visit.ctx().clock()))
    return {
        "natures": list(natures.items()),
        "industries": list(code_table("industry").items()),
        "scales": list(choices("scale").items()),
    }


@door.on(LICENCE, Guard.RECRUITER, ["GET", "POST"], most_bytes=MOST_UPLOAD)
def employer_licence() -> ResponseReturnValue:
    """营业执照: sent, looked at, sent anew."""
    visitor, form = visit.me(), Form()
    if form.is_sent:
        with form.refusals():
            file = request.files.get("licence")
            if file is None or not file.filename:
                raise Invalid.field("licence", "file_needed")
            registering.add_licence(visit.ctx(), visitor, pieces_in(file))
            flash("营业执照已上传，请核对清楚后提交审核。")
            return redirect(LICENCE, 303)
    mine = visitor.recruiter
    return form.show("employer/licence.html", visitor=visitor, unit=mine.employer if mine else None)


@door.on(f"{LICENCE}/file", Guard.RECRUITER)
def employer_licence_file() -> ResponseReturnValue:
    """The licence as it is kept."""
    return paper(*registering.licence(visit.ctx(), visit.me()))


def paper(media_type: str, pieces: Iterator[bytes]) -> Response:
    """A picture to be seen in a page, a PDF to be kept: whatever it does, it does not do it here."""
    response = Response(pieces, mimetype=media_type)
    if not media_type.startswith("image/"):
        response.headers["Content-Disposition"] = "attachment; filename=licence.pdf"
    return response


@door.on(f"{HOME}file", Guard.RECRUITER, ["POST"])
def file_employer() -> ResponseReturnValue:
    """Hands the registration in."""
    form = Form()
    try:
        registering.file(visit.ctx(), visit.me())
    except Refusal as refusal:
        if visit.wants_json():
            raise
        form.refusal = refusal
        return _home(form)
    flash("已提交审核。结果会用微信或短信告诉您。")
    return redirect(HOME, 303)
