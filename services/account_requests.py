"""账号增删申请: somebody asks the level above for an account of the asker's own level, or for the end of one.

The fields are those of 《辅导员平台使用说明》: 姓名、手机号码、须删除/须新增, and for 省级 the province besides, which
is the asker's own unit.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from domain import personal
from domain.actors import Role
from domain.machines import ACCOUNT_REQUEST
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.rights import creates
from models import journal
from models.account import PHONE, Account
from models.db import Keys, transaction
from models.org import Staff
from models.people import AccountRequest
from models.staffing import carries_phone, request_rows, staff_rows
from services import appointments, listing, people
from services.appointments import Entry, Ready
from services.context import Context
from services.listing import SLICE, Slice
from services.outbox import owe_sms
from services.seats import Seat

_LONGEST_REASON = 100
_REASON_TOLD, _NAME_TOLD = 18, 8  # characters in the text message


class Act(StrEnum):
    """What is asked for."""

    ADD = "add"  # 须新增
    REMOVE = "remove"  # 须删除


@transaction
def file(ctx: Context, seat: Seat, act: str, name: str, phone: str) -> AccountRequest:
    """Files a request with the level above; the same one while it waits is answered, not filed twice.

    Raises NotAllowed for 部级, which has nobody above, and Invalid for a bad field.
    """
    if seat.level is Role.MINISTRY:
        raise NotAllowed("no_level_above")
    if act not in list(Act):
        raise Invalid.field("act", "bad_choice")
    name, phone = personal.person_name(name), personal.mobile(phone)
    waiting = AccountRequest.get_or_none(
        (AccountRequest.unit == seat.staff.unit_id)
        & (AccountRequest.status == "filed")
        & (AccountRequest.act == act)
        & AccountRequest.phone_index.in_(Keys.ring.blinds(phone, PHONE))
        & AccountRequest.asker.in_(
            Staff.select(Staff.id).where((Staff.level == seat.level) & Staff.ended_at.is_null())
        )
    )
    if waiting is not None and waiting.name == name:
        return waiting
    row = AccountRequest.create(
        asker=seat.staff.id,
        unit=seat.staff.unit_id,
        act=act,
        name=name,
        phone=phone,
        phone_index=Keys.ring.blind(phone, PHONE),
        created_at=ctx.clock(),
    )
    journal.write(row, "file", seat.actor, note={"act": act}, after=row.status)
    return row


def mine(ctx: Context, seat: Seat, after: str = "") -> Slice[AccountRequest]:
    """What this seat has asked for, the newest first. Raises NotFound for a strange ``after``."""
    own = request_rows().where(AccountRequest.asker == seat.staff.id)
    return _page(own, own, after)


def inbox(ctx: Context, seat: Seat, status: str = "filed", after: str = "") -> Slice[AccountRequest]:
    """Requests from below that this seat decides, the newest first. Raises NotFound for a strange ``after``."""
    everything = _decided_by(seat)
    shown = everything.where(AccountRequest.status == status) if status else everything
    return _page(shown, everything, after)


def one(seat: Seat, code: str) -> AccountRequest:
    """A request that this seat decides; raises NotFound."""
    row = _decided_by(seat).where(AccountRequest.code == code).first()
    if row is None:
        raise NotFound()
    return row


@transaction
def withdraw(ctx: Context, seat: Seat, code: str) -> AccountRequest:
    """Takes one's own request back; twice is once. Raises NotFound, IllegalMove when it has been decided."""
    row = (
        request_rows().where((AccountRequest.code == code) & (AccountRequest.asker == seat.staff.id)).first()
    )
    if row is None:
        raise NotFound()
    if row.status != "withdrawn":
        journal.step(row, ACCOUNT_REQUEST, "withdraw", seat.actor, decided_at=ctx.clock())
    return row


