"""Named queries over messages that reached nobody for certain, for the people who look into them one by one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.keyring import Unreadable
from models.db import is_sqlite
from models.message import Message
from models.wechat_user import Binding, Follower

ENDED = ("unknown", "failed", "blocked")  # where a person may have to do something


class Spot(NamedTuple):
    """A place in the list: when the sweep for other channels considered a message, and its id."""

    at: datetime
    row_id: int


def spots(
    statuses: Iterable[str], span: tuple[datetime | None, datetime | None], before: Spot | None, many: int
) -> list[tuple[Spot, str]]:
    """The next messages with their templates, the newest first, between two moments and behind a place.

    Status by status, so that each reads no more of its index than it gives.
    """
    found: list[tuple[Spot, str]] = []
    for status in statuses:
        wanted = (Message.status == status) & Message.fallback_at.is_null(False)
        first, end = span
        if first is not None:
            wanted &= Message.fallback_at >= first
        if end is not None:
            wanted &= Message.fallback_at < end
        if before is not None:
            behind = (Message.fallback_at < before.at) | (Message.id < before.row_id)
            wanted &= (Message.fallback_at <= before.at) & behind
        query = Message.select(Message.fallback_at, Message.id, Message.template).where(wanted)
        query = query.order_by(Message.fallback_at.desc(), Message.id.desc()).limit(many)
        found += [(Spot(at, row_id), template) for at, row_id, template in query.tuples()]
    return sorted(found, reverse=True)[:many]


def rows(row_ids: Sequence[int]) -> dict[int, Message]:
    """Id → message, without what is sealed."""
    query = Message.select(*Message.told_by()).where(Message.id.in_(list(row_ids)))
    return {row.id: row for row in query} if row_ids else {}


def considered(code: str) -> Message | None:
    """A message of the list by its code, locked, whatever became of it since; without what is sealed."""
    known = (Message.code == code) & Message.fallback_at.is_null(False)
    query = Message.select(*Message.told_by()).where(known)
    return (query if is_sqlite() else query.for_update()).first()


def statuses_by_key(keys: Sequence[str]) -> dict[str, str]:
    """Key → status, of the messages that are owed under some keys."""
    query = Message.select(Message.key, Message.status).where(Message.key.in_(list(keys)))
    return dict(query.tuples()) if keys else {}


def openids_of(app_id: str, account_ids: Sequence[int]) -> dict[int, str]:
    """Account → the openid to which it is bound now."""
    bound = (
        (Binding.app_id == app_id) & Binding.account.in_(list(account_ids)) & Binding.openid.is_null(False)
    )
    return dict(Binding.select(Binding.account, Binding.openid).where(bound).tuples()) if account_ids else {}


def reachable(app_id: str, openids: Sequence[str]) -> set[str]:
    """Those of some openids that follow the account and take its messages, as far as is known."""
    live = (Follower.app_id == app_id) & Follower.openid.in_(list(openids)) & ~Follower.is_unreachable
    return (
        {openid for (openid,) in Follower.select(Follower.openid).where(live).tuples()} if openids else set()
    )


def sealed_of(row_id: int) -> dict[str, str | None]:
    """What a message promised, and what is kept for its text, opened. Raises Unreadable."""
    sealed = (Message.payload, Message.phone, Message.instead)
    found: dict[str, str | None] = Message.select(*sealed).where(Message.id == row_id).dicts().get()
    return found


def drop_text(row_ids: Sequence[int]) -> None:
    """Forgets what was kept for the texts of some messages, which are messages of their own now."""
    if row_ids:
        Message.update(phone=None, instead=None).where(Message.id.in_(list(row_ids))).execute()


def phone_of(row_id: int) -> str:
    """The phone to which a message goes; empty without one, and when no key opens it."""
    try:
        return str(Message.select(Message.phone).where(Message.id == row_id).get().phone or "")
    except Unreadable:
        return ""
