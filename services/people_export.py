"""The list of staff taken out as a table: what the filter shows, with whole phones of one's own people alone."""

import base64
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from config.codes import name_of
from config.people import people_words
from domain import personal
from domain.actors import Actor, Role
from domain.desk_hours import CHINA
from domain.refusals import NotAllowed
from domain.rights import Right, rights
from models.db import Keys
from models.job import Job
from models.org import Responsibility
from models.staffing import duties_of
from services import people, seats
from services.context import Context
from services.jobs.forms import Export
from services.people import StaffFilter, StaffLine
from services.seats import Seat

KIND = "export.staff"

_KEYWORD = "job.params.keyword"


def params_of(wanted: StaffFilter) -> dict[str, Any]:
    """A filter as a job keeps it: the keyword sealed, for it may be somebody's name or phone."""
    sealed = base64.b64encode(Keys.ring.seal(wanted.keyword, _KEYWORD)).decode() if wanted.keyword else ""
    return asdict(wanted) | {"keyword": sealed}


def staff(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now; raises NotAllowed for somebody who has left."""
    asker = job.staff
    if asker is None or asker.ended_at is not None:
        raise NotAllowed("staff_only")
    actor = Actor(asker.account.code, frozenset({Role(asker.level)}), asker.account_id, staff_id=asker.id)
    kept = dict(job.params)
    sealed = kept["keyword"]
    kept["keyword"] = Keys.ring.open(base64.b64decode(sealed), _KEYWORD) if sealed else ""
    words = people_words()
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    found = rows(ctx, seats.seat_for(actor, asker), StaffFilter(**kept))
    return Export(words["sheet"], words["headings"], found, f"{words['sheet']}-{day}.xlsx")


def rows(ctx: Context, seat: Seat, wanted: StaffFilter) -> Iterator[list[str]]:
    """The rows that the filter shows, whoever was created last first, as texts."""
    for lines in people.every(ctx, seat, wanted):
        duties = duties_of([line.staff.id for line in lines], seat.scope.unit.path)
        for line in lines:
            yield _row(seat, line, duties.get(line.staff.id, []))


def _row(seat: Seat, line: StaffLine, duties: list[Responsibility]) -> list[str]:
    words, one = people_words(), line.staff
    phone = one.account.phone or ""
    is_own = Right.MANAGE in rights(seat.level, Role(one.level))
    state = "ended" if one.ended_at else "unused" if line.has_first_password else "active"
    return [
        one.account.name,
        phone if is_own or not phone else personal.mask_phone(phone),
        words["levels"][one.level],
        one.unit.name,
        one.office,
        words["joined_by"].join(_duty(duty) for duty in duties),
        words["bound" if line.is_bound else "unbound"],
        words[state],
        one.created_at.astimezone(CHINA).strftime("%Y-%m-%d"),
    ]


def _duty(duty: Responsibility) -> str:
    words = people_words()
    return str(words["duty"]).format(
        year=duty.year,
        education=name_of("education", duty.education),
        college=duty.college.name,
        class_name=duty.class_name or words["whole_class"],
    )
