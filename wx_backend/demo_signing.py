"""网上签约 of the demo: the province's rules, the schools' 院校标识码, and the schools that have opened."""

from typing import Any

from domain.agreements import TWO_PARTY
from models.db import transaction
from models.org import Staff
from models.signing_rules import SigningRules
from services.agreements import rules
from services.context import Context
from services.seats import Seat
from wx_backend.demo_roster import demo_staff, seat_of_staff


@transaction
def bring_signing(ctx: Context, people: dict[str, Any]) -> None:
    """Sets the rules of ``people`` and opens its schools, unless there are rules or somebody of the demo is missing.

    A school whose check-list is not done, for want of a seal or of graduates of this year, stays closed.
    """
    staff = demo_staff(people["staff"])
    if len(staff) < len(people["staff"]) or SigningRules.select().exists():
        return
    told = people["signing"]
    rules.set_rules(ctx, _seat(staff, told["province"]), TWO_PARTY, told["offer_days"], "school", True)
    for row in told["school"]:
        seat = _seat(staff, row["staff"])
        school = seat.scope.unit
        if not school.number:
            school.change(number=row["number"])
        rules.declare_backlog(ctx, seat)
        if all(step.is_done for step in rules.readiness(ctx, school)):
            rules.open_school(ctx, seat)


def _seat(staff: dict[str, Staff], name: str) -> Seat:
    return seat_of_staff(staff[name])
