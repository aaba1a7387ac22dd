"""What came in by the platform's callback."""

from datetime import datetime

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField

from models.base import Base, Record
from models.fields import SealedField, UtcField, utc_now
from models.message import Message


class CallbackEvent(Base):
    """An event that must last, and the card its reply was made from; a repeat finds both here.

    The fingerprint is a keyed digest, so that nothing here names a person.
    """

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    kind = CharField(max_length=64)
    card = CharField(max_length=64, default="")
    created_at = UtcField(default=utc_now, index=True)


class CallbackLog(Base):
    """An ordinary event, for statistics: what kind, when, and whose, as a mark that only we can make."""

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    kind = CharField(max_length=64)
    key = CharField(max_length=128, default="")
    person = CharField(max_length=16, default="")
    card = CharField(max_length=64, default="")
    happened_at = UtcField(index=True)


class DeliveryReceipt(Base):
    """TEMPLATESENDJOBFINISH: what became of a template message at the phone."""

    id = BigAutoField()
    fingerprint = CharField(max_length=32, unique=True)
    msgid = BigIntegerField(index=True)
    status = CharField(max_length=64)
    happened_at = UtcField()
    settled_at = UtcField(null=True, index=True)

    @classmethod
    def unsettled(cls, limit: int) -> list[tuple["DeliveryReceipt", Message]]:
        """Receipts not yet joined with their accepted message, each with that message."""
        query = (
            cls.select(cls, Message)
            .join(Message, on=(cls.msgid == Message.msgid), attr="message")
            .where(cls.settled_at.is_null() & (cls.msgid > 0) & (Message.status == "accepted"))
            .limit(limit)
        )
        return [(receipt, receipt.message) for receipt in query]

    @classmethod
    def mark_settled(cls, row_id: int, now: datetime) -> None:
        """The receipt has done its work."""
        cls.update(settled_at=now).where(cls.id == row_id).execute()


class HelpQuestion(Record):
    """A question that no FAQ answered, waiting for the help desk."""

    fingerprint = CharField(max_length=32, unique=True)
    app_id = CharField(max_length=32)
    openid = CharField(max_length=64, null=True, index=True)
    text = SealedField()
    in_hours = BooleanField(default=False)
    asked_at = UtcField(default=utc_now, index=True)
    answered_at = UtcField(null=True, index=True)

    @classmethod
    def forget(cls, app_id: str, openid: str) -> None:
        """Cuts the tie between questions and the person who asked them."""
        cls.update(openid=None).where((cls.app_id == app_id) & (cls.openid == openid)).execute()
