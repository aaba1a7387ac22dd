"""The worker's side of jobs: take one that nobody works on, do it, take the next."""

import structlog

from domain.actors import SYSTEM, Role
from domain.refusals import Refusal
from models.db import DatabaseAway, connected, transaction
from models.job import Job
from models.org import OrgUnit
from services import units
from services.context import Context
from services.jobs import imports, staging
from services.jobs.exports import run as run_export
from services.jobs.forms import Importer
from services.jobs.graduates import Graduates
from services.jobs.people import People
from services.jobs.special_groups import SpecialGroups
from services.jobs.steps import LEASE, Lost, move, release, seat_of_job
from services.jobs.units import Units
from services.resumes import refresh
from services.seats import Seat

log = structlog.get_logger()

_WITHIN_SCHOOLS = frozenset({Role.SCHOOL, Role.COLLEGE, Role.COUNSELOR})

ALIVE = ("queued", "checking", "applying")


def work(ctx: Context) -> int:
    """Works on jobs until there is none to take or the process is to stop; returns how many it took."""
    taken = 0
    with connected():
        while not ctx.stopping.is_set():
            job = _take(ctx)
            if job is None:
                break
            taken += 1
            run(ctx, job)
    return taken


def run(ctx: Context, job: Job) -> None:
    """Works on a job that was taken. Whatever goes wrong ends in its status or is left to its lease."""
    try:
        if job.kind.startswith("export."):
            run_export(ctx, job)
        elif job.kind == refresh.KIND:
            refresh.run(ctx, job)
        else:
            imports.run(ctx, job, _importer(ctx, job))
        if job.status in ALIVE:
            release(ctx, job)
    except Lost:
        log.info("job_lost", job=job.code)
    except Refusal as refusal:
        _fail(ctx, job, refusal.code)
    except DatabaseAway:
        # Once it is back somebody takes the job over where it stood.
        log.warning("job_waits_for_database", job=job.code)
    except Exception:
        # A fault of ours must not come back every second for ever.
        log.exception("job_failed", job=job.code)
        _fail(ctx, job, "import_interrupted")


def work_on(ctx: Context, code: str) -> bool:
    """Works on one job, unless somebody else does or it has ended; whether it was taken."""
    with connected():
        job = _take(ctx, code)
        if job is not None:
            run(ctx, job)
        return job is not None


@transaction
def _take(ctx: Context, only: str = "") -> Job | None:
    now = ctx.clock()
    return Job.take(ALIVE, now, now + LEASE, only)


def _fail(ctx: Context, job: Job, code: str) -> None:
    try:
        move(ctx, job, "fail", problem=code)
        staging.clear(ctx, job)
    except Lost:
        log.info("job_lost", job=job.code)


def _importer(ctx: Context, job: Job) -> Importer:
    seat = seat_of_job(job)
    if job.kind == "import.graduates":
        return _graduates(ctx, job, seat)
    if seat is None:
        raise AssertionError("the command line imports graduates alone")
    if job.kind == "import.special_groups":
        return SpecialGroups(ctx, seat.scope, seat.actor)
    return Units(ctx, seat) if job.kind == "import.units" else People(ctx, seat)


def _graduates(ctx: Context, job: Job, seat: Seat | None) -> Graduates:
    """The roster of the job's school; a seat within the school imports its own part of it, one above the whole.

    Raises NotFound for a school that the seat above has no more.
    """
    school = OrgUnit.get_by_id(job.unit_id)
    if seat is None:
        return Graduates(ctx, school, None, SYSTEM)
    if seat.level in _WITHIN_SCHOOLS:
        return Graduates(ctx, school, seat.scope, seat.actor)
    return Graduates(ctx, units.unit_of(seat, school.code), None, seat.actor)
