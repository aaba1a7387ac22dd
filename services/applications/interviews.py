"""面试通知: offered by the employer, answered by the graduate in time, or over. Both sides hear of the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import personal
from domain.actors import SYSTEM
from domain.hiring import APPLICATION, INTERVIEW
from domain.posts import ANSWER_WITHIN
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.web_address import is_link
from models import journal
from models.db import transaction
from models.employer import Employer
from models.graduate import Graduate
from models.post import Post
from models.wechat_user import Binding
from models.wishes import Application, Interview
from services.applications import sorting
from services.context import Context
from services.employers import telling
from services.outbox import owe
from services.posts.life import employer_side
from services.sessions import Visitor
from templates_msg.hiring import NO_PLACE
from templates_msg.jobs import InterviewInvited

MODES = ("onsite", "online", "phone")
NO_PHONE = "0"
PAGE = "/h5/interviews"
_FARTHEST = timedelta(days=180)
_LONGEST_PLACE, _LONGEST_NOTE, _LONGEST_REASON = 200, 1_000, 200
_SWEEP = 500


@dataclass(frozen=True, slots=True)
class InterviewForm:
    """When, how and where; ``place`` is the link of one that is online. ``answer_by`` is 5 days on if None."""

    mode: str
    at: datetime | None
    place: str = ""
    note: str = ""
    answer_by: datetime | None = None


@transaction
def offer(ctx: Context, visitor: Visitor, code: str, form: InterviewForm) -> Interview:
    """Invites whoever applied; the same invitation again is the first. ``code`` is the application's.

    Raises Invalid naming every wrong field, NotFound, IllegalMove, and Conflict ``interview_open`` while another
    invitation waits for its answer.
    """
    recruiter = employer_side(visitor)
    application = sorting.one(recruiter, code)
    columns = _checked(ctx, form)
    waiting = (Interview.application == application) & (Interview.status == "offered")
    there = Interview.select().where(waiting).first()
    if there is not None:
        if all(getattr(there, name) == columns[name] for name in ("mode", "at", "place", "note")):
            return there
        raise Conflict("interview_open")
    journal.step(application, APPLICATION, "invite", visitor.actor)
    keys = {"application": application, "graduate": application.graduate, "employer": recruiter.employer}
    interview = Interview.create(**keys, **columns)
    journal.write(interview, "invite", visitor.actor, after=interview.status)
    _invite(ctx, interview, recruiter.employer)
    return interview


def _checked(ctx: Context, form: InterviewForm) -> dict[str, Any]:
    now, wrong = ctx.clock(), {}
    place = personal.prose(form.place)
    note = "\n".join(filter(None, map(personal.prose, form.note.splitlines())))
    if form.mode not in MODES:
        wrong["mode"] = "bad_choice"
    if form.at is None or not now < form.at <= now + _FARTHEST:
        wrong["at"] = "interview_time"
    if form.mode != "phone" and not place:
        wrong["place"] = "required"
    elif len(place) > _LONGEST_PLACE or (form.mode == "online" and not is_link(place)):
        wrong["place"] = "too_long" if len(place) > _LONGEST_PLACE else "interview_link"
    if len(note) > _LONGEST_NOTE:
        wrong["note"] = "too_long"
    answer_by = form.answer_by
    if form.at is not None and "at" not in wrong:
        answer_by = answer_by or min(now + ANSWER_WITHIN, form.at)
        if not now < answer_by <= form.at:
            wrong["answer_by"] = "interview_answer_by"
    if wrong:
        raise Invalid("form", fields=wrong)
    return {"mode": form.mode, "at": form.at, "place": place, "note": note, "answer_by": answer_by}


def _invite(ctx: Context, interview: Interview, employer: Employer) -> None:
    application = interview.application
    post, account_id = application.post, application.graduate.account_id
    phone = post.contact_phone or employer.contact_phone or NO_PHONE
    place = NO_PLACE.get(interview.mode, interview.place)
    message = InterviewInvited(post.title, employer.name, interview.at, place, phone)
    openid = Binding.openid_of(ctx.settings.wechat_app_id, account_id) if account_id else None
    key, path = f"interview:{interview.code}", f"{PAGE}/{interview.code}"
    owe(ctx, message, openid=openid, key=key, path=path, account_id=account_id)


def own(visitor: Visitor, code: str) -> Interview:
    """One of the graduate's invitations, with application, post and employer; raises NotAllowed, NotFound."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    row = _joined().where((Interview.code == code) & (Interview.graduate == visitor.graduate)).first()
    if row is None:
        raise NotFound()
    return row


