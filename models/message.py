"""The outbox: messages owed, each written in the transaction that caused it."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, Self

import structlog
from peewee import SQL, BigAutoField, BigIntegerField, CharField, IntegerField, Value, fn

from domain.keyring import Unreadable
from models.base import Base, new_code
from models.db import database, is_sqlite, transaction
from models.fields import SealedField, UtcField, utc_now

log = structlog.get_logger()

CHANNELS = ("template", "subscribe", "sms")
PRIORITIES = (1, 2, 3)  # a task, a result, a digest
_GOT = ("accepted", "delivered", "unknown")  # unknown: perhaps
_UNREACHED = ("blocked", "failed", "unknown")
_NO_TEXT = {"phone": None, "instead": None}
KEY_LENGTH = 120
_PIECE = 1000  # rows of one INSERT
_OWED = (
    *("code", "key", "channel", "template", "priority", "openid", "phone", "account_id", "assignment_id"),
    *("payload", "instead", "link", "status", "due_at", "useless_at", "claim"),
    *("tries", "msgid", "errcode", "created_at"),
)


class Settled(NamedTuple):
    """How one claimed message goes on: its new columns but for ``msgid``, which each has of its own."""

    row_id: int
    claim: str
    msgid: int
    changes: tuple[tuple[str, Any], ...]


class Message(Base):
    """One message to one person by one channel. ``key`` makes owing it twice the same as owing it once."""

    id = BigAutoField()
    code = CharField(max_length=24, unique=True, default=new_code)
    key = CharField(max_length=KEY_LENGTH, unique=True)
    channel = CharField(max_length=12)  # template | subscribe | sms
    template = CharField(max_length=40)
    priority = IntegerField(default=2)  # the lower the earlier: 1 task, 2 result, 3 digest
    openid = CharField(max_length=64, null=True, index=True)
    phone = SealedField(null=True)  # of a text, and of what becomes one for somebody without an account
    account_id = IntegerField(null=True)  # whom another channel may reach when this one does not
    assignment_id = BigIntegerField(null=True, index=True)  # the task at a counselor that it tells of
    payload = SealedField()  # JSON of the fields promised
    instead = SealedField(null=True)  # JSON [name, fields] of that text; None for the one of its name
    link = CharField(max_length=300, default="")
    status = CharField(max_length=12, default="queued")
    due_at = UtcField(default=utc_now)
    useless_at = UtcField(null=True)  # from then on nobody wants it, e.g. a one-time code that has run out
    claim = CharField(max_length=24, default="", index=True)
    lease_until = UtcField(null=True)
    tries = IntegerField(default=0)
    msgid = BigIntegerField(default=0, index=True)
    errcode = IntegerField(default=0)
    created_at = UtcField(default=utc_now)
    doubtful_since = UtcField(null=True)  # from then on it may have been sent without our knowing
    settled_at = UtcField(null=True, index=True)
    # When another channel was considered after this one had failed, or when it was taken back.
    fallback_at = UtcField(null=True)

    was_in_doubt = False  # of a claimed message, in memory: an earlier try, too, may have sent it

    class Meta:
        indexes = (
            (("channel", "status", "priority", "due_at"), False),
            (("status", "fallback_at"), False),
        )

    @classmethod
    def add_many(cls, rows: Sequence[Mapping[str, Any]]) -> None:
        """Owes messages; those whose key is owed already are passed over. Raises ValueError for one too long.

        By the driver, a thousand rows a statement: a campaign owes hundreds of thousands.
        """
        now = utc_now()
        for at in range(0, len(rows), _PIECE):
            values = [cls._values(row, now) for row in rows[at : at + _PIECE]]
            database.cursor().executemany(_statement(is_sqlite()), values)

    @classmethod
    def _values(cls, row: Mapping[str, Any], now: datetime) -> tuple[Any, ...]:
        for name, most in (("key", KEY_LENGTH), ("link", 300), ("openid", 64), ("template", 40)):
            # An insert that passes over doubles would also cut without a word.
            if len(row.get(name) or "") > most:
                raise ValueError(f"{name} of a message is longer than {most}")
        whole: dict[str, Any] = {
            "priority": 2,
            "link": "",
            "status": "queued",
            "due_at": now,
            "claim": "",
            "created_at": now,
        }
        whole |= {"code": new_code(), "tries": 0, "msgid": 0, "errcode": 0, **row}
        if whole["priority"] not in PRIORITIES:
            raise ValueError(f"priority {whole['priority']} is none of {PRIORITIES}")
        fields = cls._meta.fields
        return tuple(fields[name].db_value(whole.get(name)) for name in _OWED)

    @classmethod
    @transaction
    def claim_due(
        cls,
        now: datetime,
        limit: int,
        lease: timedelta,
        *,
        channels: Sequence[str] = CHANNELS,
        hold: Callable[[list[Self]], Mapping[int, datetime]] | None = None,
    ) -> list[Self]:
        """Takes up to ``limit`` due messages for this caller alone and answers them as ``sending``.

        ``hold`` is shown what would be taken and answers, by row id, until when some of them must wait.
        """
        due = cls._due(now, limit, channels)
        useless = [row.id for row in due if row.useless_at is not None and row.useless_at <= now]
        if useless:
            cls.update(status="skipped", settled_at=now).where(_among(useless)).execute()
        rows = [row for row in due if row.id not in useless]
        held = hold(rows) if hold and rows else {}
        cls._put_off(held)
        taken = [row for row in rows if row.id not in held]
        if not taken:
            return []
        word = secrets.token_urlsafe(12)
        cls.update(
            status="sending",
            claim=word,
            lease_until=now + lease,
            tries=cls.tries + 1,
            doubtful_since=fn.COALESCE(cls.doubtful_since, Value(now, converter=cls.doubtful_since.db_value)),
        ).where(_among(row.id for row in taken)).execute()
        for row in taken:
            changes = {"status": "sending", "claim": word, "tries": row.tries + 1, "lease_until": now + lease}
            row.was_in_doubt = row.doubtful_since is not None
            row.__data__ |= changes | {"doubtful_since": row.doubtful_since or now}
        return taken

    @classmethod
    def _due(cls, now: datetime, limit: int, channels: Sequence[str]) -> list[Self]:
        """The next due rows, locked for this transaction and passed over by whoever else looks for some.

        Priority by priority, so that each look reads the index from where work begins, however much waits for
        another day.
        """
        found: list[Self] = []
        for channel in channels:
            for priority in PRIORITIES:
                queued = (cls.channel == channel) & (cls.status == "queued") & (cls.priority == priority)
                query = cls.select(*cls._to_send()).where(queued & (cls.due_at <= now)).order_by(cls.due_at)
                query = query.limit(limit - len(found))
                found += cls._readable(query if is_sqlite() else query.for_update(skip_locked=True), now)
                if len(found) >= limit:
                    return found
        return found

    @classmethod
    def _to_send(cls) -> list[Any]:
        """The columns that sending and recording need: reading the others would cost as much again."""
        names = (
            "key account_id status due_at claim lease_until msgid errcode created_at settled_at fallback_at "
            "instead"
        )
        idle = set(names.split())
        return [field for field in cls._meta.sorted_fields if field.name not in idle]

    @classmethod
    def _readable(cls, query: Any, now: datetime) -> list[Self]:
        """Rows of a query; gives up those that no key on the ring opens, so that they do not hold up the others."""
        try:
            return list(query)
        except Unreadable:
            row_ids = [row_id for (row_id,) in query.clone().select(cls.id).tuples()]
        for row_id in row_ids:
            try:
                cls.get_by_id(row_id)
            except Unreadable:
                log.error("message_unreadable", row=row_id)
                cls.update(status="failed", claim="", settled_at=now).where(cls.id == row_id).execute()
        return list(query.clone())

    @classmethod
    def _put_off(cls, held: Mapping[int, datetime]) -> None:
        """Lets queued messages wait, each until its moment."""
        by_moment: dict[datetime, list[int]] = {}
        for row_id, moment in held.items():
            by_moment.setdefault(moment, []).append(row_id)
        for moment, row_ids in by_moment.items():
            cls.update(due_at=moment).where(_among(row_ids)).execute()

    @classmethod
    @transaction
    def settle(cls, outcomes: Sequence[Settled]) -> set[int]:
        """Ends claims with their outcomes; answers the rows whose lease had not been lost to somebody else.

        What was taken back while it was being sent is not tried again.
        """
        held = cls._held(outcomes)
        alike: dict[tuple[tuple[str, Any], ...], list[Settled]] = {}
        for one in outcomes:
            if one.row_id in held:
                alike.setdefault(one.changes, []).append(one)
        for changes, group in alike.items():
            columns = dict(changes) | {"claim": "", "lease_until": None}
            numbers = [(one.row_id, one.msgid) for one in group if one.msgid]
            if numbers:
                cases = " ".join(f"WHEN {row_id:d} THEN {msgid:d}" for row_id, msgid in numbers)
                columns["msgid"] = SQL(f"CASE id {cases} ELSE msgid END")
            mine = _among(one.row_id for one in group)
            cls.update(**columns).where(mine).execute()
            if columns.get("status") == "queued":
                taken_back = mine & cls.fallback_at.is_null(False)
                cls.update(status="skipped", settled_at=utc_now()).where(taken_back).execute()
        return held

    @classmethod
    def _held(cls, outcomes: Sequence[Settled]) -> set[int]:
        claims = {one.row_id: one.claim for one in outcomes}
        if not claims:
            return set()
        # By their ids alone: through an index of the status this would wait for whoever claims just now.
        query = cls.select(cls.id, cls.claim, cls.status).where(_among(claims))
        rows = (query if is_sqlite() else query.for_update()).tuples()
        return {row_id for row_id, claim, status in rows if status == "sending" and claim == claims[row_id]}

    @classmethod
    def end(
        cls, statuses: Mapping[int, str], now: datetime, among: Sequence[str] = ("accepted",)
    ) -> list[Self]:
        """Ends messages by the word of their receipts; answers those that were still in one of these statuses."""
        if not statuses:
            return []
        query = cls.select(cls.id, cls.openid, cls.assignment_id, cls.status).where(_among(statuses))
        found = query if is_sqlite() else query.for_update()
        rows = [row for row in found if row.status in among]
        for row in rows:
            row.status = statuses[row.id]
        for status in {row.status for row in rows}:
            ended = _among(row.id for row in rows if row.status == status)
            kept: dict[str, Any] = _NO_TEXT if status == "delivered" else {}
            cls.update(status=status, settled_at=now, doubtful_since=None, **kept).where(ended).execute()
        return rows

    @classmethod
    def had_since(
        cls, openids: Iterable[str], templates: Sequence[str], since: datetime
    ) -> list[tuple[str, datetime | None]]:
        """(openid, when) of the messages of some templates that these people have got or are getting.

        None stands for now.
        """
        theirs = cls.openid.in_(list(openids)) & cls.template.in_(list(templates))
        got = cls.status.in_(_GOT) & (cls.settled_at >= since)
        query = cls.select(cls.openid, cls.settled_at).where(theirs & (got | (cls.status == "sending")))
        return list(query.tuples())

    @classmethod
    def unreached(cls, now: datetime, limit: int) -> list[Self]:
        """Takes messages that ended without surely reaching anybody and that nobody has considered yet; marks them.

        Inside the caller's transaction, which considers them; without what is sealed.
        """
        fresh = cls.status.in_(_UNREACHED) & cls.fallback_at.is_null()
        query = cls.select(*cls.told_by()).where(fresh).limit(limit)
        rows = list(query if is_sqlite() else query.for_update(skip_locked=True))
        if rows:
            cls.update(fallback_at=now).where(_among(row.id for row in rows)).execute()
        return rows

    @classmethod
    def decide(cls, row_id: int, before: str, after: str) -> bool:
        """A person ends the doubt about a message; False when it was moved since it was read."""
        return bool(cls.update(status=after).where((cls.id == row_id) & (cls.status == before)).execute())

    @classmethod
    def end_notice(cls, openid: str, templates: Sequence[str], status: str, now: datetime) -> list[Self]:
        """Ends the subscription notice of some templates to a person of which a report speaks, as it says.

        The report names no message: it is the oldest accepted one, else one that is being sent, of which the
        platform speaks before we have written down its answer, else one whose answer never came.
        """
        theirs = (cls.openid == openid) & (cls.channel == "subscribe") & cls.template.in_(list(templates))
        for among in (("accepted",), ("accepted", "sending"), ("accepted", "sending", "unknown")):
            wanted = theirs & cls.status.in_(among)
            found = cls.select(cls.id).where(wanted).order_by(cls.id).first()
            ended = cls.end({found.id: status}, now, among) if found else []
            if ended:
                return ended
        return []

    @classmethod
    def hurry(cls, errcode: int, now: datetime) -> None:
        """Makes due now what waits because the platform answered so."""
        waiting = cls.channel.in_(CHANNELS) & (cls.status == "queued") & (cls.due_at > now)
        cls.update(due_at=now).where(waiting & (cls.errcode == errcode)).execute()

    @classmethod
    def backlog(cls, now: datetime) -> tuple[int, float]:
        """How many messages are due and unsent, and the age in seconds of the oldest."""
        due = cls.channel.in_(CHANNELS) & (cls.status == "queued") & (cls.due_at <= now)
        [(count, oldest)] = cls.select(fn.COUNT(cls.id), fn.MIN(cls.due_at)).where(due).tuples()
        since = cls.due_at.python_value(oldest)
        return int(count), (now - since).total_seconds() if since else 0.0

    @classmethod
    def orphans(cls, now: datetime, limit: int) -> list[Self]:
        """Messages whose sender died between taking and settling: perhaps sent, perhaps not."""
        lost = (cls.status == "sending") & (cls.lease_until < now)
        return list(cls.select(*cls.told_by()).where(lost).limit(limit))

    @classmethod
    def told_by(cls) -> list[Any]:
        """The columns that recording an outcome needs; none of them is sealed."""
        return [field for field in cls._meta.sorted_fields if not isinstance(field, SealedField)]

    @classmethod
    def skip_of(cls, assignment_ids: Sequence[int], now: datetime) -> None:
        """Drops what is not sent yet of the messages that tell of some tasks at counselors, by any channel."""
        theirs = cls.assignment_id.in_(list(assignment_ids))
        if assignment_ids:
            # First what keeps others from owing one more by another channel: it waits for whoever does so just now.
            cls.update(fallback_at=now).where(theirs & cls.fallback_at.is_null()).execute()
            cls.update(status="skipped", settled_at=now).where(theirs & (cls.status == "queued")).execute()

    @classmethod
    def skip_second(cls, assignment_id: int, now: datetime) -> None:
        """Drops what waits to tell of a task at a counselor by another channel: the counselor knows."""
        waiting = (
            (cls.assignment_id == assignment_id) & (cls.status == "queued") & (cls.channel != "template")
        )
        # Looked up first: an update by the index alone would wait for whoever considers the failed one just now.
        row_ids = [row_id for (row_id,) in cls.select(cls.id).where(waiting).tuples()]
        if row_ids:
            still = _among(row_ids) & (cls.status == "queued")
            cls.update(status="skipped", settled_at=now).where(still).execute()

    @classmethod
    def perhaps_told(cls, assignment_ids: Sequence[int]) -> set[int]:
        """Those of some tasks at counselors of whom a message was sent, is being sent, or may have been."""
        theirs = cls.assignment_id.in_(list(assignment_ids))
        out = cls.status.in_(("sending", *_GOT)) | cls.doubtful_since.is_null(False)
        query = cls.select(cls.assignment_id).where(theirs & out)
        return {assignment_id for (assignment_id,) in query.tuples()} if assignment_ids else set()

    @classmethod
    def give_up(cls, openid: str, now: datetime, errcode: int, account_id: int | None = None) -> list[Self]:
        """Ends what is queued for a WeChat, or of it what one account is told there; answers what that was.

        What is for an account, or for a phone, has failed with ``errcode``, or is in doubt, so that another channel
        is considered; the rest is dropped.
        """
        mine = (cls.openid == openid) & (cls.status == "queued")
        if account_id is not None:
            mine &= cls.account_id == account_id
        has_phone = cls.phone.is_null(False).alias("has_phone")
        query = cls.select(cls.id, cls.account_id, cls.assignment_id, cls.doubtful_since, has_phone)
        query = query.where(mine)
        rows = list(query if is_sqlite() else query.for_update())
        for row in rows:
            row.status = "unknown" if row.doubtful_since else "failed"
            row.status = row.status if row.account_id or row.has_phone else "skipped"
        for status in {row.status for row in rows}:
            ended = _among(row.id for row in rows if row.status == status)
            why = {"errcode": errcode} if status == "failed" else {}
            cls.update(status=status, settled_at=now, **why).where(ended).execute()
        return rows

    @classmethod
    def readdress(cls, old: str, new: str, account_id: int) -> None:
        """Sends what is queued for an account at one WeChat to another; what may have arrived stays as it is."""
        mine = (cls.openid == old) & (cls.account_id == account_id) & (cls.status == "queued")
        cls.update(openid=new).where(mine & cls.doubtful_since.is_null()).execute()

    @classmethod
    def forget(cls, openid: str) -> None:
        """Takes an openid out of every message."""
        cls.update(openid=None).where(cls.openid == openid).execute()


def _among(row_ids: Iterable[int]) -> SQL:
    """Rows by their ids, which stand in the statement as they are: hundreds of parameters cost more than the search."""
    return SQL(f"id IN ({', '.join(str(int(row_id)) for row_id in row_ids)})")


@cache
def _statement(for_sqlite: bool) -> str:
    once, mark = ("INSERT OR IGNORE", "?") if for_sqlite else ("INSERT IGNORE", "%s")
    columns = ", ".join(f"`{name}`" for name in _OWED)
    return f"{once} INTO message ({columns}) VALUES ({', '.join([mark] * len(_OWED))})"
