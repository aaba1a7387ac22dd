"""刷新简历完整度: reckoned anew for a unit and 届别; a few hundred at once, more by the worker."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from domain.refusals import Invalid
from models import journal, rosters
from models.db import transaction
from models.graduate import Graduate
from models.job import Job
from models.rosters import Reach
from services.context import Context
from services.jobs.asked import asker
from services.jobs.steps import advance, move, settle
from services.resumes import listing, standing
from services.resumes.listing import ResumeFilter
from services.seats import Seat

KIND = "refresh.resumes"
AT_ONCE = 300
_BATCH = 300
_ALIVE = ("queued", "checking", "applying")
_COLUMNS = (Graduate.id, Graduate.student_number, Graduate.resume_percent, Graduate.resume_missing)


def refresh(ctx: Context, seat: Seat, wanted: ResumeFilter) -> tuple[int, Job | None]:
    """Reckons the completeness of everybody in the filter's unit, 届别, class and 学历.

    Answers for how many it was another one, or the job that the worker does; asked again while that job goes on, the
    same job. Raises NotFound, Invalid before a school is chosen.
    """
    reach, wanted = _reach(seat, wanted)
    if rosters.counted(reach.within, AT_ONCE) <= AT_ONCE:
        return sum(standing.recount_many(rows) for rows in _batches(reach)), None
    return 0, _queue(seat, wanted)


def run(ctx: Context, job: Job) -> None:
    """The worker's side; one that is interrupted begins anew, which changes nothing twice. Raises Lost."""
    reach, _wanted = _reach(asker(job), ResumeFilter(**job.params))
    if job.status == "queued":
        move(ctx, job, "start")
    if job.status == "checking":
        move(ctx, job, "find_good", total=rosters.counted(reach.within, 10**9), at_line=0, changed=0)
    done = changed = 0
    for rows in _batches(reach):
        changed += standing.recount_many(rows)
        done += len(rows)
        settle(job, _note(ctx, job, done))
        if ctx.stopping.is_set():
            return
    move(ctx, job, "finish", total=done, good=done, changed=changed)


def _reach(seat: Seat, wanted: ResumeFilter) -> tuple[Reach, ResumeFilter]:
    everybody = replace(wanted, keyword="", low=0, high=listing.WHOLE, order="student_number")
    carried_out, reach = listing.reach_of(seat, everybody)
    if reach is None:
        raise Invalid.field("school", "choose_school")
    return reach, carried_out


def _batches(reach: Reach) -> Iterator[list[Graduate]]:
    """All rows, some at a time; those whose completeness changes stay where they are in this order."""
    start = None
    while rows := list(rosters.ordered(reach, _COLUMNS, "student_number", False, start).limit(_BATCH)):
        yield rows
        start = rows[-1]


@transaction
def _queue(seat: Seat, wanted: ResumeFilter) -> Job:
    params = asdict(wanted)
    waiting = Job.select().where((Job.staff == seat.staff.id) & (Job.kind == KIND) & Job.status.in_(_ALIVE))
    for job in waiting.order_by(Job.id.desc()).limit(10):
        if job.params == params:
            return job
    job = Job.create(kind=KIND, staff=seat.staff, unit=seat.staff.unit, params=params)
    journal.write(job, "refresh", seat.actor, note={"kind": KIND})
    return job


@transaction
def _note(ctx: Context, job: Job, done: int) -> dict[str, object]:
    return advance(ctx, job, at_line=done)
