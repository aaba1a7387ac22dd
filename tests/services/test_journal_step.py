"""``step``: the only way a status changes, and what it leaves behind."""

import pytest
import structlog

from domain.actors import SYSTEM, Actor, Role
from domain.machines import BINDING, LINK
from domain.refusals import IllegalMove, NotAllowed, Refusal, Stale
from models import db, journal
from models.journal import Journal
from models.wechat_user import Binding
from services.context import Context
from tests.cast import Cast
from tests.services.tools import acts, codes_of, together

PERSON = Actor(code="person0000000001", roles=frozenset({Role.PERSON}))


@pytest.fixture
def binding(ctx: Context, cast: Cast) -> Binding:
    return Binding.create(app_id="wx", account=cast.graduate.account)


def again(row: Binding) -> Binding:
    return Binding.get_by_id(row.id)


def test_a_step_moves_the_row_and_writes_the_journal(binding: Binding) -> None:
    structlog.contextvars.bind_contextvars(request_id="req-1")
    try:
        journal.step(binding, BINDING, "bind", PERSON, openid="o1", note={"why": "test"})
    finally:
        structlog.contextvars.clear_contextvars()
    stored = again(binding)
    assert (stored.status, stored.openid, stored.version) == ("bound", "o1", 1)
    assert (binding.status, binding.openid, binding.version) == ("bound", "o1", 1)
    act = Journal.get()
    assert (act.actor, act.role, act.verb) == (PERSON.code, "person", "bind")
    assert (act.kind, act.record) == ("binding", binding.code)
    assert (act.status_before, act.status_after) == ("unbound", "bound")
    assert (act.note, act.request_id) == ({"why": "test"}, "req-1")


def test_the_journal_names_the_weightiest_capacity(binding: Binding) -> None:
    both = Actor(code="x", roles=frozenset({Role.PERSON, Role.COUNSELOR, Role.GRADUATE}))
    journal.step(binding, BINDING, "bind", both)
    assert acts()[0][1] == "counselor"


@pytest.mark.parametrize(
    ("verb", "by", "refusal"),
    [
        ("unbind", PERSON, IllegalMove),
        ("dance", PERSON, IllegalMove),
        ("bind", SYSTEM, NotAllowed),
    ],
)
def test_a_refused_step_leaves_nothing(
    binding: Binding, verb: str, by: Actor, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        journal.step(binding, BINDING, verb, by, openid="o1")
    stored = again(binding)
    assert (stored.status, stored.openid, stored.version) == ("unbound", None, 0)
    assert acts() == []


def test_a_row_that_was_moved_meanwhile_is_stale(binding: Binding) -> None:
    seen = again(binding)
    journal.step(binding, BINDING, "bind", PERSON, openid="o1")
    journal.step(binding, BINDING, "unbind", PERSON, openid=None)
    with pytest.raises(Stale):
        journal.step(seen, BINDING, "bind", PERSON, openid="o2")
    assert again(binding).openid is None
    assert len(acts()) == 2


def test_a_row_that_was_changed_meanwhile_is_stale_too(binding: Binding) -> None:
    seen = again(binding)
    binding.change(bound_at=None)
    with pytest.raises(Stale):
        journal.step(seen, BINDING, "bind", PERSON)


def test_of_eight_at_once_one_wins(binding: Binding) -> None:
    @db.transaction
    def bind(number: int) -> int:
        journal.step(again_as_read[number], BINDING, "bind", PERSON, openid=f"o{number}")
        return number

    again_as_read = [again(binding) for _ in range(8)]
    results = together(*[lambda number=number: bind(number) for number in range(8)])
    assert codes_of(results) == ["ok"] + ["stale"] * 7
    winner = next(result for result in results if isinstance(result, int))
    assert again(binding).openid == f"o{winner}"
    assert again(binding).version == 1
    assert len(acts()) == 1


def test_the_journal_goes_with_its_transaction(binding: Binding) -> None:
    @db.transaction
    def verb() -> None:
        journal.step(binding, BINDING, "bind", PERSON)
        raise NotAllowed()

    with pytest.raises(NotAllowed):
        verb()
    assert acts() == []
    assert again(binding).status == "unbound"


def test_a_machine_knows_only_its_own_statuses(binding: Binding) -> None:
    with pytest.raises(IllegalMove):
        journal.step(binding, LINK, "link", Actor(code="x", roles=frozenset({Role.GRADUATE})))
