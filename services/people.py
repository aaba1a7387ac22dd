"""Staff below one's own level: who they are, whether messages reach them, and the end of an account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import STAFF_LEVELS, Role
from domain.desk_hours import CHINA
from domain.machines import LINK
from domain.refusals import Conflict, Invalid, NotFound
from domain.rights import Right
from models import journal
from models.account import Account, LoginSession
from models.db import transaction
from models.graduate import Link
from models.message import Message
from models.org import OrgUnit, Staff
from models.staffing import answers_for_year, carries_phone, is_bound, links_of, staff_rows
from models.wechat_user import Binding
from services import listing, units, whole_numbers
from services.callbacks import account_card_changed
from services.context import Context
from services.identity import BUILTIN
from services.listing import SLICE, Slice
from services.outbox import owe, owe_sms
from services.seats import Seat
from templates_msg.links import ACCOUNT_ENDED, LinkEnded

MOST_AT_ONCE = 100
_LONGEST_OFFICE = 60
_BATCH = 500
MY_COUNSELORS = "/h5/my-counselors"


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """What a list of staff shows; an empty field narrows nothing.

    ``keyword`` is a part of a name or a whole phone, ``unit`` the code of a unit (with all below it), ``year`` a 届别
    that counselors answer for, ``bound`` yes or no, ``state`` active, ended or empty.
    """

    keyword: str = ""
    level: str = ""
    unit: str = ""
    year: int = 0
    bound: str = ""
    state: str = "active"


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A capacity with what the superior wants to know of it."""

    staff: Staff
    is_bound: bool
    is_following: bool
    has_first_password: bool  # the one that was sent, not changed yet


def listed(ctx: Context, seat: Seat, wanted: StaffFilter, after: str = "") -> Slice[StaffLine]:
    """Staff below, whoever was created last first. Raises NotFound for a unit outside the range.

    Raises TooMany for too many phones in an hour, where the seat sees phones in part only.
    """
    whole_numbers.count_search(ctx, seat, wanted.keyword)
    query = _narrowed(ctx, seat, wanted)
    total = listing.count(query)
    if after:
        query = query.where(Staff.id < find(seat, after).id)
    rows = list(query.order_by(Staff.id.desc()).limit(SLICE + 1))
    return Slice(_lines(ctx, rows[:SLICE]), rows[SLICE - 1].code if len(rows) > SLICE else "", total)


def every(ctx: Context, seat: Seat, wanted: StaffFilter) -> Iterator[list[StaffLine]]:
    """The whole list in batches, in the same order; each batch is read when it is asked for."""
    query = _narrowed(ctx, seat, wanted).order_by(Staff.id.desc())
    rows = list(query.limit(_BATCH))
    while rows:
        yield _lines(ctx, rows)
        rows = list(query.where(Staff.id < rows[-1].id).limit(_BATCH))


def one(ctx: Context, seat: Seat, code: str) -> StaffLine:
    """One capacity below. Raises NotFound."""
    return _lines(ctx, [find(seat, code)])[0]


def find(seat: Seat, code: str) -> Staff:
    """A capacity in the seat's range, with unit and account; raises NotFound."""
    staff = seat.scope.staff(staff_rows()).where(Staff.code == code).first()
    if staff is None:
        raise NotFound()
    return staff


def managed(seat: Seat, code: str) -> Staff:
    """A capacity that this seat manages; raises NotFound, or NotAllowed for one that it only supervises."""
    staff = find(seat, code)
    seat.need(Role(staff.level), Right.MANAGE)
    return staff


@transaction
def change(ctx: Context, seat: Seat, code: str, office: str, seen: str = "") -> Staff:
    """Changes where to find the person; ``seen`` is the version on the page.

    Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    staff = managed(seat, code)
    office = tidy_office(office)
    if office != staff.office:
        note = {"before": {"office": staff.office}, "after": {"office": office}}
        staff.edit(seen, {"office": office})
        journal.write(staff, "change", seat.actor, note=note)
    return staff


def tidy_office(text: str) -> str:
    """Where to find a person, in up to 60 characters; raises Invalid."""
    office = personal.prose(text)
    if len(office) > _LONGEST_OFFICE:
        raise Invalid.field("office", "too_long")
    return office


def end(ctx: Context, seat: Seat, code: str) -> Staff:
    """Ends a capacity; a counselor's links end with it and the graduates are told. Ending it again changes nothing.

    Sessions lose the capacity at once, the account stays: other capacities and the person's own log-in go on.
    Raises NotFound, NotAllowed.
    """
    staff, touched = end_within(ctx, seat, code)
    renew_cards(ctx, touched)
    return staff


@transaction
def end_within(ctx: Context, seat: Seat, code: str) -> tuple[Staff, list[Account]]:
    """``end`` for a caller's transaction, who calls ``renew_cards`` with the accounts answered once it is over."""
    staff = managed(seat, code)
    if staff.ended_at is not None:
        return staff, []
    now = ctx.clock()
    staff.change(ended_at=now)
    LoginSession.update(staff_id=None).where(LoginSession.staff_id == staff.id).execute()
    links = links_of(staff.id, "linked")
    for link in links:
        journal.step(link, LINK, "end", seat.actor, reason=ACCOUNT_ENDED)
        tell_graduate(ctx, staff, link, ACCOUNT_ENDED)
    journal.write(staff, "end", seat.actor, note={"links": len(links)})
    return staff, [staff.account, *accounts_of(links)]


