"""The list of agreements taken out as a table: what the filter shows, as far as the seat's range goes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from config.agreement_list import agreement_list
from domain.desk_hours import CHINA
from models.agreement import Agreement
from models.job import Job
from models.org import OrgUnit
from services.agreements import queues
from services.agreements.queues import Asked
from services.context import Context
from services.jobs.asked import asker, opened_filter
from services.jobs.forms import Export
from services.seats import Seat

KIND = "export.agreements"


def agreements(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now; raises NotAllowed for somebody who has left."""
    words = agreement_list()
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    found = rows(asker(job), Asked(**opened_filter(job)))
    return Export(words["sheet"], words["headings"], found, f"{words['sheet']}-{day}.xlsx")


def rows(seat: Seat, wanted: Asked) -> Iterator[list[str]]:
    """The rows that the filter shows, in its order, as texts."""
    names: dict[int, str] = {}
    for part in queues.every(seat, wanted):
        unknown = {unit for row in part for unit in (row.school_id, row.college_id)} - names.keys()
        if unknown:
            names |= {unit.id: unit.name for unit in OrgUnit.select().where(OrgUnit.id.in_(unknown))}
        yield from (_line(row, names) for row in part)


def _line(row: Agreement, names: dict[int, str]) -> list[str]:
    words, graduate = agreement_list(), row.graduate
    return [
        row.number or "",
        graduate.name,
        graduate.student_number,
        str(row.year),
        names.get(row.school_id, ""),
        names.get(row.college_id, ""),
        row.unit_name,
        row.credit_code,
        words["kinds"].get(row.kind, ""),
        words["modes"].get(row.mode, ""),
        words["statuses"].get(row.status, ""),
        _day(row.accepted_at),
        _day(row.passed_at),
        row.effective_on.isoformat() if row.effective_on else "",
        _day(row.ended_at),
    ]


def _day(moment: Any) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d") if isinstance(moment, datetime) else ""
