"""The employer's side: who applied, the 简历 as it was sent, and what becomes of each. Every look is written down."""

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from documents.vault import Damaged
from domain import personal
from domain.hiring import APPLICATION, INTERVIEW
from domain.posts import RANKS
from domain.refusals import Invalid, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer, Recruiter
from models.graduate import Graduate
from models.org import OrgUnit
from models.post import Post
from models.wishes import Application, Interview
from services import listing
from services.applications.applying import PICTURE
from services.context import Context
from services.employers import telling
from services.jobs.steps import vault
from services.listing import SLICE, Slice
from services.posts.life import employer_side
from services.resumes import printing
from services.resumes.reading import of_graduate
from services.sessions import Visitor
from services.throttle import RESUME_PDF

_LONGEST_REASON = 200
_DONE = {"shortlist": "shortlisted", "reject": "rejected", "reconsider": "seen", "hire": "hired"}


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """``post`` is a code, ``level`` a rank; ``major``, ``school`` and ``keyword`` (a person) are parts of names."""

    status: str = ""
    post: str = ""
    level: int = 0
    major: str = ""
    school: str = ""
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """An application as the employer reads it. ``resume`` is what the graduate sent, None when it is lost."""

    application: Application
    resume: dict[str, Any] | None
    interviews: list[Interview]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many applications nobody has read, posts are published, and invitations wait for an answer."""

    unread: int
    published: int
    offered: int


def inbox(ctx: Context, recruiter: Recruiter, wanted: InboxFilter, after: str = "") -> Slice[Application]:
    """Applications to the employer, the newest first; those that were taken back are gone."""
    query = _joined().where(_mine(recruiter))
    if wanted.status:
        query = query.where(Application.status == wanted.status)
    if wanted.post:
        query = query.where(Post.code == wanted.post)
    if wanted.level:
        digits = [digit for digit, rank in RANKS.items() if rank == wanted.level]
        query = query.where(Graduate.education.in_(digits))
    if major := personal.clean(wanted.major):
        query = query.where(Graduate.major_name.contains(major) | Graduate.major_code.startswith(major))
    if school := personal.clean(wanted.school):
        query = query.where(OrgUnit.name.contains(school))
    if keyword := personal.clean(wanted.keyword):
        query = query.where(Graduate.name.contains(keyword))
    total = listing.count(query)
    if last := listing.place_of(after, (int,)):
        query = query.where(Application.id < last[0])
    rows = list(query.order_by(Application.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "", total)


def waiting(recruiter: Recruiter) -> Waiting:
    """What waits for the employer, counted along indexes of its own rows alone."""
    sent = (Application.employer == recruiter.employer_id) & (Application.status == "sent")
    online = (Post.employer == recruiter.employer_id) & (Post.status == "published")
    offered = (Interview.employer == recruiter.employer_id) & (Interview.status == "offered")
    return Waiting(
        listing.count(Application.select(Application.id).where(sent)),
        listing.count(Post.select(Post.id).where(online)),
        listing.count(Interview.select(Interview.id).where(offered)),
    )


@transaction
def view(ctx: Context, visitor: Visitor, code: str) -> Read:
    """One application, which is read thereby. Raises NotAllowed, NotFound."""
    application = one(employer_side(visitor), code)
    if application.status == "sent":
        journal.step(application, APPLICATION, "view", visitor.actor, seen_at=ctx.clock())
    else:
        journal.write(application, "view", visitor.actor)
    found = Interview.select().where(Interview.application == application).order_by(Interview.id.desc())
    return Read(application, _resume(ctx, application), list(found))


def resume_pdf(ctx: Context, visitor: Visitor, code: str) -> tuple[str, bytes]:
    """The 简历 as it was sent, as a file's name and content, set outside of any transaction.

    Raises NotAllowed, NotFound, TooMany, Unavailable.
    """
    employer_side(visitor)
    ctx.throttle.use(RESUME_PDF, visitor.account.code)
    application, data = _fetched(ctx, visitor, code)
    picture = data.pop(PICTURE, None)
    if picture is None:  # sent before photos were kept with it
        content = printing.picture_of(ctx, of_graduate(application.graduate), data)
    else:
        content = base64.b64decode(picture)
    return str(data["title"]), printing.pdf(data, content)


@transaction
def _fetched(ctx: Context, visitor: Visitor, code: str) -> tuple[Application, dict[str, Any]]:
    application = one(employer_side(visitor), code)
    data = _resume(ctx, application)
    if data is None:
        raise NotFound()
    journal.write(application, "fetch", visitor.actor)
    return application, data


def _resume(ctx: Context, application: Application) -> dict[str, Any] | None:
    with suppress(Damaged, ValueError):
        found: dict[str, Any] = json.loads(b"".join(vault(ctx).pieces(application.resume)))
        return found
    return None


def shortlist(ctx: Context, visitor: Visitor, code: str) -> Application:
    """列入待面试. Twice is once; so it is with the others."""
    return _moved(visitor, code, "shortlist")


def reject(ctx: Context, visitor: Visitor, code: str, reason: str = "") -> Application:
    """不合适; the graduate sees the reason, if there is one. An interview that is still ahead is cancelled thereby."""
    words = personal.prose(reason)
    if len(words) > _LONGEST_REASON:
        raise Invalid.field("reason", "too_long")
    return _reject(ctx, visitor, code, words)


@transaction
def _reject(ctx: Context, visitor: Visitor, code: str, words: str) -> Application:
    application = _moved(visitor, code, "reject", reason=words)
    for interview in Interview.ahead(application, ctx.clock()):
        journal.step(interview, INTERVIEW, "cancel", visitor.actor, reason=words)
        telling.interview_cancelled(ctx, interview)
    return application


def reconsider(ctx: Context, visitor: Visitor, code: str) -> Application:
    """Takes a 不合适 back."""
    return _moved(visitor, code, "reconsider", reason="")


def hire(ctx: Context, visitor: Visitor, code: str) -> Application:
    """录用, after an interview."""
    return _moved(visitor, code, "hire")


@transaction
def _moved(visitor: Visitor, code: str, verb: str, **columns: Any) -> Application:
    application = one(employer_side(visitor), code)
    if application.status != _DONE[verb]:
        journal.step(application, APPLICATION, verb, visitor.actor, **columns)
    return application


def one(recruiter: Recruiter, code: str) -> Application:
    """An application to the recruiter's employer, with graduate, school and post; raises NotFound."""
    row = _joined().where((Application.code == code) & _mine(recruiter)).first()
    if row is None:
        raise NotFound()
    return row


def _mine(recruiter: Recruiter) -> Any:
    return (Application.employer == recruiter.employer_id) & (Application.status != "withdrawn")


def _joined() -> Any:
    college = OrgUnit.alias()
    return (
        Application.select(Application, Graduate, OrgUnit, college, Post, Employer)
        .join(Graduate)
        .join(OrgUnit, on=(Graduate.school == OrgUnit.id), attr="school")
        .switch(Graduate)
        .join(college, on=(Graduate.college == college.id), attr="college")
        .switch(Application)
        .join(Post)
        .join(Employer, on=(Post.employer == Employer.id))
    )
