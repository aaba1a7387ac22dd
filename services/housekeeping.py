"""Tidying: what has done its work and may go."""

from datetime import datetime, timedelta

from models.account import LoginSession, OneTimeCode
from models.base import Base
from models.callback import CallbackEvent, CallbackLog, DeliveryReceipt, HelpQuestion
from models.db import transaction
from models.message import Message
from models.wechat_user import Scene
from services import code_editions
from services.context import Context

EVENTS_KEPT = timedelta(days=3)  # far beyond the platform's retries
CODES_KEPT = timedelta(days=2)  # as long as their daily limit looks back
SESSIONS_KEPT = timedelta(days=30)
SCENES_KEPT = timedelta(days=30)  # somebody may still scan an old print and be told that it is over
LOGS_KEPT = timedelta(days=180)
STRAY_RECEIPT = timedelta(hours=1)  # sent by another program of the account, or told twice
BATCH = 5000


def tidy(ctx: Context) -> int:
    """Deletes, a batch each, what is past its keeping; returns how many rows and drafts of code tables went."""
    now = ctx.clock()
    DeliveryReceipt.close_before(now - STRAY_RECEIPT, now)
    return sum(
        (
            _drop(CallbackEvent, "created_at", now - EVENTS_KEPT),
            _drop(OneTimeCode, "created_at", now - CODES_KEPT),
            _drop(LoginSession, "expires_at", now - SESSIONS_KEPT),
            _drop(CallbackLog, "happened_at", now - LOGS_KEPT),
            _drop(DeliveryReceipt, "happened_at", now - LOGS_KEPT),
            _drop(Message, "settled_at", now - LOGS_KEPT),
            _drop(HelpQuestion, "answered_at", now - LOGS_KEPT),
            _drop(Scene, "expires_at", now - SCENES_KEPT),
            code_editions.drop_drafts(ctx),
        )
    )


@transaction
def _drop(table: type[Base], column: str, before: datetime) -> int:
    return table.drop_before(column, before, BATCH)
