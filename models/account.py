"""Accounts of the identity directory (学信账号), their sessions and one-time codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from domain.keyring import Unreadable
from models.base import Base, Record
from models.db import Keys
from models.fields import SealedField, UtcField, utc_now

PHONE = "phone"  # purpose of the blind index shared by every column that holds a phone
IDENTITY_NUMBER = "identity_number"


class Account(Record):
    """A person known to an identity directory; ``subject`` is the directory's own name for the person."""

    directory = CharField(max_length=120, default="builtin")
    subject = CharField(max_length=255)
    name = CharField(max_length=40)
    phone = SealedField(null=True, index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24, null=True)
    password_hash = CharField(max_length=160, default="")
    must_change_password = BooleanField(default=False)
    disabled_at = UtcField(null=True)
    totp_secret = SealedField(null=True)  # second factor; in use from totp_on_at
    totp_on_at = UtcField(null=True)
    totp_last_step = BigIntegerField(default=0)  # the step used last: no code works twice

    class Meta:
        indexes = (
            (("directory", "subject"), True),
            (("directory", "phone_index"), True),
        )

    @classmethod
    def by_phone(cls, phone: str, directory: str = "builtin") -> Self | None:
        """The account of a directory with this phone, whichever key indexed it."""
        return cls.get_or_none(
            (cls.directory == directory) & cls.phone_index.in_(Keys.ring.blinds(phone, PHONE))
        )

    @classmethod
    def phones_of(cls, account_ids: Sequence[int]) -> dict[int, str]:
        """Account id → phone, of those that are in use and have one that a key on the ring opens."""
        wanted = cls.id.in_(list(account_ids)) & cls.phone.is_null(False) & cls.disabled_at.is_null()
        try:
            return dict(cls.select(cls.id, cls.phone).where(wanted).tuples()) if account_ids else {}
        except Unreadable:
            if len(account_ids) == 1:
                return {}
        found = (cls.phones_of([account_id]) for account_id in account_ids)
        return {account_id: phone for one in found for account_id, phone in one.items()}

    def turn_totp_on(self, secret: str, step: int, now: datetime) -> bool:
        """Puts a second factor to use, its first step used; False when there is one already."""
        cls = type(self)
        return bool(
            cls.update(totp_secret=secret, totp_on_at=now, totp_last_step=step)
            .where((cls.id == self.id) & cls.totp_on_at.is_null())
            .execute()
        )

    def use_totp_step(self, step: int) -> bool:
        """Marks a step of the second factor used; False when it or a later one has been used."""
        cls = type(self)
        unused = (cls.id == self.id) & cls.totp_on_at.is_null(False) & (cls.totp_last_step < step)
        return bool(cls.update(totp_last_step=step).where(unused).execute())

    def turn_totp_off(self, now: datetime) -> bool:
        """Takes the second factor away and ends the account's sessions; False when there was none."""
        cls = type(self)
        has_one = (cls.id == self.id) & cls.totp_on_at.is_null(False)
        if not cls.update(totp_secret=None, totp_on_at=None).where(has_one).execute():
            return False
        LoginSession.end_all(self.id, now)
        return True


class LoginSession(Base):
    """A log-in on one device; the browser holds the token, we hold its digest."""

    token_digest = CharField(max_length=64, unique=True)
    account = ForeignKeyField(Account, backref="sessions", on_delete="CASCADE")
    door = CharField(max_length=12)  # wechat | desktop
    app_id = CharField(max_length=32, default="")
    openid = CharField(max_length=64, null=True, index=True)
    staff_id = IntegerField(null=True)  # the capacity chosen at the console, where an account has several
    second_factor_at = UtcField(null=True)  # when the second factor was shown
    seen_at = UtcField(null=True)  # when it was last at work at the console, give or take a few minutes
    created_at = UtcField(default=utc_now)
    expires_at = UtcField(index=True)
    ended_at = UtcField(null=True)

    @classmethod
    def live(cls, token_digest: str, now: datetime) -> Self | None:
        """The session with this digest, joined with its account, unless it is over."""
        return (
            cls.select(cls, Account)
            .join(Account)
            .where(
                (cls.token_digest == token_digest)
                & cls.ended_at.is_null()
                & (cls.expires_at > now)
                & Account.disabled_at.is_null()
            )
            .first()
        )

    @classmethod
    def end_all(cls, account_id: int, now: datetime, *, but_digest: str = "") -> int:
        """Ends an account's sessions, all or all but one; returns how many."""
        return int(
            cls.update(ended_at=now)
            .where((cls.account == account_id) & cls.ended_at.is_null() & (cls.token_digest != but_digest))
            .execute()
        )

    def end(self, now: datetime) -> None:
        """Ends this session."""
        type(self).update(ended_at=now).where(type(self).id == self.id).execute()

    def choose_staff(self, staff_id: int) -> None:
        """Remembers the capacity that the person sits in."""
        type(self).update(staff_id=staff_id).where(type(self).id == self.id).execute()

    def note_seen(self, now: datetime) -> None:
        """Remembers that somebody was at work in this session."""
        type(self).update(seen_at=now).where(type(self).id == self.id).execute()

    def note_second_factor(self, now: datetime) -> None:
        """Remembers that the second factor was shown."""
        type(self).update(second_factor_at=now).where(type(self).id == self.id).execute()

    @classmethod
    def forget_openid(cls, app_id: str, openid: str, now: datetime) -> None:
        """Ends the sessions opened by an openid and forgets it."""
        mine = (cls.app_id == app_id) & (cls.openid == openid)
        cls.update(ended_at=now).where(mine & cls.ended_at.is_null()).execute()
        cls.update(openid=None).where(mine).execute()


class OneTimeCode(Base):
    """A code sent by SMS for one purpose; the code itself is kept as a keyed digest only."""

    phone_index = CharField(max_length=24)
    purpose = CharField(max_length=16)
    minute = IntegerField()  # since 1970; one code a minute, however many ask at once
    digest = CharField(max_length=64)
    address = CharField(max_length=16, default="")  # mark of the asker's network address
    tries_left = IntegerField(default=5)
    created_at = UtcField(default=utc_now)
    expires_at = UtcField()
    used_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("phone_index", "purpose", "minute"), True),
            (("phone_index", "created_at"), False),
            (("address", "created_at"), False),
            (("created_at",), False),
        )

    @classmethod
    def count_since(cls, moment: datetime, which: Any) -> int:
        """How many codes that meet a condition were sent since a moment."""
        return int(cls.select().where((cls.created_at > moment) & which).count())

    @classmethod
    def newest(cls, phone_index: str, purpose: str) -> Self | None:
        """The code sent last; only that one can be used."""
        return (
            cls.select()
            .where((cls.phone_index == phone_index) & (cls.purpose == purpose))
            .order_by(cls.minute.desc())
            .first()
        )

    def take_try(self) -> bool:
        """Takes one of the tries that are left; False when there is none."""
        cls = type(self)
        left = (cls.id == self.id) & (cls.tries_left > 0)
        return bool(cls.update(tries_left=cls.tries_left - 1).where(left).execute())

    def spend(self, now: datetime) -> bool:
        """Marks the code used; False when somebody else has just used it."""
        cls = type(self)
        return bool(cls.update(used_at=now).where((cls.id == self.id) & cls.used_at.is_null()).execute())
