"""Templates that the platform refuses: they alone stop, and their messages wait, until a person resumes them."""

import structlog

from domain.actors import Role
from domain.refusals import NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.sending import TemplateStop
from services.context import Context
from services.seats import Seat

log = structlog.get_logger()

_LONGEST = 200


def stop_name(template: str, channel: str = "template") -> str:
    """Under which name a message stops: its subscription notice is another template of the account."""
    return template if channel == "template" else f"{channel}:{template}"


def stopped(ctx: Context) -> frozenset[str]:
    """Stop names of the messages that wait because the platform refuses their template."""
    return frozenset(row.template for row in TemplateStop.standing())


def stops(ctx: Context) -> list[TemplateStop]:
    """The stops that stand, the oldest first."""
    return TemplateStop.standing()


@transaction
def stop(ctx: Context, template: str, errcode: int, detail: str) -> None:
    """Holds back one message, by its stop name, until a person resumes it."""
    if template not in stopped(ctx):
        TemplateStop.create(template=template, errcode=errcode, detail=detail[:_LONGEST])
        log.error("template_stopped", template=template, errcode=errcode, detail=detail)


@transaction
def resume(ctx: Context, seat: Seat, code: str) -> None:
    """Lets a stopped message go on; whoever waits is sent within minutes. Raises NotAllowed below 部级."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    row = TemplateStop.get_or_none(TemplateStop.code == code)
    if row is None:
        raise NotFound()
    if row.resume(ctx.clock()):
        journal.write(row, "resume_template", seat.actor, note={"template": row.template})
