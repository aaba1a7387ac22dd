"""Who is at the door: sessions of people on their devices."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from domain.actors import Actor, Role
from models.account import Account, LoginSession
from models.db import transaction
from models.employer import Recruiter
from models.graduate import Graduate
from models.org import Staff
from services.context import Context


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a live session, in all their capacities."""

    actor: Actor
    account: Account
    session: LoginSession
    graduate: Graduate | None
    staff: tuple[Staff, ...]
    recruiter: Recruiter | None = None  # with the employer, whatever its status

    @property
    def counselor(self) -> Staff | None:
        """The capacity of counselor, if the person has it."""
        return next((row for row in self.staff if row.level == Role.COUNSELOR), None)


CONSOLE = "console"  # the door whose sessions end the same day
SEEN_EVERY = timedelta(minutes=3)  # so often at most is it written down that somebody is still at work


@transaction
def open_session(ctx: Context, account: Account, door: str, openid: str | None = None) -> str:
    """Starts a session and answers the token that the browser alone will hold."""
    token = secrets.token_urlsafe(32)
    now = ctx.clock()
    life = _console_life(ctx) if door == CONSOLE else timedelta(days=ctx.settings.session_days)
    LoginSession.create(
        token_digest=_digest(token),
        account=account,
        door=door,
        app_id=ctx.settings.wechat_app_id,
        openid=openid,
        created_at=now,
        expires_at=now + life,
    )
    return token


def is_recent(ctx: Context, session: LoginSession) -> bool:
    """Whether the log-in is recent enough for the console, through whichever door it came, and not left alone since."""
    is_young = ctx.clock() < cast(datetime, session.created_at) + _console_life(ctx)
    return is_young and not _is_idle(ctx, session)


def note_seen(ctx: Context, session: LoginSession) -> None:
    """Takes note that somebody is at work at the console, if the last note is not fresh anyway."""
    if ctx.clock() >= _last_seen(session) + SEEN_EVERY:
        session.note_seen(ctx.clock())


def _is_idle(ctx: Context, session: LoginSession) -> bool:
    return ctx.clock() >= _last_seen(session) + timedelta(minutes=ctx.settings.console_idle_minutes)


def _last_seen(session: LoginSession) -> datetime:
    return cast(datetime, session.seen_at or session.created_at)


def _console_life(ctx: Context) -> timedelta:
    return timedelta(hours=ctx.settings.console_hours)


def visitor_of(ctx: Context, token: str) -> Visitor | None:
    """The person behind a token, or None when there is no live session or the console was left alone too long."""
    session = LoginSession.live(_digest(token), ctx.clock()) if token else None
    if session is None or (session.door == CONSOLE and _is_idle(ctx, session)):
        return None
    account = session.account
    graduate = Graduate.of_account(account.id)
    staff = tuple(Staff.active_of(account.id))
    # Whoever acts for an employer has an account for that alone, so nobody else is asked.
    recruiter = None if graduate or staff else Recruiter.of_account(account.id)
    actor = actor_of(account, graduate, staff, recruiter)
    return Visitor(actor, account, session, graduate, staff, recruiter)


def actor_of(
    account: Account,
    graduate: Graduate | None,
    staff: tuple[Staff, ...],
    recruiter: Recruiter | None = None,
) -> Actor:
    """The actor that an account is, from its capacities."""
    roles = {Role.PERSON, *(Role(row.level) for row in staff)}
    if graduate is not None:
        roles.add(Role.GRADUATE)
    if recruiter is not None:
        roles.add(Role.EMPLOYER)
    counselor = next((row.id for row in staff if row.level == Role.COUNSELOR), None)
    return Actor(
        code=account.code,
        roles=frozenset(roles),
        account_id=account.id,
        graduate_id=graduate.id if graduate else None,
        staff_id=counselor or (staff[0].id if staff else None),
    )


@transaction
def close_session(ctx: Context, token: str) -> None:
    """Ends one session; an unknown token is nobody's and changes nothing."""
    session = LoginSession.live(_digest(token), ctx.clock())
    if session is not None:
        session.end(ctx.clock())


@transaction
def close_others(ctx: Context, account: Account, token: str) -> int:
    """Ends every other session of the account, as after a change of password; returns how many."""
    return LoginSession.end_all(account.id, ctx.clock(), but_digest=_digest(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
