"""The worker's turn at the outbox, all channels one after the other."""

from dataclasses import replace

from services import outbox
from services.context import Context


def pump(ctx: Context) -> int:
    """What the clock's two ticks do; returns how many messages were tried."""
    return outbox.pump_texts(ctx) + outbox.pump_templates(ctx)


def at_once(ctx: Context, number: int) -> Context:
    """The same hands where the gateway takes so many messages at a time."""
    settings = ctx.settings.model_copy(update={"send_connections": number})
    return replace(ctx, settings=settings)
