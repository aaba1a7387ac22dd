"""The list of staff taken out as a table: what the filter shows, with whole phones of one's own people alone."""

from collections.abc import Iterator

from config.codes import name_of
from config.people import people_words
from domain import personal
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.rights import Right, rights
from models.job import Job
from models.org import Responsibility
from models.staffing import duties_of
from services import people
from services.context import Context
from services.jobs.asked import asker, opened_filter
from services.jobs.forms import Export
from services.people import StaffFilter, StaffLine
from services.seats import Seat

KIND = "export.staff"


def staff(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now; raises NotAllowed for somebody who has left."""
    words = people_words()
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    found = rows(ctx, asker(job), StaffFilter(**opened_filter(job)))
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
