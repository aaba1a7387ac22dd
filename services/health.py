"""Whether this process could do its work now."""

from dataclasses import dataclass

import structlog
from redis import RedisError

from models import board
from models.db import DatabaseAway, connected, pending_migrations
from models.message import Message
from services import quota
from services.agreements import stuck
from services.context import Context
from services.quota.ledger import Day

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Health:
    """What answers. Without Redis the product is slower but right, so it stays ready."""

    database: bool
    migrated: bool
    redis: bool

    @property
    def is_ready(self) -> bool:
        return self.database and self.migrated


def look(ctx: Context) -> Health:
    """Asks the database and Redis."""
    try:
        redis = bool(ctx.redis.ping())
    except RedisError:
        redis = False
    try:
        pending = pending_migrations()
    except DatabaseAway as error:
        log.warning("database_away", what=type(error).__name__)
        return Health(database=False, migrated=False, redis=redis)
    return Health(database=True, migrated=not pending, redis=redis)


def messages_waiting(ctx: Context) -> tuple[int, float] | None:
    """How many messages are due and unsent, and the age in seconds of the oldest; None without the database."""
    try:
        with connected():
            return Message.backlog(ctx.clock())
    except DatabaseAway:
        return None


def waves_failed(ctx: Context) -> int | None:
    """How many passes over the counselors of tasks were given up and wait for a person; None without the database."""
    try:
        with connected():
            return board.waves_failed()
    except DatabaseAway:
        return None


def papers_stuck(ctx: Context) -> int | None:
    """How many papers of agreements could not be sealed and wait for a person; None without the database."""
    try:
        with connected():
            return stuck.number()
    except DatabaseAway:
        return None


def sending(ctx: Context) -> tuple[Day, int] | None:
    """How the day's quota stands, and how many templates are stopped; None without the database."""
    try:
        with connected():
            return quota.look(ctx), len(quota.stopped(ctx))
    except DatabaseAway:
        return None
