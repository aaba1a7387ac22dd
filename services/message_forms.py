"""Every message as the phone will show it, how it is sent, whether it is stopped; and how far the day's quota goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config import sms
from config.messages import DIGEST, RESULT, TASK, Manner, manner_of
from config.template_ids import notice_ids, template_ids
from domain.actors import Role
from domain.refusals import NotAllowed
from models.sending import TemplateStop
from services import quota
from services.context import Context
from services.quota.ledger import Day
from services.seats import Seat
from templates_msg.base import Template
from templates_msg.catalogue import CATALOGUE

SEEN_BY = frozenset({Role.MINISTRY, Role.PROVINCE})


@dataclass(frozen=True, slots=True)
class Form:
    """One message by an example: ``lines`` are what stands on the phone, ``text`` the text message instead of it."""

    name: str
    title: str
    lines: Sequence[tuple[str, str]]
    manner: Manner
    template_id: str
    notice_id: str
    text: str
    stops: Sequence[TemplateStop]


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits at one priority, and the day on which it would be through."""

    priority: int
    number: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class Board:
    """The page. ``may_act``: whether this seat may resume what is stopped."""

    day: Day
    piles: Sequence[Pile]
    forms: Sequence[Form]
    may_act: bool

    @property
    def stopped(self) -> list[Form]:
        """Those of which something is stopped."""
        return [form for form in self.forms if form.stops]


def look(ctx: Context, seat: Seat) -> Board:
    """The board of this moment. Raises NotAllowed below 省级: one official account serves the whole country."""
    if seat.level not in SEEN_BY:
        raise NotAllowed()
    counts, stops = quota.backlog(ctx), quota.stops(ctx)
    return Board(
        day=quota.look(ctx),
        piles=[
            Pile(priority, counts.get(priority, 0), quota.ends_on(ctx, 0, priority))
            for priority in (TASK, RESULT, DIGEST)
        ],
        forms=[_form(ctx, message, stops) for message in CATALOGUE.values()],
        may_act=seat.level is Role.MINISTRY,
    )


def _form(ctx: Context, message: type[Template], stops: Sequence[TemplateStop]) -> Form:
    example, name, source = message.sample(), message.name, ctx.settings.template_ids
    payload, manner = example.payload(), manner_of(name)
    names = {quota.stop_name(name), quota.stop_name(name, "subscribe")}
    return Form(
        name=name,
        title=message.title,
        lines=[(label, payload[slot]) for slot, label in message.slots().items()],
        manner=manner,
        template_id=template_ids(source).get(name, ""),
        notice_id=notice_ids(source).get(name, "") if "subscribe" in manner.fallback else "",
        text=_text(ctx, message, payload) if "sms" in manner.fallback else "",
        stops=[row for row in stops if row.template in names],
    )


def _text(ctx: Context, message: type[Template], payload: dict[str, str]) -> str:
    places = message.places()
    params = {name: payload[places[name]] for name in sms.fields_of(message.name) or ()}
    return sms.load(ctx.settings.sms_sign).render(message.name, params)
