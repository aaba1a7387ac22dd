"""What the status tables of 网签 do not allow is refused, to everybody and by every service: made from the tables."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.actors import Actor, Role
from domain.agreements import AGREEMENTS, BY_KIND, RELEASE, TICKET
from domain.machine import Machine
from domain.refusals import IllegalMove, NotAllowed, Refusal
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent
from models.journal import Journal
from services.agreements import (
    answering,
    drafting,
    moves,
    offers,
    paper_way,
    recording,
    releases,
    timers,
)
from services.agreements.parties import Party, staff_party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import DESK
from tests.agreement_world import World
from tests.agreements import TERMS, strokes
from tests.cast import Cast
from tests.fakes import FixedClock

pytestmark = pytest.mark.slow


@pytest.fixture
def world(ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path) -> World:
    agreements.open_school(ctx, cast)
    return World(ways.with_seal(ctx, tmp_path), cast, clock)


def missing(machine: Machine) -> Iterator[tuple[str, str, Role, type[Refusal]]]:
    """Every status, verb and role that has no arrow, with how it is refused."""
    for status in sorted(machine.statuses):
        for verb in sorted(machine.verbs):
            arrow = machine.arrows.get((status, verb))
            for role in Role:
                if arrow is None:
                    yield status, verb, role, IllegalMove
                elif role not in arrow.by:
                    yield status, verb, role, NotAllowed


@pytest.mark.parametrize("machine", AGREEMENTS, ids=lambda machine: machine.name)
def test_every_missing_arrow_is_refused_to_everybody(world: World, machine: Machine) -> None:
    """Through the one way in which rows move; nothing is written."""
    _unit, row = world.accepted()
    release = releases.opened(world.ctx, agreements.fresh(row), world.graduate)
    events, before, tried = AgreementEvent.select().count(), Journal.select().count(), 0
    kind = next((kind for kind, one in BY_KIND.items() if one is machine), "online")

    def move(verb: str, party: Party) -> None:
        if machine is TICKET:
            machine.next(release.status, verb, party.actor.roles)
        elif machine is RELEASE:
            moves.move_release(world.ctx, release, verb, party, {"kind": "term.tried"})
        else:
            moves.move(world.ctx, row, verb, party, {"kind": "offer.tried"})

    for status, verb, role, refusal in missing(machine):
        party = Party(Actor("somebody", frozenset({role})), "staff")
        row.status = release.status = status
        row.kind = kind
        with pytest.raises(refusal):
            move(verb, party)
        tried += 1
    assert tried > len(machine.statuses) * len(machine.verbs)
    assert (AgreementEvent.select().count(), Journal.select().count()) == (events, before)


Verb = Callable[[Agreement], object]


def _verbs_of(world: World, unit: Party, kind: str) -> dict[str, list[Verb]]:
    """Verb of the table → the services that carry it out, each by somebody who may."""
    ctx, cast, graduate = world.ctx, world.cast, world.graduate
    person, visitor = agreements.graduate_party(ctx, cast.graduate)
    typed = TERMS | ways.ON_PAPER
    by_staff: dict[str, list[Verb]] = {
        "pass": [lambda row: world.first(row), lambda row: ways.pass_school(ctx, cast.school, row)],
        "return": [
            lambda row: world.back(cast.counselor, row, "scan" if kind != "online" else "graduate_ink"),
            lambda row: world.back(cast.school, row, "terms" if kind != "online" else "graduate_ink"),
        ],
        "reject": [
            lambda row: ways.reject(ctx, cast.counselor, row),
            lambda row: ways.reject(ctx, cast.school, row),
        ],
        "void": [lambda row: ways.confirm_void(ctx, world.second, row)],
        "report_error": [lambda row: ways.report(ctx, cast.school, row)],
        "mend_error": [lambda row: ways.mend(ctx, cast.school, row)],
        "expire": [lambda _row: timers.sweep(ctx)],
    }
    own: dict[str, dict[str, list[Verb]]] = {
        "online": {
            "submit": [lambda row: drafting.submit(ctx, unit, row, consent=True, strokes=strokes())],
            "discard": [lambda row: drafting.discard(ctx, unit, row)],
            "revise": [lambda row: offers.revise(ctx, unit, row, TERMS | {"pay": "1"}, **ways.ink())],
            "recall": [lambda row: offers.recall(ctx, unit, row, "岗位取消")],
            "decline": [lambda row: answering.decline(ctx, person, visitor, row.code, "已有去向")],
            "accept": [lambda row: agreements.accept(ctx, cast.graduate, row)],
            "withdraw": [lambda row: answering.withdraw(ctx, person, visitor, row.code, "考研")],
            "replace": [lambda row: offers.replace(ctx, unit, row)],
            "ask_release": [
                lambda row: ways.asked(ctx, graduate, row),
                lambda row: ways.asked(ctx, unit, row),
            ],
        },
        "paper": {
            "apply": [lambda row: paper_way.apply(ctx, person, row, TERMS)],
            "recall": [lambda row: paper_way.recall(ctx, person, row)],
            "upload": [lambda row: paper_way.upload(ctx, person, row, ways.SIGNED_ON)],
            "cancel": [lambda row: paper_way.cancel(ctx, person, row, "不再录用")],
            "discard": [lambda row: paper_way.discard(ctx, person, row)],
            "ask_release": [lambda row: world.filed(row)],
        },
        "recorded": {
            "submit": [lambda row: recording.submit(ctx, person, row, typed)],
            "withdraw": [lambda row: recording.withdraw(ctx, person, row, "填错")],
            "discard": [lambda row: recording.discard(ctx, person, row)],
            "ask_release": [lambda row: world.filed(row)],
        },
    }
    return by_staff | own[kind]


@pytest.mark.parametrize("kind", BY_KIND)
def test_no_service_goes_where_there_is_no_arrow(world: World, kind: str) -> None:
    """A row is put into each status, and every service tried whose verb has no arrow from there."""
    ctx, machine = world.ctx, BY_KIND[kind]
    unit, row = world.accepted()
    staff = staff_party(ways.seat(ctx, world.cast.school), DESK)
    columns = {
        "kind": kind,
        "due_at": ctx.clock(),
        "void_asked_by": staff.actor.staff_id,
        "effective_at": None,
        "error_note": "单位性质有误",
    }
    verbs, tried = _verbs_of(world, unit, kind), 0
    for status in sorted(machine.statuses):
        for verb, services in verbs.items():
            if (status, verb) in machine.arrows:
                continue
            Agreement.update(status=status, **columns).where(Agreement.id == row.id).execute()
            before = agreements.fresh(row)
            for service in services:
                try:
                    service(before)
                except Refusal:
                    tried += 1
                after = agreements.fresh(row)
                assert (after.status, after.head_hash) == (status, before.head_hash), (status, verb)
    assert tried > 100 if kind == "online" else tried > 60
