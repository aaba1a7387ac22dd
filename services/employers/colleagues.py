"""招聘人员 of one unit: the first asks colleagues in by their phones and lets them go; each may leave.

An account acts for one unit at a time. Who is let go or leaves has no part in the unit from the next request on.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain import personal
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models import journal
from models.account import PHONE
from models.db import Keys, transaction
from models.employer import Invitation, Recruiter
from services.context import Context
from services.employers.registering import may_register, recruiting
from services.posts.life import employer_side
from services.sessions import Visitor

MOST = 20  # people of a unit, those asked in among them
WAITS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Team:
    """Who acts for a unit, the first in front, and who is asked to; ``is_first`` is the visitor."""

    people: list[Recruiter]
    invited: list[Invitation]
    is_first: bool


def team(ctx: Context, visitor: Visitor) -> Team:
    """The visitor's colleagues. Raises NotAllowed."""
    mine = employer_side(visitor)
    people = Recruiter.of_employer(mine.employer_id)
    return Team(people, Invitation.open_of(mine.employer_id, ctx.clock()), people[0].id == mine.id)


@transaction
def invite(ctx: Context, visitor: Visitor, phone: str) -> Invitation:
    """Asks in whoever holds a phone; asked again while it waits it is the same invitation.

    Raises Invalid for a bad phone, NotAllowed for anybody but the first, Conflict ``colleague_there`` for somebody who
    acts for the unit already, ``colleagues_full``.
    """
    mine = _first(visitor)
    try:
        phone = personal.mobile(phone)
    except Invalid:
        raise Invalid.field("phone", "bad_phone") from None
    mine.employer.hold()
    now, indexes = ctx.clock(), set(Keys.ring.blinds(phone, PHONE))
    people, invited = Recruiter.of_employer(mine.employer_id), Invitation.open_of(mine.employer_id, now)
    if any(one.account.phone_index in indexes for one in people):
        raise Conflict("colleague_there")
    there = next((one for one in invited if one.phone_index in indexes), None)
    if there is not None:
        return there
    if len(people) + len(invited) >= MOST:
        raise Conflict("colleagues_full", most=MOST)
    keys: dict[str, Any] = {"employer": mine.employer, "phone": phone, "expires_at": now + WAITS}
    row = Invitation.create(**keys, phone_index=Keys.ring.blind(phone, PHONE))
    journal.write(row, "ask_in", visitor.actor)
    return row


@transaction
def take_back(ctx: Context, visitor: Visitor, code: str) -> None:
    """Takes an invitation back; one that is over stays as it is. Raises NotAllowed, NotFound."""
    mine = _first(visitor)
    row = Invitation.get_or_none((Invitation.code == code) & (Invitation.employer == mine.employer_id))
    if row is None:
        raise NotFound()
    if row.ended_at is None:
        row.change(row.version, ended_at=ctx.clock())
        journal.write(row, "withdraw", visitor.actor)


def waiting(ctx: Context, visitor: Visitor) -> list[Invitation]:
    """The invitations to somebody who acts for no unit yet, by the phone of the account."""
    phone = visitor.account.phone
    return Invitation.open_for(phone, ctx.clock()) if phone and visitor.recruiter is None else []


@transaction
def join(ctx: Context, visitor: Visitor, code: str) -> Recruiter:
    """Takes an invitation up. Twice is once; raises NotFound, NotAllowed, Conflict for who acts for another unit."""
    may_register(visitor)
    phone, now = visitor.account.phone, ctx.clock()
    row = Invitation.select().where(Invitation.code == code).first()
    is_mine = row is not None and phone and row.phone_index in Keys.ring.blinds(phone, PHONE)
    if not is_mine:
        raise NotFound()
    there = Recruiter.of_account(visitor.account.id)
    if there is not None:
        if there.employer_id == row.employer_id:
            return there
        raise Conflict("recruiter_elsewhere")
    if row.ended_at is not None or row.expires_at <= now:
        raise Conflict("invitation_over")
    columns = {
        **{"employer": row.employer, "position": "", "phone": phone, "phone_index": row.phone_index},
        **{"joined_at": now, "ended_at": None},
    }
    recruiter, is_new = Recruiter.add_or_get({"account": visitor.account}, columns)
    if not is_new:
        recruiter.change(recruiter.version, **columns)
    row.change(row.version, ended_at=now)
    journal.write(recruiter, "join", recruiting(visitor))
    return recruiter


@transaction
def end(ctx: Context, visitor: Visitor, code: str) -> None:
    """Lets a colleague go. Twice is once.

    Raises NotAllowed for anybody but the first, NotFound, Conflict for oneself.
    """
    mine = _first(visitor)
    row = Recruiter.get_or_none((Recruiter.code == code) & (Recruiter.employer == mine.employer_id))
    if row is None:
        raise NotFound()
    if row.id == mine.id:
        raise Conflict("recruiter_self")
    _end(ctx, visitor, row, "end")


@transaction
def leave(ctx: Context, visitor: Visitor) -> None:
    """Leaves the unit to the others; the next in the row is the first then. Raises Conflict for the last one."""
    mine = employer_side(visitor)
    mine.employer.hold()
    if len(Recruiter.of_employer(mine.employer_id)) == 1:
        raise Conflict("recruiter_last")
    _end(ctx, visitor, Recruiter.get_by_id(mine.id), "leave")


def _end(ctx: Context, visitor: Visitor, row: Recruiter, verb: str) -> None:
    if row.ended_at is None:
        row.change(row.version, ended_at=ctx.clock())
        journal.write(row, verb, visitor.actor)


def _first(visitor: Visitor) -> Recruiter:
    """The visitor, who is the first of the unit. Raises NotAllowed."""
    mine = employer_side(visitor)
    people = Recruiter.of_employer(mine.employer_id)
    if not people or people[0].id != mine.id:
        raise NotAllowed("first_recruiter_only")
    return mine
