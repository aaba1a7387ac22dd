"""What came in by the platform's callback."""

from peewee import BigAutoField, BigIntegerField, CharField, TextField

from models.base import Base, Record
from models.fields import SealedField, UtcField, utc_now


class CallbackEvent(Base):
    """An event that must last, and the reply that was made for it; a repeat finds both here."""

    id = BigAutoField()
    fingerprint = CharField(max_length=200, unique=True)
    kind = CharField(max_length=48)
    reply = TextField(default="")
    created_at = UtcField(default=utc_now, index=True)


class CallbackLog(Base):
    """An ordinary event, for statistics: what kind, when, and whose, as a mark."""

    id = BigAutoField()
    fingerprint = CharField(max_length=200, unique=True)
    kind = CharField(max_length=48)
    key = CharField(max_length=128, default="")
    person = CharField(max_length=16, default="")  # mark of the openid
    happened_at = UtcField(index=True)


class DeliveryReceipt(Base):
    """TEMPLATESENDJOBFINISH: what became of a template message at the phone."""

    id = BigAutoField()
    fingerprint = CharField(max_length=200, unique=True)
    msgid = BigIntegerField(index=True)
    status = CharField(max_length=40)
    happened_at = UtcField()
    settled_at = UtcField(null=True, index=True)


class HelpQuestion(Record):
    """A question that no FAQ answered, waiting for the help desk."""

    app_id = CharField(max_length=32)
    openid = CharField(max_length=64, null=True)
    text = SealedField()
    asked_at = UtcField(default=utc_now, index=True)
    answered_at = UtcField(null=True, index=True)
