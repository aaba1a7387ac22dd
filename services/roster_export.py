"""生源信息 taken out as a table: the rows that a filter shows, masked by the level that takes them."""

from collections.abc import Iterator

from config.roster import RosterField, roster_fields, roster_words
from domain.desk_hours import CHINA
from domain.refusals import Invalid
from domain.roster import REGION
from models import rosters
from models.job import Job
from models.org import OrgUnit
from services import code_tables, roster_list, roster_values
from services.context import Context
from services.jobs.asked import asker, opened_filter
from services.jobs.forms import Export
from services.roster_list import RosterFilter
from services.roster_values import Reader
from services.seats import Seat

KIND = "export.graduates"

_BATCH = 500


def graduates(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now; raises NotAllowed for somebody who has left."""
    headings = [field.title for field in roster_fields()]
    found = rows(ctx, asker(job), RosterFilter(**opened_filter(job)))
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    name = roster_words()["list"]
    return Export(name, headings, found, f"{name}-{day}.xlsx")


def rows(ctx: Context, seat: Seat, wanted: RosterFilter) -> Iterator[list[str]]:
    """The rows that the filter shows, in its order, as texts; raises Invalid before a school is chosen.

    Codes of small tables are written by their names, places by their codes: many places share a name. Identity
    numbers are whole for the school alone, phones for those who call graduates.
    """
    wanted, reach = roster_list.reach_of(seat, wanted)
    if reach is None:
        raise Invalid.field("school", "choose_school")
    colleges: dict[int, str] = {}
    for graduate in rosters.every(reach, wanted.column, wanted.descending, _BATCH):
        if graduate.college_id not in colleges:
            colleges[graduate.college_id] = OrgUnit.get_by_id(graduate.college_id).name
        reader = Reader(ctx, graduate.year, seat.level)
        values = roster_values.texts(graduate, colleges[graduate.college_id])
        yield [_cell(reader, field, values[field.name]) for field in roster_fields()]


def _cell(reader: Reader, field: RosterField, value: str) -> str:
    if field.kind == "code" and value and field.table != REGION:
        return code_tables.name_of(reader.ctx, field.table, reader.year, value)
    return reader.masked(field, value)
