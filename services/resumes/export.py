"""毕业生简历维护情况 taken out as a table: what the list shows, of all its rows."""

from collections.abc import Iterator

from config.resume import resume_form
from domain.desk_hours import CHINA
from domain.refusals import Invalid
from domain.resume import titles_of
from models import rosters
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit
from services import code_tables
from services.context import Context
from services.jobs.asked import asker, opened_filter
from services.jobs.forms import Export
from services.resumes import listing
from services.resumes.listing import ResumeFilter
from services.seats import Seat

KIND = "export.resumes"

_BATCH = 500
_COLUMNS = (
    *(Graduate.id, Graduate.name, Graduate.student_number, Graduate.year, Graduate.education_code),
    *(Graduate.college, Graduate.class_name, Graduate.major_name),
    *(Graduate.resume_percent, Graduate.resume_missing, Graduate.resume_at),
)


def resumes(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now; raises NotAllowed for somebody who has left."""
    form = resume_form()
    found = rows(ctx, asker(job), ResumeFilter(**opened_filter(job)))
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    return Export(form.list_title, form.list_headings, found, f"{form.list_title}-{day}.xlsx")


def rows(ctx: Context, seat: Seat, wanted: ResumeFilter) -> Iterator[list[str]]:
    """The rows that the filter shows, in its order, as texts; raises Invalid before a school is chosen."""
    wanted, reach = listing.reach_of(seat, wanted)
    if reach is None:
        raise Invalid.field("school", "choose_school")
    colleges: dict[int, str] = {}
    column, descending = wanted.order.removeprefix("-"), wanted.order.startswith("-")
    start = None
    while found := list(rosters.ordered(reach, _COLUMNS, column, descending, start).limit(_BATCH)):
        for row in found:
            if row.college_id not in colleges:
                colleges[row.college_id] = OrgUnit.get_by_id(row.college_id).name
            yield _line(ctx, row, colleges[row.college_id])
        start = found[-1]


def _line(ctx: Context, row: Graduate, college: str) -> list[str]:
    changed = row.resume_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if row.resume_at else ""
    return [
        row.name,
        row.student_number,
        str(row.year),
        code_tables.name_of(ctx, "education_level", row.year, row.education_code),
        college,
        row.class_name,
        row.major_name,
        f"{row.resume_percent}%",
        "、".join(titles_of(row.resume_missing)),
        changed,
    ]
