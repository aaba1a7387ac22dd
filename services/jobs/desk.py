"""What people do with jobs: start them, watch them, decide about them, take what came out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.imports import ImportKind, import_kinds
from domain import personal
from domain.actors import SYSTEM, Actor, Role
from domain.machines import JOB
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models import journal
from models.codes import CodeSet
from models.db import transaction
from models.job import Job, JobTrouble
from models.org import OrgUnit, Staff
from services import units
from services.code_editions import CODES_MOVED
from services.context import Context
from services.jobs import staging
from services.jobs.exports import EXPORTS
from services.jobs.steps import stays_with, vault
from services.listing import SLICE, Slice, count, place, place_of
from services.seats import Seat

MOST_BYTES = 60 * 2**20
KEPT = timedelta(days=30)
_ABOVE_SCHOOLS = frozenset({Role.MINISTRY, Role.PROVINCE})
_MOST_SCHOOLS = 5_000
SHOWN = 50  # bad cells on the page


@dataclass(frozen=True, slots=True)
class Wanted:
    """An import as a person asks for it; ``pieces`` is the file as it comes in."""

    kind: str
    file_name: str
    pieces: Iterable[bytes]
    is_dry_run: bool = False
    all_or_nothing: bool = False
    school: str = ""  # code of the school whose graduates these are, where the seat stands above schools


def kinds_for(seat: Seat) -> list[ImportKind]:
    """What this seat may import."""
    return [kind for kind in import_kinds().values() if seat.level.value in kind.levels]


def start_import(ctx: Context, seat: Seat, wanted: Wanted) -> Job:
    """Takes the file into the vault and queues the job.

    Raises NotAllowed for a kind that this level does not import, Invalid for no file, an empty or too big one, and
    for graduates of no school or of one outside the range.
    """
    if wanted.kind not in {kind.name for kind in kinds_for(seat)}:
        raise NotAllowed()
    unit = _school_for(seat, wanted.school) if wanted.kind == "import.graduates" else seat.staff.unit
    name = _take_in(ctx, wanted.pieces)
    return _queue(wanted, name, unit, seat)


def start_import_alone(ctx: Context, school: OrgUnit, wanted: Wanted) -> Job:
    """The same for the command line, which imports graduates of a school as nobody in particular."""
    return _queue(wanted, _take_in(ctx, wanted.pieces), school, None)


@transaction
def start_export(ctx: Context, seat: Seat, kind: str, params: Mapping[str, Any]) -> Job:
    """Queues an export of EXPORTS, in the seat's range. Raises NotFound for a kind that does not exist."""
    if kind not in EXPORTS:
        raise NotFound()
    job = Job.create(kind=kind, staff=seat.staff, unit=seat.staff.unit, params=dict(params))
    journal.write(job, "export", seat.actor, note={"kind": kind})
    return job


def jobs(ctx: Context, seat: Seat, after: str = "") -> Slice[Job]:
    """The jobs of this capacity where it stands, the newest first."""
    query = Job.select().where(stays_with(seat.staff))
    total = count(query)
    start = place_of(after, (int,))
    if start is not None:
        query = query.where(Job.id < start[0])
    rows = list(query.order_by(Job.id.desc()).limit(SLICE + 1))
    more = place(rows[SLICE - 1].id) if len(rows) > SLICE else ""
    return Slice(rows[:SLICE], more, total)


def one(ctx: Context, seat: Seat, code: str) -> Job:
    """A job of this capacity where it stands; raises NotFound."""
    job = Job.get_or_none((Job.code == code) & stays_with(seat.staff))
    if job is None:
        raise NotFound()
    return job


def troubles(ctx: Context, job: Job) -> list[JobTrouble]:
    """The first bad cells, by line."""
    query = JobTrouble.select().where(JobTrouble.job == job.id)
    return list(query.order_by(JobTrouble.line, JobTrouble.id).limit(SHOWN))


def percent(job: Job) -> int:
    """How much of a job is done: the check is one half, storing the other."""
    if job.status in ("done", "checked"):
        return 100
    part = min(1.0, job.at_line / job.total) if job.total else 0.0
    return int(50 * part) + (50 if job.status == "applying" else 0)


def titles_of(job: Job) -> dict[str, str]:
    """The headings of an import's columns by the names in its troubles."""
    kind = import_kinds().get(job.kind)
    return kind.titles if kind else {}


def may_apply(job: Job) -> bool:
    """Whether a dry run found something that may be stored now."""
    is_good = job.good and not (job.bad and job.all_or_nothing)
    return bool(job.status == "checked" and job.file and is_good)


