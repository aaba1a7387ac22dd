"""Messages that reached nobody for certain, one by one: why, what can be done, and doing it.

Sending once more is a person's decision and a message of its own: the platform does not take it for a repeat, so
whoever did get the first one gets it twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from config.messages import manner_of
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.keyring import Unreadable
from domain.machines import MESSAGE
from domain.personal import mask_name, mask_phone
from domain.refusals import Conflict, NotAllowed, NotFound, Stale
from models import journal, message_desk
from models.account import Account
from models.db import transaction
from models.message import Message
from models.message_desk import ENDED as ENDED
from models.message_desk import Spot
from models.task import Assignment, Task
from models.task_people import hold
from services import quota
from services.context import Context
from services.listing import SLICE, Slice, place, place_of
from services.outbox.escalating import later_keys, texts_instead
from services.outbox.recording import note_reach
from services.seats import Seat
from templates_msg.catalogue import CATALOGUE
from wechat.outcomes import Outcome, outcome_of

LOOKED_THROUGH = 2_000  # messages of a request that looks for one kind: what is rare must not read everything
_DAY = timedelta(days=1)
_ON_ITS_WAY = ("queued", "sending", "accepted", "delivered")
_RESENT_IF = ("ask", "again")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: one of ``ENDED``, a template's name, a day in China. Empty and None stand for all."""

    status: str = ""
    template: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One message. ``person`` and ``phone`` are masked, empty when not known.

    ``state`` is what there is to be known or done: ``withdrawn`` the task was taken back, ``late`` nobody wants it
    any more, ``elsewhere`` another channel went on with it, ``seen`` the person opened the task, ``faulty`` no
    repeat can help, ``ask`` the person whether it came, ``ask_only`` likewise while nothing can be sent, ``again``
    it can be sent now, and why it cannot: ``unbound``, ``unfollowed``, ``blocked``, ``no_phone``.
    """

    row: Message
    person: str
    phone: str
    task: Task | None
    state: str
    way: str

    @property
    def may_confirm(self) -> bool:
        return bool(self.row.status == "unknown")

    @property
    def may_resend(self) -> bool:
        return self.state in _RESENT_IF


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known now of the people and tasks of some messages."""

    names: Mapping[int, str]  # by account
    phones: Mapping[int, str]
    openids: Mapping[int, str]
    reachable: frozenset[str]
    others: Mapping[str, str]  # key → status of what went by another channel
    assignments: Mapping[int, Assignment]


def look(ctx: Context, seat: Seat, asked: Asked, after: str = "") -> Slice[Case]:
    """What matches, the newest first. Raises NotAllowed below 部级: one official account serves the whole country.

    A slice may hold few or none and still lead on: what comes behind was not looked through yet.
    """
    _check(seat)
    statuses = [status for status in ENDED if asked.status in ("", status)]
    keys = place_of(after, (datetime, int))
    many = LOOKED_THROUGH if asked.template else SLICE + 1
    found = message_desk.spots(statuses, _span(asked.day), Spot(*keys) if keys else None, many)
    fitting = [spot for spot, template in found if asked.template in ("", template)]
    more = ""
    if len(fitting) > SLICE:
        more = place(*fitting[SLICE - 1])
    elif asked.template and len(found) == many:
        more = place(*found[-1][0])
    rows = message_desk.rows([spot.row_id for spot in fitting[:SLICE]])
    shown = [rows[spot.row_id] for spot in fitting[:SLICE] if spot.row_id in rows]
    return Slice(_cases(ctx, shown), more)


@transaction
def confirm(ctx: Context, seat: Seat, code: str) -> None:
    """The person says that the message came. Asked again it is so already.

    Raises NotAllowed below 部级, NotFound, IllegalMove for one that is not in doubt.
    """
    row = _row(seat, code)
    if row.status != "delivered":
        _move(row, "acknowledge", seat)
        note_reach([("delivered", row)])


@transaction
def resend(ctx: Context, seat: Seat, code: str) -> None:
    """Sends a message once more, by the channel that reaches the person now. Asked again it is on its way already.

    Raises NotAllowed below 部级, NotFound, IllegalMove for one that arrived, Conflict while it cannot be sent.
    """
    row = _row(seat, code)
    if row.status == "resent":
        return
    MESSAGE.next(row.status, "resend", seat.actor.roles)
    if row.assignment_id is not None:
        hold(Assignment.get_by_id(row.assignment_id).task_id)
    [case] = _cases(ctx, [row])
    if not case.may_resend:
        raise Conflict("message_no_way")
    columns = _once_more(ctx, case)
    if columns is None:
        raise Conflict("message_unreadable")
    _move(row, "resend", seat)
    Message.add_many([columns])


def _check(seat: Seat) -> None:
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()


