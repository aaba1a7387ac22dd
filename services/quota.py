"""How much may still be sent today, to whom not yet, and which templates wait for an operator."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.message import Message
from services.context import Context

SHANGHAI = ZoneInfo("Asia/Shanghai")


def allowance(ctx: Context) -> int | None:
    """How many template messages may still go out today; None when no limit is known."""
    return None


def spend(ctx: Context, count: int) -> None:
    """Enters ``count`` template messages, taken by the platform, into today's ledger."""


def exhausted(ctx: Context, errcode: int) -> None:
    """The platform says that today's quota is used up (45009): nothing more may go out until it is reset."""


def ends_on(ctx: Context, recipients: int, priority: int) -> date:
    """The day in Shanghai on which a campaign of so many messages begun now would be through."""
    return ctx.clock().astimezone(SHANGHAI).date()


def stopped(ctx: Context) -> frozenset[str]:
    """Names of the messages that wait because the platform refuses their template."""
    return frozenset()


def stop(ctx: Context, template: str, errcode: int, detail: str) -> None:
    """Holds back one message, which the platform refuses as misconfigured, until a person resumes it."""


def postponed(ctx: Context, rows: Sequence[Message]) -> dict[int, datetime]:
    """Which messages of a claimed batch must wait, by row id, and until when: frequency cap and quiet hours."""
    return {}