def apply(ctx: Context, seat: Seat, code: str) -> Job:
    """Stores what a dry run found good: the same file and choices, each row judged again by what holds then.

    Asked again it changes nothing. Raises NotFound, IllegalMove, Conflict when nothing may be stored: a bad row
    where all or nothing was asked for, a file that was kept long enough, code tables that hold no more.
    """
    return _apply(one(ctx, seat, code), seat.actor)


def apply_alone(ctx: Context, code: str) -> Job:
    """The same for a dry run of the command line."""
    job = Job.get_or_none((Job.code == code) & Job.staff.is_null())
    if job is None:
        raise NotFound()
    return _apply(job, SYSTEM)


@transaction
def _apply(job: Job, by: Actor) -> Job:
    if job.is_dry_run and job.status in ("applying", "done"):
        return job
    if job.status == "checked":
        if job.bad and job.all_or_nothing:
            raise Conflict("import_has_bad_rows")
        if not job.file:
            raise Conflict("import_file_gone")
        if job.kind == "import.graduates" and journal.done_since(CodeSet, CODES_MOVED, job.created_at):
            raise Conflict("import_codes_moved")
    journal.step(job, JOB, "apply", by, at_line=0, added=0, changed=0, same=0, lease_until=None)
    return job


def cancel(ctx: Context, seat: Seat, code: str) -> Job:
    """Ends a job before anything of it is stored; asked again it has ended already. Raises NotFound, IllegalMove."""
    job = _cancel(ctx, seat, code)
    staging.clear(ctx, job)
    return job


@transaction
def _cancel(ctx: Context, seat: Seat, code: str) -> Job:
    job = one(ctx, seat, code)
    if job.status != "cancelled":
        journal.step(job, JOB, "cancel", seat.actor, finished_at=ctx.clock(), lease_until=None)
    return job


def take_result(ctx: Context, seat: Seat, code: str) -> tuple[Job, Iterator[bytes]]:
    """What came out: a report of bad rows or an exported list, piece by piece; journaled. Raises NotFound."""
    job = one(ctx, seat, code)
    if not job.result:
        raise NotFound()
    pieces = vault(ctx).pieces(job.result)
    _note_fetched(job, seat)
    return job, pieces


@transaction
def _note_fetched(job: Job, seat: Seat) -> None:
    journal.write(job, "fetch", seat.actor, note={"kind": job.kind})


def tidy(ctx: Context) -> int:
    """Removes the files of jobs that ended long ago, and what unfinished writers left; returns how many jobs."""
    before = ctx.clock() - KEPT
    shelf = vault(ctx)
    old = Job.old_with_files(before, 100)
    for job in old:
        staging.clear(ctx, job)
        if job.result:
            shelf.delete(job.result)
        job.forget_files()
    shelf.sweep((ctx.clock() - timedelta(days=1)).timestamp())
    return len(old)


def _take_in(ctx: Context, pieces: Iterable[bytes]) -> str:
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise Invalid.field("file", "file_too_big")
            yield piece
        if not size:
            raise Invalid.field("file", "file_needed")

    return vault(ctx).store(counted(), owner="job")


@transaction
def _queue(wanted: Wanted, name: str, unit: OrgUnit, seat: Seat | None) -> Job:
    staff: Staff | None = seat.staff if seat else None
    job = Job.create(
        kind=wanted.kind,
        staff=staff,
        unit=unit,
        file=name,
        file_name=personal.prose(wanted.file_name)[-120:],
        is_dry_run=wanted.is_dry_run,
        all_or_nothing=wanted.all_or_nothing,
    )
    note = {"kind": wanted.kind}
    if wanted.is_dry_run:
        note["mode"] = "dry_run"
    elif wanted.all_or_nothing:
        note["mode"] = "all_or_nothing"
    journal.write(job, "import", seat.actor if seat else SYSTEM, note=note)
    return job


def schools_for(seat: Seat) -> list[OrgUnit]:
    """The schools among which this seat chooses one before it imports graduates: none for a seat within a school."""
    return units.open_units(seat, Role.SCHOOL, _MOST_SCHOOLS) if seat.level in _ABOVE_SCHOOLS else []


def _school_for(seat: Seat, code: str) -> OrgUnit:
    """The school that a seat stands in, or the one it chose. Raises Invalid."""
    unit = seat.staff.unit
    if seat.level not in _ABOVE_SCHOOLS:
        return unit if unit.level == Role.SCHOOL else unit.parent
    try:
        school = units.unit_of(seat, code)
    except NotFound:
        raise Invalid.field("school", "import_where") from None
    if school.level != Role.SCHOOL or school.closed_at is not None:
        raise Invalid.field("school", "import_where")
    return school