def tell_graduate(ctx: Context, staff: Staff, link: Link, reason: str) -> None:
    """Owes the graduate of a link that ended a word, in the caller's transaction; nothing to one without account."""
    if link.graduate.account_id is None:
        return
    message = LinkEnded(person=staff.account.name, reason=reason, at=ctx.clock())
    openid = Binding.openid_of(ctx.settings.wechat_app_id, link.graduate.account_id)
    owe(ctx, message, openid=openid, key=f"unlinked:{link.code}:{link.version}", path=MY_COUNSELORS)


def restore(ctx: Context, seat: Seat, code: str) -> Staff:
    """Takes the end of a capacity back, with the links and duties it had; an active one stays as it is.

    Raises NotFound, NotAllowed, Invalid when the unit is closed, Conflict when the person is a counselor elsewhere.
    """
    staff, touched = _restore(ctx, seat, code)
    renew_cards(ctx, touched)
    return staff


@transaction
def _restore(ctx: Context, seat: Seat, code: str) -> tuple[Staff, list[Account]]:
    staff = managed(seat, code)
    if staff.ended_at is None:
        return staff, []
    if units.hold(staff.unit).closed_at is not None:
        raise Invalid("wrong_unit")
    check_single_counselor(staff.account, Role(staff.level))
    return staff, bring_back(staff, seat)


def bring_back(staff: Staff, seat: Seat) -> list[Account]:
    """Makes an ended capacity active, with the links that ended with it; answers whose cards change.

    Runs in the caller's transaction, who has asked for the right.
    """
    staff.change(ended_at=None)
    links = [link for link in links_of(staff.id, "unlinked") if link.reason == ACCOUNT_ENDED]
    if seat.level in (Role.SCHOOL, Role.COLLEGE):
        for link in links:
            journal.step(link, LINK, "restore", seat.actor, reason="")
    journal.write(staff, "restore", seat.actor, note={"links": len(links)})
    return [staff.account, *accounts_of(links)]


def check_single_counselor(account: Account, level: Role) -> None:
    """Raises Conflict when somebody would be a counselor twice: pages for counselors know one capacity.

    Takes the account's lock, so that two units do not appoint the same person at once.
    """
    account.change()
    if level is not Role.COUNSELOR:
        return
    other = (Staff.account == account.id) & (Staff.level == Role.COUNSELOR) & Staff.ended_at.is_null()
    if Staff.select().where(other).exists():
        raise Conflict("counselor_elsewhere")


def end_many(ctx: Context, seat: Seat, codes: Sequence[str]) -> int:
    """Ends up to MOST_AT_ONCE capacities, each in a transaction of its own; answers how many were active.

    Nothing ends when one of them is not the seat's to end. Asked again after an interruption it goes on.
    """
    wanted = [managed(seat, code) for code in dict.fromkeys(codes)]
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Invalid("bad_choice")
    active = [staff for staff in wanted if staff.ended_at is None]
    for staff in active:
        end(ctx, seat, staff.code)
    return len(active)


@transaction
def remind(ctx: Context, seat: Seat, code: str) -> None:
    """Owes an unbound person a text message that asks to bind; one a day, however many superiors ask.

    Raises NotFound, Conflict for somebody bound, ended, without a phone, or reminded today.
    """
    staff = find(seat, code)
    seat.need(Role(staff.level), Right.SUPERVISE)
    if staff.ended_at is not None:
        raise Conflict("account_ended")
    if Binding.openid_of(ctx.settings.wechat_app_id, staff.account_id) is not None:
        raise Conflict("already_bound")
    if not staff.account.phone:
        raise Conflict("no_phone")
    key = f"bind_reminder:{staff.account.code}:{ctx.clock().astimezone(CHINA):%Y%m%d}"
    if Message.get_or_none(Message.key == key) is not None:
        raise Conflict("reminded_today")
    owe_sms(ctx, "bind_reminder", {}, phone=staff.account.phone, key=key)
    journal.write(staff, "remind", seat.actor)


def _narrowed(ctx: Context, seat: Seat, wanted: StaffFilter) -> Any:
    query = seat.scope.staff(staff_rows())
    if wanted.level in STAFF_LEVELS:
        query = query.where(Staff.level == wanted.level)
    if wanted.unit:
        query = query.where(OrgUnit.path.startswith(units.unit_of(seat, wanted.unit).path))
    if wanted.state:
        query = query.where(Staff.ended_at.is_null(wanted.state == "active"))
    if wanted.year:
        query = query.where(answers_for_year(wanted.year))
    if wanted.bound:
        bound = is_bound(ctx.settings.wechat_app_id)
        query = query.where(bound if wanted.bound == "yes" else ~bound)
    if word := personal.clean(wanted.keyword):
        query = query.where(carries_phone(word) if word.isdigit() else Account.name.contains(word))
    return query


def _lines(ctx: Context, rows: list[Staff]) -> list[StaffLine]:
    bound, following = Binding.reachable(ctx.settings.wechat_app_id, [row.account_id for row in rows])
    return [
        StaffLine(row, row.account_id in bound, row.account_id in following, has_first_password(row.account))
        for row in rows
    ]


def has_first_password(account: Account) -> bool:
    """Whether the password that was sent has not been changed yet: nobody has come in with it."""
    return bool(account.must_change_password and account.directory == BUILTIN)


def accounts_of(links: Sequence[Link]) -> list[Account]:
    """The accounts of the graduates of some links, of those who have one."""
    return [link.graduate.account for link in links if link.graduate.account is not None]


def renew_cards(ctx: Context, accounts: Sequence[Account]) -> None:
    """After the commit: the official account knows what these people are now."""
    for account in accounts:
        account_card_changed(ctx, account)
