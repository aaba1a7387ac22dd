"""What every job is made of: its files, its lease, and moving it forward so that nobody else does."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from documents.vault import Damaged, Vault
from domain.actors import SYSTEM, Actor, Role
from domain.machines import JOB
from domain.refusals import NotAllowed, NotFound, Stale
from models import journal
from models.agreement_papers import AgreementFile
from models.db import transaction
from models.job import Job
from models.org import OrgUnit, Staff
from services.context import Context
from services.seats import Seat, seat_for

LEASE = timedelta(minutes=1)
_COUNTS = ("total", "good", "bad", "added", "changed", "same")


class Lost(Exception):
    """Somebody else has the job now, or a person cancelled it: whoever gets this stops without a word."""


def vault(ctx: Context) -> Vault:
    """The files of this installation."""
    return Vault(ctx.settings.data_dir / "vault", ctx.keyring.derive_all("vault"))


def seat_of_job(job: Job) -> Seat | None:
    """The seat of whoever started the job, with the range they have now; None for the command line.

    Raises NotAllowed when that capacity has ended since, NotFound when it was moved away from where the job is.
    """
    if job.staff_id is None:
        return None
    staff = Staff.get_by_id(job.staff_id)
    if staff.ended_at is not None:
        raise NotAllowed()
    if not Job.select().where((Job.id == job.id) & stays_with(staff)).exists():
        raise NotFound()
    account = staff.account
    return seat_for(Actor(account.code, frozenset({Role(staff.level)}), account.id), staff)


def advance(ctx: Context, job: Job, **columns: Any) -> dict[str, Any]:
    """Writes columns of a job that is ours, inside the caller's transaction, and keeps it ours a while longer.

    Answers what to set on the row in memory once the transaction holds. Raises Lost.
    """
    written = {**columns, "lease_until": ctx.clock() + LEASE, "version": job.version + 1}
    mine = (Job.id == job.id) & (Job.version == job.version)
    if Job.update(**written, updated_at=ctx.clock()).where(mine).execute() != 1:
        raise Lost
    return written


def settle(job: Job, written: dict[str, Any]) -> None:
    """Takes over what was written."""
    for name, value in written.items():
        setattr(job, name, value)


def stays_with(staff: Staff) -> Any:
    """The condition on Job that it is of where a capacity stands now: its unit, one below, or the school around it.

    Whoever was moved leaves the jobs of the former place behind, lists and unfinished imports alike.
    """
    around = [int(part) for part in staff.unit.path.strip("/").split("/")]
    here = OrgUnit.path.startswith(staff.unit.path) | OrgUnit.id.in_(around)
    return (Job.staff == staff.id) & Job.unit.in_(OrgUnit.select(OrgUnit.id).where(here))


@transaction
def move(ctx: Context, job: Job, verb: str, **columns: Any) -> None:
    """One step of the machine by the worker; raises Lost."""
    changes = columns
    if verb in ("finish", "fail"):
        changes = {**columns, "finished_at": ctx.clock(), "lease_until": None}
    elif verb == "report":
        changes = {**columns, "lease_until": None}
    note: dict[str, Any] = {"kind": job.kind}
    note |= {name: number for name in _COUNTS if (number := changes.get(name, getattr(job, name)))}
    if "problem" in columns:
        note["problem"] = columns["problem"]
    try:
        journal.step(job, JOB, verb, SYSTEM, note=note, **changes)
    except Stale:
        raise Lost from None


@transaction
def release(ctx: Context, job: Job) -> None:
    """Leaves the job for the next turn, wherever that is."""
    Job.update(lease_until=None, version=job.version + 1, updated_at=ctx.clock()).where(
        (Job.id == job.id) & (Job.version == job.version)
    ).execute()


def renew_files(ctx: Context) -> int:
    """Seals every file under the present key; returns how many were renewed."""
    shelf, renewed = vault(ctx), 0
    for name in list(shelf.names()):
        with suppress(Damaged):  # deleted meanwhile, or under a key that was lost long ago
            renewed += shelf.renew(name, AgreementFile.share_of(name))
    return renewed
