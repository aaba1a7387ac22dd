"""What the platform tells about people: followers, bindings of accounts to openids, QR scenes."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from peewee import JOIN, BooleanField, CharField, ForeignKeyField

from models.account import Account
from models.base import Base, Record, new_code
from models.db import Keys
from models.fields import UtcField, utc_now
from models.org import Staff

OPENID = "openid"  # purpose of the blind index


class Follower(Base):
    """Somebody who follows the official account; the row is deleted when they leave."""

    app_id = CharField(max_length=32)
    openid = CharField(max_length=64)
    unionid = CharField(max_length=64, null=True)
    followed_at = UtcField(default=utc_now)
    came_by = CharField(max_length=64, default="")  # the QR scene that brought them, empty for a search
    is_unreachable = BooleanField(default=False)

    class Meta:
        indexes = ((("app_id", "openid"), True),)

    @classmethod
    def of(cls, app_id: str, openid: str) -> Self | None:
        """The follower with this openid."""
        return cls.get_or_none((cls.app_id == app_id) & (cls.openid == openid))

    @classmethod
    def change(cls, app_id: str, openid: str, **changes: object) -> None:
        """Writes columns of a follower, if there is one."""
        cls.update(**changes).where((cls.app_id == app_id) & (cls.openid == openid)).execute()

    @classmethod
    def forget(cls, app_id: str, openid: str) -> None:
        """Deletes the follower."""
        cls.delete().where((cls.app_id == app_id) & (cls.openid == openid)).execute()


class Binding(Record):
    """绑定: which openid of an official account belongs to an account; one each way."""

    app_id = CharField(max_length=32)
    account = ForeignKeyField(Account, backref="bindings", on_delete="CASCADE")
    openid = CharField(max_length=64, null=True)
    status = CharField(max_length=16, default="unbound")
    bound_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("app_id", "account"), True),
            (("app_id", "openid"), True),
        )

    @classmethod
    def of_openid(cls, app_id: str, openid: str) -> Self | None:
        """The live binding of an openid, joined with its account."""
        return (
            cls.select(cls, Account)
            .join(Account)
            .where((cls.app_id == app_id) & (cls.openid == openid))
            .first()
        )

    @classmethod
    def of_account(cls, app_id: str, account_id: int) -> Self | None:
        """An account's binding, bound or not."""
        return cls.get_or_none((cls.app_id == app_id) & (cls.account == account_id))

    @classmethod
    def openid_of(cls, app_id: str, account_id: int) -> str | None:
        """The openid that an account is bound to now."""
        row = cls.of_account(app_id, account_id)
        return row.openid if row is not None else None

    @classmethod
    def openids_of(cls, app_id: str, account_ids: Collection[int]) -> dict[int, str]:
        """Account → the openid that it is bound to now, of those that are bound."""
        bound = (cls.app_id == app_id) & cls.account.in_(list(account_ids)) & cls.openid.is_null(False)
        return dict(cls.select(cls.account, cls.openid).where(bound).tuples()) if account_ids else {}

    @classmethod
    def reachable(cls, app_id: str, account_ids: list[int]) -> tuple[frozenset[int], frozenset[int]]:
        """Of these accounts: which are bound, and which of those also follow the official account."""
        if not account_ids:
            return frozenset(), frozenset()
        rows = (
            cls.select(cls.account, Follower.id)
            .join(
                Follower,
                JOIN.LEFT_OUTER,
                on=((Follower.app_id == cls.app_id) & (Follower.openid == cls.openid)),
            )
            .where((cls.app_id == app_id) & cls.account.in_(account_ids) & cls.openid.is_null(False))
            .tuples()
        )
        pairs = list(rows)
        return frozenset(account for account, _ in pairs), frozenset(account for account, row in pairs if row)


class Scene(Base):
    """What a QR code of ours stands for: an opaque word that only we can read.

    A scene is visible to whoever scans, so it names nothing by itself and does nothing by itself.
    """

    word = CharField(max_length=24, unique=True, default=new_code)
    purpose = CharField(max_length=16)  # counselor: leads to linking with ``staff``
    staff = ForeignKeyField(Staff, null=True, on_delete="CASCADE")
    ticket_url = CharField(max_length=256, default="")
    created_at = UtcField(default=utc_now)
    expires_at = UtcField(index=True)

    @classmethod
    def live(cls, word: str, now: datetime) -> Self | None:
        """The scene behind a word, unless its time is over."""
        return cls.get_or_none((cls.word == word) & (cls.expires_at > now))

    @classmethod
    def newest_of(cls, staff_id: int, purpose: str, good_until: datetime) -> Self | None:
        """A staff member's newest scene that lives beyond a moment."""
        mine = (cls.staff == staff_id) & (cls.purpose == purpose) & (cls.expires_at > good_until)
        return cls.select().where(mine).order_by(cls.id.desc()).first()

    def keep_ticket(self, url: str) -> None:
        """Remembers the address that the platform's QR code for this scene leads to."""
        type(self).update(ticket_url=url).where(type(self).id == self.id).execute()
        self.ticket_url = url


class Departure(Base):
    """When somebody left, under a blind index: an older event that arrives late must not bring them back."""

    app_id = CharField(max_length=32)
    openid_index = CharField(max_length=24)
    left_at = UtcField()

    class Meta:
        indexes = ((("app_id", "openid_index"), True),)

    @classmethod
    def of(cls, app_id: str, openid: str) -> Self | None:
        """When this openid left last, if it ever did."""
        return cls.get_or_none(
            (cls.app_id == app_id) & cls.openid_index.in_(Keys.ring.blinds(openid, OPENID))
        )

    @classmethod
    def note(cls, app_id: str, openid: str, at: datetime) -> None:
        """Remembers that this openid left, keeping the latest moment."""
        known = cls.of(app_id, openid)
        if known is None:
            cls.insert_once(
                [{"app_id": app_id, "openid_index": Keys.ring.blind(openid, OPENID), "left_at": at}]
            )
        elif known.left_at < at:
            cls.update(left_at=at).where(cls.id == known.id).execute()