def of_graduate(visitor: Visitor, most: int = 50) -> list[Interview]:
    """The graduate's invitations, the latest interview first."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    query = _joined().where(Interview.graduate == visitor.graduate)
    return list(query.order_by(Interview.at.desc()).limit(most))


@transaction
def accept(ctx: Context, visitor: Visitor, code: str) -> Interview:
    """接受. A second tap gives the first answer; raises NotFound, Conflict ``interview_late``, IllegalMove."""
    interview = own(visitor, code)
    if interview.status == "accepted":
        return interview
    _check_time(ctx, interview)
    return _answered(ctx, visitor, interview, "accept", "")


@transaction
def decline(ctx: Context, visitor: Visitor, code: str, reason: str = "") -> Interview:
    """谢绝, also what was accepted, until the interview begins. Raises like ``accept``, and Invalid."""
    interview = own(visitor, code)
    words = personal.prose(reason)
    if len(words) > _LONGEST_REASON:
        raise Invalid.field("reason", "too_long")
    if interview.status == "declined":
        return interview
    _check_time(ctx, interview)
    return _answered(ctx, visitor, interview, "decline", words)


def _check_time(ctx: Context, interview: Interview) -> None:
    last = interview.answer_by if interview.status == "offered" else interview.at
    if interview.status in ("offered", "accepted") and ctx.clock() >= last:
        raise Conflict("interview_late")


def _answered(ctx: Context, visitor: Visitor, interview: Interview, verb: str, reason: str) -> Interview:
    columns: dict[str, Any] = {"answered_at": ctx.clock(), "reason": reason}
    journal.step(interview, INTERVIEW, verb, visitor.actor, **columns)
    telling.interview_answered(ctx, interview)
    return interview


@transaction
def cancel(ctx: Context, visitor: Visitor, code: str, reason: str) -> Interview:
    """Takes an invitation back; the graduate is told why. Twice is once; raises Invalid, NotFound, IllegalMove."""
    recruiter = employer_side(visitor)
    mine = (Interview.code == code) & (Interview.employer == recruiter.employer_id)
    interview = _joined().where(mine).first()
    if interview is None:
        raise NotFound()
    words = personal.prose(reason)
    if not words or len(words) > _LONGEST_REASON:
        raise Invalid.field("reason", "too_long" if words else "review_reason_needed")
    if interview.status != "cancelled":
        journal.step(interview, INTERVIEW, "cancel", visitor.actor, reason=words)
        telling.interview_cancelled(ctx, interview)
    return interview


@transaction
def expire(ctx: Context) -> int:
    """Ends the invitations that nobody answered in time, telling who sent them; returns how many."""
    late = (Interview.status == "offered") & (Interview.answer_by <= ctx.clock())
    rows = list(_joined().where(late).order_by(Interview.answer_by).limit(_SWEEP))
    for interview in rows:
        journal.step(interview, INTERVIEW, "expire", SYSTEM)
        telling.interview_answered(ctx, interview)
    return len(rows)


def _joined() -> Any:
    return (
        Interview.select(Interview, Application, Post, Employer, Graduate)
        .join(Application)
        .join(Post)
        .join(Employer, on=(Post.employer == Employer.id))
        .switch(Interview)
        .join(Graduate, on=(Interview.graduate == Graduate.id))
    )
