"""Delivery receipts: joined with the messages they speak of, in whichever order the two came."""

import time

from models.callback import DeliveryReceipt
from models.db import connected, transaction
from models.wechat_user import Follower
from services.context import Context
from services.outbox.recording import note_reach

TURN_SECONDS = 10.0
BATCH = 1000


def settle_receipts(ctx: Context, limit: int = BATCH) -> int:
    """Settles what can be settled, ``limit`` receipts a transaction; returns how many messages ended by it."""
    total, give_up_at = 0, time.monotonic() + TURN_SECONDS
    with connected():
        while time.monotonic() < give_up_at and not ctx.stopping.is_set():
            seen, settled = _settle(ctx, limit)
            total += settled
            if seen < limit:
                break
    return total


@transaction
def _settle(ctx: Context, limit: int) -> tuple[int, int]:
    seen, ended = DeliveryReceipt.settle(ctx.clock(), limit, verdict)
    for row in ended:
        if row.status == "blocked" and row.openid:
            Follower.change(ctx.settings.wechat_app_id, row.openid, is_unreachable=True)
    note_reach((row.status, row) for row in ended)
    return seen, len(ended)


def verdict(status: str) -> str:
    """Receipt wordings: success, failed:user block, failed: system failed, failed:freq limit."""
    word = status.replace(" ", "").lower()
    if word == "success":
        return "delivered"
    return "blocked" if "userblock" in word else "failed"
