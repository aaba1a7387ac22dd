"""What an agreement lets go of when it ends."""

from typing import Any

from services.context import Context


def ended(ctx: Context) -> dict[str, Any]:
    """The columns of an agreement that has ended: every key is free again."""
    return {"ended_at": ctx.clock(), "due_at": None, "live_key": None, "offer_key": None, "draft_key": None}
