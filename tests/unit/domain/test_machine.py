"""Machines: a wrong table fails when it is built, and every arrow is open to its own hands only."""

import pytest

from domain.actors import Role
from domain.agreements import AGREEMENTS
from domain.machine import Machine, to
from domain.machines import BINDING, LINK, MACHINES, MESSAGE
from domain.refusals import IllegalMove, NotAllowed

EVERY_PLACE = [
    pytest.param(machine, status, id=f"{machine.name}-{status}")
    for machine in MACHINES
    for status in sorted(machine.statuses)
]


def test_a_status_that_nothing_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match=r"door: nothing leads to \['ajar'\]"):
        Machine(
            "door", "shut", {("shut", "open"): to("open", "anyone"), ("ajar", "open"): to("open", "anyone")}
        )


def test_an_island_of_two_statuses_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing leads to"):
        Machine("door", "shut", {("a", "swing"): to("b", "anyone"), ("b", "swing"): to("a", "anyone")})


def test_the_table_cannot_be_changed_afterwards() -> None:
    arrows = {("shut", "open"): to("open", "anyone")}
    machine = Machine("door", "shut", arrows)
    arrows["open", "shut"] = to("shut", "anyone")
    assert machine.verbs == {"open"}
    with pytest.raises(TypeError):
        machine.arrows["open", "shut"] = to("shut", "anyone")


@pytest.mark.parametrize(("machine", "status"), EVERY_PLACE)
def test_every_verb_by_every_role(machine: Machine, status: str) -> None:
    for verb in machine.verbs:
        arrow = machine.arrows.get((status, verb))
        for role in Role:
            if arrow is None:
                with pytest.raises(IllegalMove) as refused:
                    machine.next(status, verb, {role})
                assert refused.value.code == "illegal_move"
                assert str(refused.value) == f"{machine.name}: no {verb} from {status}"
            elif role in arrow.by:
                assert machine.next(status, verb, {role}) == arrow.status
            else:
                with pytest.raises(NotAllowed):
                    machine.next(status, verb, {role})


def test_one_right_capacity_among_several_is_enough() -> None:
    assert LINK.next("linked", "unlink", {Role.PERSON, Role.COUNSELOR}) == "unlinked"


def test_nobody_may_do_nothing() -> None:
    with pytest.raises(NotAllowed):
        BINDING.next("unbound", "bind", ())


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_statuses_fit_their_columns(machine: Machine) -> None:
    """The narrowest status column has 12 characters, that of agreements 16, a journalled verb 32."""
    assert max(map(len, machine.statuses)) <= (16 if machine in AGREEMENTS else 12)
    assert max(map(len, machine.verbs)) <= 32


@pytest.mark.parametrize("machine", [BINDING, LINK], ids=lambda machine: machine.name)
def test_people_can_always_come_back(machine: Machine) -> None:
    """Whatever somebody ended, they may begin anew."""
    for status in machine.statuses:
        assert any(source == status for source, _verb in machine.arrows)


def test_a_settled_message_stays_settled() -> None:
    """What failed or is in doubt is moved by a receipt, or by a person, alone."""
    settled = {"delivered", "skipped", "resent"}
    assert settled == {
        status for status in MESSAGE.statuses if not any(s == status for s, _ in MESSAGE.arrows)
    }
