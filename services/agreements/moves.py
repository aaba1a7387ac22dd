"""The one way in which an agreement or a release moves: status, journal and chain of events in one transaction."""

from typing import Any

from domain.agreements import BY_KIND, IN_TIME, RELEASE
from domain.refusals import Conflict
from models import journal
from models.agreement import Agreement, Release
from services.agreements import chain
from services.agreements.chain import Body
from services.agreements.parties import Party
from services.context import Context


def move(ctx: Context, agreement: Agreement, verb: str, party: Party, event: Body, **changes: Any) -> None:
    """Moves an agreement by ``verb``; ``event`` is what the chain says besides who, when and where from.

    ``event`` must have ``kind``, such as ``offer.submitted``. Runs in the caller's transaction. Raises IllegalMove,
    NotAllowed, Stale, and Conflict for what had to be done before (``IN_TIME``).
    """
    machine = BY_KIND[agreement.kind]
    after = machine.next(agreement.status, verb, party.actor.roles)
    need_time(ctx, agreement, verb)
    detail = {name: value for name, value in event.items() if name != "kind"}
    version = changes.get("terms_version", agreement.terms_version)
    detail |= {"from": agreement.status, "to": after, "version": version}
    link = chain.add(ctx, agreement, event["kind"], party, detail)
    changes = {"due_at": None, "reminders": 0} | changes | link.columns
    journal.step(agreement, machine, verb, party.actor, note=_note(event), **changes)


def need_time(ctx: Context, row: Agreement | Release, verb: str) -> None:
    """Raises Conflict where the time for a verb is over. The version in the move's WHERE holds ``due_at`` as read."""
    code = IN_TIME.get((row.status, verb))
    if code is not None and row.due_at is not None and row.due_at <= ctx.clock():
        raise Conflict(code)


def note(ctx: Context, agreement: Agreement, party: Party, event: Body) -> None:
    """Adds an event without a change of status, and journals it under the event's last word."""
    detail = {name: value for name, value in event.items() if name != "kind"}
    link = chain.add(ctx, agreement, event["kind"], party, detail)
    agreement.change(**link.columns)
    journal.write(agreement, event["kind"].rpartition(".")[2], party.actor, note=_note(event))


def move_release(
    ctx: Context, release: Release, verb: str, party: Party, event: Body, **changes: Any
) -> None:
    """The same for a release, whose events stand in its agreement's chain."""
    after = RELEASE.next(release.status, verb, party.actor.roles)
    need_time(ctx, release, verb)
    agreement = release.agreement
    detail = {name: value for name, value in event.items() if name != "kind"}
    detail |= {"release": release.code, "from": release.status, "to": after}
    link = chain.add(ctx, agreement, event["kind"], party, detail)
    agreement.change(**link.columns)
    changes = {"due_at": None, "reminders": 0} | changes
    journal.step(release, RELEASE, verb, party.actor, note=_note(event), **changes)


def _note(event: Body) -> Body:
    """What the journal says of it: codes alone."""
    kept = {name: event[name] for name in ("item", "items", "side") if name in event}
    return kept | {"event": event["kind"]}
