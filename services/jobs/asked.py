"""What an export was asked for: the filter a job keeps, and who asked, with the range they have now."""

import base64
from dataclasses import asdict
from typing import Any

from domain.refusals import NotAllowed
from models.db import Keys
from models.job import Job
from services.jobs.steps import seat_of_job
from services.seats import Seat

_KEYWORD = "job.params.keyword"


def kept_filter(wanted: Any) -> dict[str, Any]:
    """A list's filter (a dataclass with a ``keyword``) as a job keeps it: the keyword sealed, for it may be
    somebody's name or number."""
    sealed = base64.b64encode(Keys.ring.seal(wanted.keyword, _KEYWORD)).decode() if wanted.keyword else ""
    return asdict(wanted) | {"keyword": sealed}


def opened_filter(job: Job) -> dict[str, Any]:
    """The fields of the filter that the job keeps."""
    kept = dict(job.params)
    sealed = kept["keyword"]
    return kept | {"keyword": Keys.ring.open(base64.b64decode(sealed), _KEYWORD) if sealed else ""}


def asker(job: Job) -> Seat:
    """The seat of whoever asked; raises NotAllowed for somebody who has left."""
    seat = None if job.staff is None or job.staff.ended_at else seat_of_job(job)
    if seat is None:
        raise NotAllowed("staff_only")
    return seat
