"""What came in by the platform's callback."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, BigAutoField, BigIntegerField, CharField

from models.alone import run_alone
from models.base import Base, Record
from models.cards import card_of, card_sql
from models.db import database, is_sqlite, transaction
from models.fields import SealedField, UtcField, utc_now
from models.message import Message

_KEY = "`key`"  # a word of MariaDB's own; SQLite takes the quotes, too


def _insert_once() -> str:
    return "INSERT OR IGNORE INTO" if is_sqlite() else "INSERT IGNORE INTO"


@cache
def _note_statement(insert_once: str) -> str:
    columns = f"fingerprint, kind, {_KEY}, person, happened_at, card"
    return f"{insert_once} callback_log ({columns}) VALUES (%s, %s, %s, %s, %s, {card_sql()}) RETURNING card"


def _own(statement: str) -> str:
    """The statement with the placeholders that the database's driver knows."""
    return statement.replace("%s", "?") if is_sqlite() else statement


class CallbackEvent(Base):
    """An event that must last, and the card its reply was made from; a repeat finds both here.

    The fingerprint is a keyed digest, so that nothing here names a person.
    """

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    kind = CharField(max_length=64)
    card = CharField(max_length=64, default="")
    created_at = UtcField(default=utc_now, index=True)

    @classmethod
    def claim(cls, fingerprint: str, kind: str, now: datetime) -> str | None:
        """Makes the event the caller's own: nothing is answered, or the card of whoever was first.

        Inside the caller's transaction; while another one holds the same event this waits for its end.
        """
        values = (fingerprint, kind, "", cls.created_at.db_value(now))
        statement = (
            f"{_insert_once()} callback_event (fingerprint, kind, card, created_at) VALUES (%s, %s, %s, %s)"
        )
        if database.execute_sql(_own(statement), values).rowcount:
            return None
        return str(cls.get(cls.fingerprint == fingerprint).card)

    @classmethod
    def keep_card(cls, fingerprint: str, card: str) -> None:
        """Stores what the reply to a claimed event is made from."""
        cls.update(card=card).where(cls.fingerprint == fingerprint).execute()


class CallbackLog(Base):
    """An ordinary event, for statistics: what kind, when, and whose, as a mark that only we can make."""

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    kind = CharField(max_length=64)
    key = CharField(max_length=128, default="")
    person = CharField(max_length=16, default="")
    card = CharField(max_length=64, default="")
    happened_at = UtcField(index=True)

    @classmethod
    def note(cls, app_id: str, openid: str, row: dict[str, Any]) -> tuple[str, bool]:
        """Logs one event and answers its card, and whether it was here before; a repeat gets the first card.

        Dedupe, look-up and log in one statement, for the times when Redis cannot do it. Columns are cut to
        their lengths by the caller: an insert that ignores doubles would cut without a word.
        """
        at = cls.happened_at.db_value(row["happened_at"])
        values = (row["fingerprint"], row["kind"], row["key"], row["person"], at, app_id, openid)
        first = run_alone(_note_statement(_insert_once()), values)
        if first is not None:
            return str(first[0]), False
        stored = run_alone("SELECT card FROM callback_log WHERE fingerprint = %s", (row["fingerprint"],))
        return (str(stored[0]) if stored else "") or card_of(app_id, openid), True

    @classmethod
    @transaction
    def add_many(cls, rows: list[dict[str, Any]]) -> None:
        """Logs a batch, passing over events logged already; by the driver, since there are thousands a second."""
        columns = f"fingerprint, kind, {_KEY}, person, card, happened_at"
        statement = f"{_insert_once()} callback_log ({columns}) VALUES (%s, %s, %s, %s, '', %s)"
        moment = cache(cls.happened_at.db_value)  # a batch spans few seconds
        values = [
            (row["fingerprint"], row["kind"], row["key"], row["person"], moment(row["happened_at"]))
            for row in rows
        ]
        database.cursor().executemany(_own(statement), values)


class DeliveryReceipt(Base):
    """TEMPLATESENDJOBFINISH: what became of a template message at the phone."""

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    msgid = BigIntegerField(index=True)
    status = CharField(max_length=64)
    happened_at = UtcField(index=True)
    settled_at = UtcField(null=True, index=True)

    @classmethod
    @transaction
    def add_many(cls, rows: list[dict[str, Any]]) -> None:
        """Keeps a batch, passing over receipts that came before; by the driver, for there are thousands a second.

        One without a number can settle nothing and is closed as it comes.
        """
        moment = cache(cls.happened_at.db_value)
        values = [
            (
                row["fingerprint"],
                row["msgid"],
                row["status"],
                moment(row["happened_at"]),
                None if row["msgid"] > 0 else moment(row["happened_at"]),
            )
            for row in rows
        ]
        columns = "fingerprint, msgid, status, happened_at, settled_at"
        statement = f"{_insert_once()} delivery_receipt ({columns}) VALUES (%s, %s, %s, %s, %s)"
        if values:
            database.cursor().executemany(_own(statement), values)

    @classmethod
    def settle(cls, now: datetime, limit: int, verdict: Callable[[str], str]) -> tuple[int, list[Message]]:
        """Ends accepted messages by their receipts; answers how many receipts found theirs, and those that ended.

        The first receipt of a message has the word; one that comes later is closed and changes nothing. Inside
        the caller's transaction, which holds the receipts: whoever else settles passes over them.
        """
        query = (
            cls.select(cls.id, cls.status, cls.msgid, Message.id)
            .join(Message, on=(cls.msgid == Message.msgid))
            .where(cls.settled_at.is_null() & (cls.msgid > 0))
            .limit(limit)
        )
        # Asked for an order, MariaDB would walk through all that was ever settled.
        found = sorted((query if is_sqlite() else query.for_update(skip_locked=True)).tuples())
        first: dict[int, str] = {}
        for _receipt, status, _msgid, message in found:
            first.setdefault(message, verdict(status))
        ended = Message.end(first, now)
        if found:
            ids = ", ".join(str(int(row[0])) for row in found)
            cls.update(settled_at=now).where(SQL(f"id IN ({ids})")).execute()
        return len(found), ended

    @classmethod
    def close_before(cls, moment: datetime, now: datetime) -> int:
        """Closes receipts from before a moment that no message of ours has claimed; returns how many."""
        stray = cls.settled_at.is_null() & (cls.happened_at < moment)
        return int(cls.update(settled_at=now).where(stray).execute())


class HelpQuestion(Record):
    """A question that no FAQ answered, waiting for the help desk."""

    fingerprint = CharField(max_length=32, unique=True)
    app_id = CharField(max_length=32)
    openid = CharField(max_length=64, null=True, index=True)
    text = SealedField()
    asked_at = UtcField(default=utc_now, index=True)
    answered_at = UtcField(null=True, index=True)

    def close(self, now: datetime) -> bool:
        """Takes the question off the list; False when it is off already."""
        cls = type(self)
        return bool(
            cls.update(answered_at=now).where((cls.id == self.id) & cls.answered_at.is_null()).execute()
        )

    @classmethod
    def forget(cls, app_id: str, openid: str) -> None:
        """Cuts the tie between questions and the person who asked them."""
        cls.update(openid=None).where((cls.app_id == app_id) & (cls.openid == openid)).execute()