def _row(seat: Seat, code: str) -> Message:
    _check(seat)
    row = message_desk.considered(code)
    if row is None:
        raise NotFound()
    return row


def _move(row: Message, verb: str, seat: Seat) -> None:
    before, after = row.status, MESSAGE.next(row.status, verb, seat.actor.roles)
    if not Message.decide(row.id, before, after):
        raise Stale()
    journal.write(row, verb, seat.actor, note={"template": row.template}, before=before, after=after)


def _span(day: date | None) -> tuple[datetime | None, datetime | None]:
    if day is None:
        return None, None
    begins = datetime.combine(day, time(), CHINA)
    return begins, begins + _DAY


def _cases(ctx: Context, rows: Sequence[Message]) -> list[Case]:
    known, now = _known(ctx, rows), ctx.clock()
    return [_case(row, known, now) for row in rows]


def _known(ctx: Context, rows: Sequence[Message]) -> _Known:
    app_id = ctx.settings.wechat_app_id
    accounts = sorted({row.account_id for row in rows if row.account_id})
    openids = message_desk.openids_of(app_id, accounts)
    all_openids = {row.openid for row in rows if row.openid} | set(openids.values())
    told = [row.assignment_id for row in rows if row.assignment_id]
    tasks = Assignment.select(Assignment, Task).join(Task).where(Assignment.id.in_(told)) if told else []
    names = Account.select(Account.id, Account.name).where(Account.id.in_(accounts)).tuples()
    return _Known(
        names=dict(names) if accounts else {},
        phones=Account.phones_of(accounts),
        openids=openids,
        reachable=frozenset(message_desk.reachable(app_id, sorted(all_openids))),
        others=message_desk.statuses_by_key([key for row in rows for key in later_keys(row)]),
        assignments={one.id: one for one in tasks},
    )


def _case(row: Message, known: _Known, now: datetime) -> Case:
    phone = known.phones.get(row.account_id, "") if row.account_id else message_desk.phone_of(row.id)
    assignment = known.assignments.get(row.assignment_id)
    way = _way(row, known, phone)
    return Case(
        row=row,
        person=mask_name(known.names.get(row.account_id, "")),
        phone=mask_phone(phone) if phone else "",
        task=assignment.task if assignment else None,
        state=_settled_state(row, known, assignment, now) or _open_state(row, known, way),
        way=way,
    )


def _way(row: Message, known: _Known, phone: str) -> str:
    """The channel by which the person can be reached now; empty for none."""
    if row.channel == "sms":
        return "sms" if phone else ""
    if _openid(row, known) in known.reachable:
        return "template"
    has_text = "sms" in manner_of(row.template).fallback
    return "sms" if has_text and phone and later_keys(row)[0] not in known.others else ""


def _openid(row: Message, known: _Known) -> str | None:
    return known.openids.get(row.account_id) if row.account_id else row.openid


def _settled_state(row: Message, known: _Known, assignment: Assignment | None, now: datetime) -> str:
    """Why nothing is to be done; empty when something is."""
    if assignment is not None and assignment.task.status == "withdrawn":
        return "withdrawn"
    if any(known.others.get(key) in _ON_ITS_WAY for key in later_keys(row)):
        return "elsewhere"
    if assignment is not None and assignment.status != "unread":
        return "seen"
    return "late" if row.useless_at is not None and row.useless_at <= now else ""


def _open_state(row: Message, known: _Known, way: str) -> str:
    if row.status == "unknown":
        return "ask" if way else "ask_only"
    if row.errcode and outcome_of(row.errcode) is Outcome.BUG:
        return "faulty"
    if way:
        return "again"
    if row.channel == "sms":
        return "no_phone"
    if _openid(row, known) is None:
        return "unbound"
    return "blocked" if row.status == "blocked" else "unfollowed"


def _once_more(ctx: Context, case: Case) -> dict[str, Any] | None:
    """The columns of the message that repeats one; None for one that cannot be read."""
    row, now = case.row, ctx.clock()
    try:
        sealed = message_desk.sealed_of(row.id)
    except Unreadable:
        return None
    same = ("template", "priority", "account_id", "assignment_id", "link", "useless_at")
    columns = {name: getattr(row, name) for name in same}
    columns |= {"key": f"again:{row.code}", "due_at": now, "openid": None, **sealed}
    known = _known(ctx, [row])
    if case.way == "template":
        return columns | {"channel": "template", "openid": _openid(row, known)}
    if row.channel != "sms":
        return next(iter(texts_instead(ctx, [columns], now)), None)
    due_at = quota.quiet_until(now) if row.template in CATALOGUE else now
    phone = known.phones.get(row.account_id) or sealed["phone"]
    return columns | {"channel": "sms", "phone": phone, "due_at": due_at}