def grant(ctx: Context, seat: Seat, code: str) -> AccountRequest:
    """Grants a request and does what it asks for: creates the account or ends the capacity. Twice is once.

    Raises NotFound, IllegalMove when it has been decided otherwise, Conflict ``request_nobody`` when there is
    nobody of this name and phone to end, ``asker_ended`` when whoever asked is no longer at work, and whatever
    ``appointments.create`` raises.
    """
    row = one(seat, code)
    if row.status == "granted":
        return row
    _check_asker(row)
    if row.act == Act.REMOVE:
        row, touched = _grant_end(ctx, seat, code)
    else:
        entry = Entry(row.name, row.phone, row.asker.level, row.unit.code)
        row, touched = _grant_creation(ctx, seat, code, appointments.prepare(ctx, seat, entry))
    people.renew_cards(ctx, touched)
    return row


@transaction
def _grant_creation(
    ctx: Context, seat: Seat, code: str, ready: Ready
) -> tuple[AccountRequest, Sequence[Account]]:
    row = one(seat, code)
    if row.status == "granted":
        return row, ()
    _check_asker(row)
    journal.step(row, ACCOUNT_REQUEST, "grant", seat.actor, decided_at=ctx.clock())
    _tell_asker(ctx, row, "request_granted")
    return row, appointments.appoint(ctx, seat, ready).touched


@transaction
def _grant_end(ctx: Context, seat: Seat, code: str) -> tuple[AccountRequest, Sequence[Account]]:
    row = one(seat, code)
    if row.status == "granted":
        return row, ()
    _check_asker(row)
    journal.step(row, ACCOUNT_REQUEST, "grant", seat.actor, decided_at=ctx.clock())
    _tell_asker(ctx, row, "request_granted")
    query = seat.scope.staff(staff_rows()).where(
        (Staff.level == row.asker.level) & (Staff.unit == row.unit_id) & carries_phone(row.phone)
    )
    staff = next((found for found in query if personal.fold_name(found.account.name) == row.name), None)
    if staff is None:
        raise Conflict("request_nobody")
    return row, people.end_within(ctx, seat, staff.code)[1]


def _check_asker(row: AccountRequest) -> None:
    """Raises Conflict when a waiting request's asker has been ended: nobody stands behind it any more."""
    if row.status == "filed" and row.asker.ended_at is not None:
        raise Conflict("asker_ended")


def decline(ctx: Context, seat: Seat, code: str, reason: str) -> AccountRequest:
    """Sends a request back with a reason. Twice is once. Raises NotFound, Invalid, IllegalMove."""
    one(seat, code)
    reason = personal.prose(reason)
    if not reason:
        raise Invalid.field("reason", "decline_reason_needed")
    if len(reason) > _LONGEST_REASON:
        raise Invalid.field("reason", "too_long")
    return _decline(ctx, seat, code, reason)


@transaction
def _decline(ctx: Context, seat: Seat, code: str, reason: str) -> AccountRequest:
    row = one(seat, code)
    if row.status != "declined":
        journal.step(row, ACCOUNT_REQUEST, "decline", seat.actor, decided_at=ctx.clock(), reason=reason)
        _tell_asker(ctx, row, "request_declined", reason=_shortened(reason, _REASON_TOLD))
    return row


def _tell_asker(ctx: Context, row: AccountRequest, text: str, **params: str) -> None:
    """Owes whoever asked a text message; nobody hears of a request once the own capacity has ended."""
    phone = row.asker.account.phone
    if phone and row.asker.ended_at is None:
        params["name"] = _shortened(row.name, _NAME_TOLD)
        owe_sms(ctx, text, params, phone=phone, key=f"{text}:{row.code}")


def _shortened(text: str, most: int) -> str:
    """Words within a text message, which are to fit into one of the operators' with the rest of it."""
    line = text.rstrip("。.")
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _decided_by(seat: Seat) -> Any:
    levels = [level.value for level in creates(seat.level)]
    return seat.scope.units(request_rows()).where(Staff.level.in_(levels))


def _page(query: Any, everything: Any, after: str) -> Slice[AccountRequest]:
    """A page of ``query``; the row named by ``after`` may have left it since, but not ``everything``."""
    total = listing.count(query)
    if after:
        last = everything.where(AccountRequest.code == after).first()
        if last is None:
            raise NotFound()
        query = query.where(AccountRequest.id < last.id)
    rows = list(query.order_by(AccountRequest.id.desc()).limit(SLICE + 1))
    return Slice(rows[:SLICE], rows[SLICE - 1].code if len(rows) > SLICE else "", total)
