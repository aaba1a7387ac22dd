"""Questions that no FAQ answered, as the people who answer them see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actors import Role
from domain.refusals import NotAllowed, NotFound
from models import journal
from models.callback import HelpQuestion
from models.db import transaction
from models.graduate import Graduate
from models.names import names_of
from models.org import OrgUnit
from models.wechat_user import Binding
from services.context import Context
from services.listing import SLICE, Slice, count, place, place_of
from services.seats import Seat

LEVELS = frozenset({Role.MINISTRY, Role.PROVINCE, Role.SCHOOL})


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``asker`` is empty when nobody knows who it was."""

    row: HelpQuestion
    asker: str
    school: str


def waiting(ctx: Context, seat: Seat, after: str = "") -> Slice[Question]:
    """The unanswered questions in the seat's range, the oldest first. Raises NotAllowed below 校级.

    部级 sees every question, also of people who are bound to no graduate; the others those of their graduates.
    """
    query = _unanswered(ctx, seat)
    total = count(query)
    keys = place_of(after, (datetime, int))
    if keys is not None:
        moment, row_id = keys
        later = (HelpQuestion.asked_at == moment) & (HelpQuestion.id > row_id)
        query = query.where((HelpQuestion.asked_at > moment) | later)
    rows = list(query.order_by(HelpQuestion.asked_at, HelpQuestion.id).limit(SLICE + 1))
    shown = rows[:SLICE]
    more = place(shown[-1].asked_at, shown[-1].id) if len(rows) > SLICE else ""
    return Slice(_with_askers(ctx, shown), more, total)


def number_waiting(ctx: Context, seat: Seat) -> int:
    """How many questions wait in the seat's range. Raises NotAllowed below 校级."""
    return count(_unanswered(ctx, seat))


def _unanswered(ctx: Context, seat: Seat) -> Any:
    return _in_range(ctx, seat).where(HelpQuestion.answered_at.is_null())


@transaction
def mark_answered(ctx: Context, seat: Seat, code: str) -> None:
    """Takes a question off the list; a second time changes nothing. Raises NotFound outside the range, NotAllowed."""
    row = _in_range(ctx, seat).where(HelpQuestion.code == code).first()
    if row is None:
        raise NotFound()
    if row.close(ctx.clock()):
        journal.write(row, "answer", seat.actor)


def _in_range(ctx: Context, seat: Seat) -> Any:
    if seat.level not in LEVELS:
        raise NotAllowed()
    app_id = ctx.settings.wechat_app_id
    everything = HelpQuestion.select().where(HelpQuestion.app_id == app_id)
    if seat.level is Role.MINISTRY:
        return everything
    bound = Binding.select(Binding.openid).join(Graduate, on=(Graduate.account == Binding.account))
    mine = seat.scope.graduates(bound).where((Binding.app_id == app_id) & Binding.openid.is_null(False))
    return everything.where(HelpQuestion.openid.in_(mine))


def _with_askers(ctx: Context, rows: list[HelpQuestion]) -> list[Question]:
    openids = [row.openid for row in rows if row.openid]
    graduates = (
        Graduate.select(Graduate, OrgUnit, Binding)
        .join(OrgUnit, on=(Graduate.school == OrgUnit.id), attr="school")
        .join_from(Graduate, Binding, on=(Graduate.account == Binding.account), attr="binding")
        .where((Binding.app_id == ctx.settings.wechat_app_id) & Binding.openid.in_(openids))
    )
    known = {graduate.binding.openid: graduate for graduate in graduates}
    names = names_of("graduate", [graduate.code for graduate in known.values()])
    found = []
    for row in rows:
        graduate = known.get(row.openid)
        if graduate is None:
            found.append(Question(row, "", ""))
        else:
            found.append(Question(row, names[graduate.code], graduate.school.name))
    return found
