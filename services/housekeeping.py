"""Tidying: what has done its work and may go."""

import time
from datetime import datetime, timedelta

from config.resume import resume_form
from models.account import LoginSession, OneTimeCode
from models.base import Base
from models.callback import CallbackEvent, CallbackLog, DeliveryReceipt, HelpQuestion
from models.db import transaction
from models.message import Message
from models.partner import PartnerNonce
from models.resume import ResumeEntry
from models.task import TaskOpening
from models.wechat_user import Scene
from services import code_editions, stray_files
from services.context import Context
from services.sharing import feed
from services.sharing.calls import NONCES_KEPT

EVENTS_KEPT = timedelta(days=3)  # far beyond the platform's retries
CODES_KEPT = timedelta(days=2)  # as long as their daily limit looks back
SESSIONS_KEPT = timedelta(days=30)
OPENINGS_KEPT = timedelta(days=2)  # each counts once a day
SCENES_KEPT = timedelta(days=30)  # somebody may still scan an old print and be told that it is over
LOGS_KEPT = timedelta(days=180)
STRAY_RECEIPT = timedelta(hours=1)  # sent by another program of the account, or told twice
BATCH = 5000
TURN_SECONDS = 60.0


def tidy(ctx: Context) -> int:
    """Deletes what is past its keeping; returns how many rows, drafts of code tables and stray files went.

    Batch by batch, as far as it comes in ``TURN_SECONDS`` a table: more may come in an hour than one batch.
    """
    now = ctx.clock()
    DeliveryReceipt.close_before(now - STRAY_RECEIPT, now)
    return sum(
        (
            _drop(ctx, CallbackEvent, "created_at", now - EVENTS_KEPT),
            _drop(ctx, OneTimeCode, "created_at", now - CODES_KEPT),
            _drop(ctx, LoginSession, "expires_at", now - SESSIONS_KEPT),
            _drop(ctx, CallbackLog, "happened_at", now - LOGS_KEPT),
            _drop(ctx, DeliveryReceipt, "happened_at", now - LOGS_KEPT),
            _drop(ctx, Message, "settled_at", now - LOGS_KEPT),
            _drop(ctx, HelpQuestion, "answered_at", now - LOGS_KEPT),
            _drop(ctx, Scene, "expires_at", now - SCENES_KEPT),
            _drop(ctx, ResumeEntry, "removed_at", now - timedelta(days=resume_form().kept_days)),
            _drop(ctx, TaskOpening, "day", now - OPENINGS_KEPT),
            _drop(ctx, PartnerNonce, "at", now - NONCES_KEPT),
            feed.forget(ctx),
            code_editions.drop_drafts(ctx),
            stray_files.tidy(ctx),
        )
    )


def _drop(ctx: Context, table: type[Base], column: str, before: datetime) -> int:
    total, give_up_at = 0, time.monotonic() + TURN_SECONDS
    while not ctx.stopping.is_set() and time.monotonic() < give_up_at:
        dropped = _drop_some(table, column, before)
        total += dropped
        if dropped < BATCH:
            break
    return total


@transaction
def _drop_some(table: type[Base], column: str, before: datetime) -> int:
    return table.drop_before(column, before, BATCH)
