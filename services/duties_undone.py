"""What was taken away from a counselor, and giving it back with one press."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from domain.refusals import Conflict, NotFound
from models import journal
from models.db import transaction
from models.journal import Journal
from models.org import OrgUnit, Responsibility, Staff
from services import duties
from services.context import Context
from services.duties import Duty
from services.seats import Seat

SHOWN = 20
_FIELDS = tuple(Duty.__dataclass_fields__)
_VERBS = ("add_duty", "remove_duty", "restore_duty")


@dataclass(frozen=True, slots=True)
class Removed:
    """A responsibility that was taken away and is not held since."""

    duty: Duty
    college: OrgUnit
    at: datetime


def removed_from(seat: Seat, staff: Staff) -> list[Removed]:
    """What the seat may give back to a counselor, the latest first; at most ``SHOWN``."""
    colleges = {college.code: college for college in duties.colleges_for(seat, staff)}
    held = {duty for duty, _college in duties.of_staff(seat, staff)}
    found = [
        Removed(duty, colleges[duty.college], act.at)
        for duty, act in _last_acts(staff)
        if act.verb == "remove_duty" and duty.college in colleges and duty not in held
    ]
    return found[:SHOWN]


@transaction
def restore(ctx: Context, seat: Seat, code: str, duty: Duty) -> None:
    """Gives back what was taken away; what is held again already stays as it is.

    Raises NotFound where nothing of the kind was taken away, NotAllowed, Invalid for a college closed since, and
    Conflict for a counselor who has ended, or when somebody else has been given the same range in the meantime.
    """
    staff = duties.counselor_at_work(seat, code)
    act = next((act for found, act in _last_acts(staff) if found == duty), None)
    if act is None:
        raise NotFound()
    college = duties.college_of(seat, staff, duty)
    if duties.row_of(staff, college, duty) is not None:
        return
    if act.verb != "remove_duty":
        raise NotFound()
    if duties.others_with(staff, college, duty) > act.note.get("others", 0):
        raise Conflict("duty_taken")
    Responsibility.create(staff=staff, **duties.columns_of(college, duty))
    journal.write(staff, "restore_duty", seat.actor, note=asdict(duty))


def _last_acts(staff: Staff) -> Iterator[tuple[Duty, Journal]]:
    """Each responsibility that was ever given or taken away by itself, with the last such act, the latest first."""
    seen = set()
    acts = Journal.select().where(
        (Journal.kind == Staff._meta.table_name) & (Journal.record == staff.code) & Journal.verb.in_(_VERBS)
    )
    for act in acts.order_by(Journal.id.desc()):
        duty = Duty(**{name: act.note[name] for name in _FIELDS})
        if duty not in seen:
            seen.add(duty)
            yield duty, act
