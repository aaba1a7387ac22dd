"""Recovery codes of second factors; the codes themselves are nowhere but on their owner's paper."""

from collections.abc import Iterable
from datetime import datetime

from peewee import CharField, ForeignKeyField

from models.account import Account
from models.base import Base
from models.fields import UtcField, utc_now


class RecoveryCode(Base):
    """One code of the set that counts, by its digest."""

    account = ForeignKeyField(Account, on_delete="CASCADE")
    digest = CharField(max_length=64)
    created_at = UtcField(default=utc_now)
    used_at = UtcField(null=True)

    class Meta:
        indexes = ((("account", "digest"), True),)

    @classmethod
    def replace_all(cls, account_id: int, digests: Iterable[str], now: datetime) -> None:
        """Makes these the only codes of an account; none are given where there are to be none."""
        cls.delete().where(cls.account == account_id).execute()
        rows = [{"account": account_id, "digest": digest, "created_at": now} for digest in digests]
        if rows:
            cls.insert_many(rows).execute()

    @classmethod
    def use(cls, account_id: int, digest: str, now: datetime) -> bool:
        """Marks a code used; False when it is none of the account's or has been used."""
        unused = (cls.account == account_id) & (cls.digest == digest) & cls.used_at.is_null()
        return bool(cls.update(used_at=now).where(unused).execute())

    @classmethod
    def left(cls, account_id: int) -> int:
        """How many codes of an account are still good."""
        return int(cls.select().where((cls.account == account_id) & cls.used_at.is_null()).count())
