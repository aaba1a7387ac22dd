"""Papers that could not be sealed: something is wrong with what would be printed, not with the machine.

They are tried again every hour, for what was restored; meanwhile they are counted for whoever runs the platform, and
shown to their school, which may make such an agreement void.
"""

from typing import Any

from models.agreement import Agreement, Release
from services.agreements import proof, queues
from services.agreements.proof import Tampered
from services.seats import Seat

TRIES = 3  # after which something is taken to be wrong with a paper
WAITING = ("sealing", "issuing")  # for the seal, agreements and releases
_TABLES: tuple[type[Agreement], type[Release]] = (Agreement, Release)
_MOST = 20


def is_stuck(row: Agreement | Release) -> bool:
    """Whether sealing has failed for this one; ``reminders`` counts the tries of this status."""
    return row.status in WAITING and row.reminders >= TRIES


def number() -> int:
    """How many agreements and releases there are of which that is true."""
    return sum(table.select().where(_are_stuck(table)).count() for table in _TABLES)


def within(seat: Seat) -> list[Agreement]:
    """The agreements of a seat of which that is true, or of whose release it is; the first few, with graduates."""
    found = [queues.joined(table).where(queues.within(seat, table) & _are_stuck(table)) for table in _TABLES]
    agreements, releases = (list(rows.order_by(rows.model.id).limit(_MOST)) for rows in found)
    for release in releases:
        release.agreement.graduate = release.graduate
    return [*agreements, *(release.agreement for release in releases)]


def is_tampered(agreement: Agreement, release: Release | None = None) -> bool:
    """Whether what would be printed is not what the chain of events says."""
    try:
        proof.need(agreement, release)
    except Tampered:
        return True
    return False


def _are_stuck(table: Any) -> Any:
    return table.status.in_(WAITING) & (table.reminders >= TRIES)
