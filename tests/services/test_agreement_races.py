"""The races of agreements, with processes of their own: always exactly one wins, and the others are refused."""

from collections.abc import Callable

import pytest

from documents.press import Press
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, AgreementFile, SealedPaper
from models.message import Message
from services.agreements import chain, drafting, sealing
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.services.crew import ROUNDS, Crew, token

pytestmark = pytest.mark.slow


def accepted(ctx: Context, cast: Cast) -> Agreement:
    return ways.accepted(ctx, cast.graduate)[1]


def test_withdrawing_against_the_schools_word(
    sealer: Context, cast: Cast, crew: Callable[[int], Crew]
) -> None:
    hands, won, second = crew(2), set(), ways.another(cast.school)
    mine, schools = token(sealer, cast.graduate), token(sealer, cast.school)
    for round_ in range(ROUNDS):
        row = accepted(sealer, cast)
        ways.pass_first(sealer, cast.counselor, row)
        orders = [
            {"verb": "withdraw", "token": mine, "code": row.code},
            {"verb": "pass_school", "token": schools, "code": row.code},
        ]
        said = hands.race(*(orders if round_ % 2 else orders[::-1]))
        done = agreements.fresh(row)
        assert [word for word in said if not word.startswith("refused:")] == [done.status]
        assert done.status in ("withdrawn", "sealing")
        assert chain.broken_at(done) is None
        won.add(done.status)
        if done.status == "sealing":
            ways.brought_into_force(sealer, row)
            ways.ask_void(sealer, cast.school, row)
            ways.confirm_void(sealer, second, row)
    assert won


