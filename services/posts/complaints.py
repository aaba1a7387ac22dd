"""投诉 in the hands of the offices: found true, which takes the post off, or not. Both sides are told."""

from typing import Any

from domain import personal
from domain.actors import Role
from domain.hiring import COMPLAINT
from domain.refusals import Invalid, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer
from models.post import Complaint, Post
from services.context import Context
from services.employers import telling
from services.posts import life
from services.seats import Seat

_LONGEST = 200
_DONE = {"uphold": "upheld", "dismiss": "dismissed"}


_COLUMN = {Role.PROVINCE: Complaint.province_id, Role.SCHOOL: Complaint.unit}


def within(seat: Seat) -> Any:
    """The complaints that an office answers, as a condition on their own columns, along which they are indexed."""
    if seat.level is Role.MINISTRY:
        return Complaint.id > 0
    column = _COLUMN.get(seat.level)
    return Complaint.id < 0 if column is None else column == seat.scope.unit.id


def one(seat: Seat, code: str) -> Complaint:
    """A complaint of a post in the office's range, with post and employer; raises NotFound."""
    found = Complaint.select(Complaint, Post, Employer).join(Post).join(Employer)
    row = found.where((Complaint.code == code) & within(seat)).first()
    if row is None:
        raise NotFound()
    return row


def uphold(ctx: Context, seat: Seat, code: str, answer: str) -> Complaint:
    """属实: suspends the post, if it is still before graduates. Twice is once; raises Invalid without an answer."""
    return _answer(ctx, seat, code, "uphold", answer)


def dismiss(ctx: Context, seat: Seat, code: str, answer: str) -> Complaint:
    """不属实. Twice is once; raises Invalid without an answer."""
    return _answer(ctx, seat, code, "dismiss", answer)


@transaction
def _answer(ctx: Context, seat: Seat, code: str, verb: str, text: str) -> Complaint:
    complaint = one(seat, code)
    answer = personal.prose(text)
    if not answer or len(answer) > _LONGEST:
        raise Invalid.field("answer", "too_long" if answer else "review_reason_needed")
    if complaint.status == _DONE[verb]:
        return complaint
    journal.step(complaint, COMPLAINT, verb, seat.actor, answer=answer, answered_at=ctx.clock())
    telling.complaint_answered(ctx, complaint, verb, answer)
    post = complaint.post
    if verb == "uphold" and post.status == "published":
        life.move(post, "suspend", seat.actor, reason=answer)
        telling.post_reviewed(ctx, post, "suspend", answer, is_complaint=True)
    return complaint
