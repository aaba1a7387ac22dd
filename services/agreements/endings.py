"""What an agreement lets go of when it ends."""

from typing import Any

from models.agreement import Agreement
from services.context import Context

# Of somebody who signs for a unit. Whoever has sent nothing has no part in anything.
NOBODY: dict[str, Any] = {
    "signer_name": None,
    "signer_phone": None,
    "signer_phone_index": None,
    "signer_openid": None,
}


def ended(ctx: Context) -> dict[str, Any]:
    """The columns of an agreement that has ended: every key is free again."""
    return {"ended_at": ctx.clock(), "due_at": None, "live_key": None, "offer_key": None, "draft_key": None}


def abandoned(ctx: Context, row: Agreement) -> dict[str, Any]:
    """The same; of one that was never handed in also what it says of people, which nobody needs any more.

    个人信息保护法 第四十七条: deleted once its purpose cannot be reached.
    """
    if row.offered_at is not None:
        return ended(ctx)
    return ended(ctx) | NOBODY | {"signer_position": "", "terms": None}
