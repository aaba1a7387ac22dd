"""简历完整度 as lists show it: kept on the graduate's row, reckoned anew with every change and on demand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain import resume as rules
from domain.resume import Measure
from models.db import transaction
from models.graduate import Graduate, Intention
from models.resume import Resume, ResumeEntry
from services.resumes import reading


def recount(graduate_id: int, changed_at: datetime | None = None) -> Measure:
    """Reckons one graduate's completeness anew, inside the caller's transaction.

    ``changed_at`` is given by whoever changed the résumé. The roster record itself stays as it is.
    """
    measure = measures([graduate_id])[graduate_id]
    columns: dict[str, Any] = {"resume_percent": measure.percent, "resume_missing": measure.mask}
    if changed_at is not None:
        columns["resume_at"] = changed_at
    Graduate.update(**columns).where(Graduate.id == graduate_id).execute()
    return measure


@transaction
def recount_many(graduates: Iterable[Graduate]) -> int:
    """Reckons the completeness of some graduates anew; returns for how many it was another one."""
    rows = list(graduates)
    found, changed = measures([row.id for row in rows]), 0
    for row in rows:
        measure = found[row.id]
        if (row.resume_percent, row.resume_missing) != (measure.percent, measure.mask):
            columns = {"resume_percent": measure.percent, "resume_missing": measure.mask}
            changed += Graduate.update(**columns).where(Graduate.id == row.id).execute()
    return changed


def percent_of(graduate: Graduate) -> int:
    """One graduate's completeness by what stands at this moment, whether or not anything was saved since it counts."""
    return measures([graduate.id])[graduate.id].percent


def measures(graduate_ids: list[int]) -> dict[int, Measure]:
    """Graduate → completeness, by what stands at this moment."""
    resumes = Resume.of_graduates(graduate_ids)
    counts = ResumeEntry.counts_of([row.id for row in resumes.values()])
    wishes = Intention.select(Intention.graduate).where(Intention.graduate.in_(graduate_ids)).tuples()
    wishing = {graduate_id for (graduate_id,) in wishes}
    found = {}
    for graduate_id in graduate_ids:
        resume = resumes.get(graduate_id)
        found[graduate_id] = rules.measure(
            reading.standing_of(
                resume,
                reading.values_of(resume),
                counts.get(resume.id, {}) if resume else {},
                has_intention=graduate_id in wishing,
            )
        )
    return found
