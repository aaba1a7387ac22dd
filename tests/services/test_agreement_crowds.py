"""More races of agreements, with processes of their own: one code, one offer, one number at a time."""

from collections.abc import Callable

import pytest

from models.agreement import Agreement, Release, SigningTicket
from models.agreement_papers import AgreementEvent
from services.agreements import chain, offers
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.services.crew import ROUNDS, Crew, Order, token

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _bound(sealer: Context, cast: Cast) -> None:
    """The graduate signs in the WeChat of their own account."""
    agreements.graduate_party(sealer, cast.graduate)


def events(row: Agreement, kind: str) -> int:
    """How many events of a kind an agreement's chain has; the chain holds."""
    assert chain.broken_at(agreements.fresh(row)) is None
    return (
        AgreementEvent.select()
        .where((AgreementEvent.agreement == row.id) & (AgreementEvent.kind == kind))
        .count()
    )


def refused(said: list[str]) -> list[str]:
    """The refusals among the answers."""
    return sorted(word for word in said if word.startswith("refused:"))


def test_several_units_scan_one_code(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    """Each phone has a draft of its own, the same phone twice has one."""
    shown = agreements.show_ticket(sealer, cast.graduate)
    orders = [
        {"verb": "scan", "token": shown.token, "openid": f"oSigner000000000000000002{n // 2}"}
        for n in range(4)
    ]
    said = crew(4).race(*orders)
    assert said[0] == said[1] != said[2] == said[3]
    rows = list(Agreement.select())
    assert {row.code for row in rows} == set(said)
    assert all(events(row, "offer.opened") == 1 for row in rows)
    assert SigningTicket.get_by_id(shown.row.id).opened == 2


def test_accepting_against_other_terms(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    """Nobody ever signs terms that they were not shown."""
    hands, mine, won = crew(2), token(sealer, cast.graduate), set()
    for round_ in range(ROUNDS // 2):
        unit, row = ways.offered(sealer, cast.graduate)
        row = agreements.fresh(row)
        shown = (row.terms_digest, row.terms_version)
        orders: list[Order] = [
            {"verb": "accept", "token": mine, "code": row.code, "openid": cast.graduate.openid},
            {"verb": "revise", "code": row.code, "pay": "9000"},
        ]
        said = hands.race(*(orders if round_ % 2 else orders[::-1]))
        done = agreements.fresh(row)
        assert len(refused(said)) == 1, said
        if done.status == "college_review":
            assert (done.terms_digest, done.terms_version) == shown
            assert events(row, "offer.revised") == 0
            ways.reject(sealer, cast.counselor, done)
        else:
            assert (done.status, done.terms_version) == ("offered", shown[1] + 1)
            assert events(row, "offer.accepted") == 0
            offers.recall(sealer, unit, done, "改签他人")
        won.add(done.status)
    assert won


def test_one_offer_accepted_twice(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    _unit, row = ways.offered(sealer, cast.graduate)
    order = {
        "verb": "accept",
        "token": token(sealer, cast.graduate),
        "code": row.code,
        "openid": cast.graduate.openid,
    }
    assert crew(4).race(*[order] * 4) == ["college_review"] * 4
    assert events(row, "offer.accepted") == 1


def test_accepting_against_the_end_of_the_offer(
    sealer: Context, cast: Cast, crew: Callable[[int], Crew]
) -> None:
    hands, mine = crew(2), token(sealer, cast.graduate)
    for round_ in range(ROUNDS // 2):
        _unit, row = ways.offered(sealer, cast.graduate)
        # Two machines whose clocks are not one: for the one the time is over, for the other it is not.
        orders: list[Order] = [
            {"verb": "accept", "token": mine, "code": row.code, "openid": cast.graduate.openid},
            {"verb": "sweep", "late": str(60 * 86_400)},
        ]
        hands.race(*(orders if round_ % 2 else orders[::-1]))
        done = agreements.fresh(row)
        assert done.status in ("college_review", "expired")
        assert events(row, "offer.accepted") + events(row, "offer.expired") == 1
        if done.status == "college_review":
            ways.reject(sealer, cast.counselor, done)


def test_void_against_a_release(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands, second = crew(2), ways.another(cast.school)
    mine, schools = token(sealer, cast.graduate), token(sealer, second)
    for round_ in range(ROUNDS // 2):
        _unit, row = ways.in_force(sealer, cast)
        ways.ask_void(sealer, cast.school, row)
        orders: list[Order] = [
            {"verb": "ask", "token": mine, "code": row.code},
            {"verb": "confirm_void", "token": schools, "code": row.code},
        ]
        said = hands.race(*(orders if round_ % 2 else orders[::-1]))
        assert "voided" in said or len(refused(said)) == 1, said
        if agreements.fresh(row).status != "voided":
            ways.confirm_void(sealer, second, row)
        assert agreements.fresh(row).status == "voided"
        assert Release.open_of(row.id) is None
        assert events(row, "agreement.voided") == 1


def test_numbers_of_one_school_at_once(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    """Each has its own, and none is left out."""
    hands, mine, second = crew(2), token(sealer, cast.school), ways.another(cast.school)
    numbers: list[str] = []
    for _ in range(ROUNDS // 2):
        rows = [ways.accepted(sealer, persona)[1] for persona in (cast.graduate, cast.other_graduate)]
        for row in rows:
            ways.pass_first(sealer, cast.college, row)
        said = hands.race(*({"verb": "pass_school", "token": mine, "code": row.code} for row in rows))
        assert said == ["sealing"] * 2
        numbers += sorted(agreements.fresh(row).number for row in rows)
        for row in rows:
            ways.brought_into_force(sealer, row)
            ways.ask_void(sealer, cast.school, row)
            ways.confirm_void(sealer, second, row)
    serials = [int(number.rpartition("-")[2]) for number in numbers]
    assert serials == list(range(1, ROUNDS + 1))