def test_several_offers_accepted_at_once(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    size = 4
    hands, mine = crew(size), token(sealer, cast.graduate)
    agreements.graduate_party(sealer, cast.graduate)
    shown = agreements.show_ticket(sealer, cast.graduate).token
    offers = []
    for n in range(size):
        party, row = agreements.scan(sealer, shown, f"oSigner0000000000000000010{n}")
        ways.know_signer(row)
        agreements.fill(sealer, party, row, credit_code=CREDIT_CODES[n])
        offers.append(drafting.submit(sealer, party, row, consent=True, strokes=agreements.strokes()))
    orders = [
        {"verb": "accept", "token": mine, "code": row.code, "openid": cast.graduate.openid} for row in offers
    ]
    said = hands.race(*orders)
    assert sorted(said) == ["college_review"] + ["refused:agreement_other_live"] * (size - 1)
    assert Agreement.select().where(Agreement.live_key.is_null(False)).count() == 1
    assert all(chain.broken_at(agreements.fresh(row)) is None for row in offers)
    named = {file.file for file in AgreementFile.select()}
    assert named == named & set(vault(sealer).names())


# Invented, with right check digits.
CREDIT_CODES = (
    "91110000600037341L",
    agreements.OTHER_CREDIT_CODE,
    "91350100000000001L",
    "91350100000000011M",
)


def test_two_reviewers_at_once(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands = crew(2)
    tokens = [token(sealer, who) for who in (cast.counselor, cast.college)]
    for _ in range(ROUNDS):
        row = accepted(sealer, cast)
        orders = [{"verb": "pass_first", "token": one, "code": row.code} for one in tokens]
        said = hands.race(*orders)
        assert sorted(said)[1] == "school_review"
        assert sorted(said)[0] in ("refused:illegal_move", "refused:stale")
        passes = AgreementEvent.select().where(
            (AgreementEvent.agreement == row.id) & (AgreementEvent.kind == "review.college_passed")
        )
        assert passes.count() == 1
        ways.reject(sealer, cast.school, row)


def test_two_reviewers_of_a_release_at_once(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands = crew(2)
    first = [token(sealer, who) for who in (cast.counselor, cast.college)]
    second = [token(sealer, who) for who in (cast.school, ways.another(cast.school))]
    unit, row = ways.in_force(sealer, cast)
    for _ in range(ROUNDS):
        release = ways.asked(sealer, unit, row)
        ways.agreed(sealer, ways.graduate_of(sealer, cast.graduate), release)
        order = {"verb": "review_release", "code": row.code, "release": release.code}
        words: list[tuple[str, list[str]]] = [("pass_first", first), ("pass_school", second)]
        for passing, tokens in words:
            said = hands.race(
                order | {"token": tokens[0], "how": passing}, order | {"token": tokens[1], "how": "reject"}
            )
            won = [word for word in said if not word.startswith("refused:")]
            assert [ways.release_of(release).status] == won, said
            if won == ["rejected"]:
                break
        row = agreements.fresh(row)
        assert chain.broken_at(row) is None
        if won == ["sealing"]:
            assert row.status == "releasing"
            assert sealing.sweep(sealer) == 1
            unit, row = ways.in_force(sealer, cast)
        else:
            assert row.status == "effective"


def test_both_ask_for_a_release(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands, mine = crew(2), token(sealer, cast.graduate)
    _unit, row = ways.in_force(sealer, cast)
    for _ in range(ROUNDS):
        said = hands.race({"verb": "ask", "token": mine, "code": row.code}, {"verb": "ask", "code": row.code})
        assert sorted(said) == ["asked", "refused:release_answer"]
        under_way = Release.open_of(row.id)
        assert under_way is not None
        assert Release.select().where(Release.status == "asked").count() == 1
        order = {"verb": "answer", "code": row.code, "release": under_way.code, "how": "refuse"}
        if under_way.asked_by == "unit":
            ways.releases.cancel(sealer, _unit, under_way)
        else:
            assert hands.race(order) == ["refused"]
    assert chain.broken_at(agreements.fresh(row)) is None


def test_agreeing_refusing_and_taking_back_at_once(
    sealer: Context, cast: Cast, crew: Callable[[int], Crew]
) -> None:
    hands, mine = crew(3), token(sealer, cast.graduate)
    _unit, row = ways.in_force(sealer, cast)
    release = ways.asked(sealer, ways.graduate_of(sealer, cast.graduate), row)
    order = {"verb": "answer", "code": row.code, "release": release.code, "token": mine}
    said = hands.race(*({**order, "how": how} for how in ("agree", "refuse", "cancel")))
    assert len([word for word in said if not word.startswith("refused:")]) == 1
    done = ways.release_of(release)
    assert done.status in said
    assert agreements.fresh(row).status == ("releasing" if done.status == "college_review" else "effective")
    assert chain.broken_at(agreements.fresh(row)) is None


def test_two_workers_seal_each_paper_once(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands, rows = crew(2), []
    files = set(vault(sealer).names())
    for persona in (cast.graduate, cast.other_graduate):
        _party, row = ways.accepted(sealer, persona)
        rows.append(ways.passed(sealer, cast, row))
    inks = set(vault(sealer).names()) - files
    said = hands.race({"verb": "seal"}, {"verb": "seal"})
    assert sum(map(int, said)) == len(rows)
    assert all(agreements.fresh(row).status == "effective" for row in rows)
    papers = {paper.file for paper in SealedPaper.select()}
    assert len(papers) == 2 * len(rows)  # each with its record
    assert set(vault(sealer).names()) - files - inks == papers


def test_two_workers_that_hold_the_same_paper(sealer: Context, cast: Cast) -> None:
    """Without the lease between them: both make a file, one of them is named."""
    _party, row = ways.accepted(sealer, cast.graduate)
    ways.passed(sealer, cast, row)
    files = set(vault(sealer).names())
    sheets = [sealing._sheet(sealer, Agreement, row.id) for _ in range(2)]
    with Press() as press:
        hand = sealing.Hand(sealer, press)
        done = [sheet is not None and sealing._sealed(sealer, hand, sheet) for sheet in sheets]
    assert done == [True, False]
    assert set(vault(sealer).names()) - files == {paper.file for paper in SealedPaper.select()}


def test_an_offer_sent_twice(sealer: Context, cast: Cast, crew: Callable[[int], Crew]) -> None:
    hands = crew(4)
    party, row = agreements.scan(sealer, agreements.show_ticket(sealer, cast.graduate).token)
    agreements.fill(sealer, party, row)
    said = hands.race(*[{"verb": "submit", "code": row.code}] * 4)
    assert said == ["offered"] * 4
    submitted = AgreementEvent.select().where(AgreementEvent.kind == "offer.submitted")
    assert submitted.count() == 1
    assert Message.select().where(Message.template == "signing_invited").count() == 1
    inks = AgreementFile.select().where(AgreementFile.kind == "unit_ink")
    assert inks.count() == 1
