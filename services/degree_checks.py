"""学历查询: an employer asks about one graduate, who consents or not; a consent ends, and may be taken back."""

from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import SYSTEM
from domain.hiring import DEGREE_CHECK
from domain.posts import CONSENT_LIFE
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.employer import DegreeCheck, Employer, Recruiter
from models.graduate import Graduate
from models.org import OrgUnit
from models.wishes import Application
from services import listing
from services.context import Context
from services.employers import telling
from services.listing import SLICE, Slice
from services.posts.life import employer_side
from services.sessions import Visitor

_LONGEST = 200
_SWEEP = 500
_ALIVE = ("asked", "granted")


@dataclass(frozen=True, slots=True)
class Degree:
    """What an employer gets to see of a graduate's degree."""

    name: str
    school: str
    major: str
    education_code: str
    year: int
    conclusion: str


@transaction
def ask(ctx: Context, visitor: Visitor, application_code: str, purpose: str) -> DegreeCheck:
    """Asks a graduate who has applied. While a question waits or is granted, asking again is that question.

    Who has refused, or let the time pass, is asked once more only after ``CONSENT_LIFE``. Raises Invalid, NotFound,
    Conflict ``degree_asked_lately``.
    """
    recruiter = employer_side(visitor)
    graduate = _applicant(recruiter, application_code)
    words = personal.prose(purpose)
    if not words or len(words) > _LONGEST:
        raise Invalid.field("purpose", "too_long" if words else "required")
    keys = {"employer": recruiter.employer, "graduate": graduate}
    until = ctx.clock() + CONSENT_LIFE
    check, is_new = DegreeCheck.add_or_get(keys, {"purpose": words, "expires_at": until})
    if not is_new and check.status not in _ALIVE:
        if check.updated_at > ctx.clock() - CONSENT_LIFE:
            raise Conflict("degree_asked_lately")
        journal.step(
            check, DEGREE_CHECK, "ask", visitor.actor, purpose=words, expires_at=until, answered_at=None
        )
        is_new = True
    elif is_new:
        journal.write(check, "ask", visitor.actor, after=check.status)
    if is_new:
        telling.degree_asked(ctx, check)
    return check


def _applicant(recruiter: Recruiter, application_code: str) -> Graduate:
    mine = (Application.code == application_code) & (Application.employer == recruiter.employer_id)
    found = Application.select(Application, Graduate).join(Graduate)
    row = found.where(mine & (Application.status != "withdrawn")).first()
    if row is None:
        raise NotFound()
    return row.graduate


@transaction
def grant(ctx: Context, visitor: Visitor, code: str) -> DegreeCheck:
    """同意, for ``CONSENT_LIFE``. Twice is once; raises NotFound, IllegalMove."""
    check = own(visitor, code)
    if check.status != "granted":
        until = ctx.clock() + CONSENT_LIFE
        _answer(ctx, visitor, check, "grant", expires_at=until)
    return check


@transaction
def refuse(ctx: Context, visitor: Visitor, code: str) -> DegreeCheck:
    """不同意, or takes a consent back. Twice is once; raises NotFound, IllegalMove."""
    check = own(visitor, code)
    if check.status != "refused":
        _answer(ctx, visitor, check, "refuse")
    return check


def _answer(ctx: Context, visitor: Visitor, check: DegreeCheck, verb: str, **columns: Any) -> None:
    journal.step(check, DEGREE_CHECK, verb, visitor.actor, answered_at=ctx.clock(), **columns)
    telling.degree_answered(ctx, check)


def end_with(ctx: Context, visitor: Visitor, application: Application) -> None:
    """Takes back what the unit might see, in the transaction that takes back the last application to it."""
    if _has_applied(application.employer_id, application.graduate_id):
        return
    mine = (DegreeCheck.employer == application.employer_id) & (
        DegreeCheck.graduate == application.graduate_id
    )
    for check in _joined().where(mine & DegreeCheck.status.in_(_ALIVE)):
        _answer(ctx, visitor, check, "refuse")


def _has_applied(employer_id: int, graduate_id: int) -> bool:
    mine = (Application.employer == employer_id) & (Application.graduate == graduate_id)
    live = Application.select(Application.id).where(mine & (Application.status != "withdrawn"))
    return bool(live.exists())


def of_graduate(visitor: Visitor) -> list[DegreeCheck]:
    """Who asked about the graduate, with the employers, the newest first."""
    query = _joined().where(DegreeCheck.graduate == _graduate(visitor))
    return list(query.order_by(DegreeCheck.id.desc()).limit(SLICE))


def own(visitor: Visitor, code: str) -> DegreeCheck:
    """One of them; raises NotAllowed, NotFound."""
    row = _joined().where((DegreeCheck.code == code) & (DegreeCheck.graduate == _graduate(visitor))).first()
    if row is None:
        raise NotFound()
    return row


def of_employer(recruiter: Recruiter, after: str = "") -> Slice[DegreeCheck]:
    """What an employer has asked, the newest first."""
    query = _joined().where(DegreeCheck.employer == recruiter.employer_id)
    if last := listing.place_of(after, (int,)):
        query = query.where(DegreeCheck.id < last[0])
    rows = list(query.order_by(DegreeCheck.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "")


@transaction
def look(ctx: Context, visitor: Visitor, code: str) -> Degree:
    """The degree of somebody who consents and whose application stands; each look is counted and written down.

    Raises NotFound, Conflict.
    """
    recruiter = employer_side(visitor)
    mine = (DegreeCheck.code == code) & (DegreeCheck.employer == recruiter.employer_id)
    check = _joined().where(mine).first()
    if check is None:
        raise NotFound()
    is_over = check.expires_at is not None and check.expires_at <= ctx.clock()
    if check.status != "granted" or is_over or not _has_applied(check.employer_id, check.graduate_id):
        raise Conflict("degree_no_consent")
    DegreeCheck.update(looks=DegreeCheck.looks + 1).where(DegreeCheck.id == check.id).execute()
    journal.write(check, "view", visitor.actor)
    graduate = check.graduate
    return Degree(
        graduate.name,
        graduate.school.name,
        graduate.major_name,
        graduate.education_code or graduate.education,
        graduate.year,
        graduate.conclusion,
    )


@transaction
def expire(ctx: Context) -> int:
    """Ends questions and consents whose time has passed; returns how many."""
    late = DegreeCheck.status.in_(_ALIVE) & (DegreeCheck.expires_at <= ctx.clock())
    rows = list(DegreeCheck.select().where(late).order_by(DegreeCheck.expires_at).limit(_SWEEP))
    for check in rows:
        journal.step(check, DEGREE_CHECK, "expire", SYSTEM)
    return len(rows)


def _graduate(visitor: Visitor) -> Graduate:
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    return visitor.graduate


def _joined() -> Any:
    query = DegreeCheck.select(DegreeCheck, Employer, Graduate, OrgUnit).join(Employer)
    query = query.switch(DegreeCheck).join(Graduate)
    return query.join(OrgUnit, on=(Graduate.school == OrgUnit.id), attr="school")
