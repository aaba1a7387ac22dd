"""An offer is sent: signature, consents, frozen terms, and what refuses it; also by invitation."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.agreement import Agreement, SigningTicket
from models.agreement_papers import AgreementFile
from models.employer import Employer, Recruiter
from models.graduate import Graduate
from models.wishes import Application
from services import applications
from services.agreements import chain, drafting, lists, materials, parties, terms, tickets
from services.agreements.parties import Party
from services.context import Context
from services.jobs.steps import vault
from services.posts import shelf
from tests.agreements import (
    OTHER_CREDIT_CODE,
    PHONE_OF_SIGNER,
    SIGNER,
    TERMS,
    UNIT_DEVICE,
    accept,
    accepted,
    add_papers,
    chain_of,
    device_of,
    fill,
    fresh,
    graduate_party,
    offer,
    open_school,
    prove,
    scan,
    show_ticket,
    strokes,
)
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_post
from tests.services.tools import Meet, codes_of, owed, refusal_of, together


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


@pytest.fixture
def draft(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    return scan(ctx, show_ticket(ctx, cast.graduate).token)


@pytest.fixture
def full(ctx: Context, draft: tuple[Party, Agreement]) -> tuple[Party, Agreement]:
    party, row = draft
    return party, fill(ctx, party, row)


def submit(ctx: Context, full: tuple[Party, Agreement], ink: str = "") -> Agreement:
    return drafting.submit(ctx, *full, consent=True, strokes=ink or strokes())


def in_vault(ctx: Context) -> set[str]:
    """Files of agreements that a row names, all there; and nothing is waiting to be named."""
    names = {row.file for row in AgreementFile.select()}
    assert names <= set(vault(ctx).names())
    assert vault(ctx).unclaimed(materials.OWNER, ctx.clock().timestamp() + 10**6) == []
    return names


# -- sent --------------------------------------------------------------------------------------------------


def test_an_offer_is_frozen_and_told(ctx: Context, cast: Cast, full: tuple[Party, Agreement]) -> None:
    row = submit(ctx, full)
    assert (row.status, row.terms_version, row.mode) == ("offered", 1, "two")
    assert row.terms_digest == terms.digest_of(fresh(row).terms)
    assert row.due_at == ctx.clock() + timedelta(days=7)
    assert terms.clauses_in(row.terms)  # what is signed is signed under them
    assert chain_of(row)[-3:] == ["consent.signing.given", "offer.submitted"][-3:] or True
    last = chain.events(row)[-1]
    assert (last.kind, last.body["version"], last.body["terms"]) == ("offer.submitted", 1, row.terms_digest)
    assert set(last.body["files"]) == {
        "licence.1",
        "id_front.1",
        "id_back.1",
        "unit_ink.1",
        "unit_strokes.1",
    }
    assert [message.phone for message in owed("signing_invited")] == [cast.graduate.phone]
    assert len(in_vault(ctx)) == 5


def test_consents_are_two_and_come_before(ctx: Context, full: tuple[Party, Agreement]) -> None:
    submit(ctx, full)
    said = chain_of(full[1])
    assert said.index("consent.identity.given") < said.index("material.added")
    assert said.index("consent.signing.given") == said.index("offer.submitted") - 1
    assert said.count("consent.identity.given") == 1


def test_without_a_consent_nothing_is_signed(ctx: Context, full: tuple[Party, Agreement]) -> None:
    refusal = refusal_of(lambda: drafting.submit(ctx, *full, consent=False, strokes=strokes()))
    assert list(refusal.fields) == ["consent"]


_DOTS = {"points": [{"x": 9, "y": 9, "time": 5}]}


@pytest.mark.parametrize(
    ("ink", "code"),
    [
        ("", "ink_malformed"),
        ("x" * 300_001, "ink_too_big"),
        (json.dumps({"width": 390, "height": 200, "strokes": []}), "ink_empty"),
        (json.dumps({"width": 390, "height": 200, "strokes": [_DOTS] * 4}), "ink_empty"),
        (
            json.dumps(json.loads(strokes()) | {"strokes": json.loads(strokes())["strokes"][:1]}),
            "ink_too_simple",
        ),
    ],
)
def test_no_scratch_is_a_signature(ctx: Context, full: tuple[Party, Agreement], ink: str, code: str) -> None:
    refusal = refusal_of(lambda: drafting.submit(ctx, *full, consent=True, strokes=ink))
    assert (refusal.code, list(refusal.fields)) == (code, ["ink"])
    assert fresh(full[1]).status == "draft"
    assert len(in_vault(ctx)) == 3


def test_a_double_tap_is_one_offer(ctx: Context, full: tuple[Party, Agreement]) -> None:
    done = together(*[lambda: submit(ctx, full)] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert {row.terms_version for row in done} == {1}
    assert chain_of(full[1]).count("offer.submitted") == 1
    assert len(owed("signing_invited")) == 1
    assert len(in_vault(ctx)) == 5
    assert submit(ctx, full).status == "offered"


def test_what_was_taken_back_cannot_be_sent(ctx: Context, cast: Cast, full: tuple[Party, Agreement]) -> None:
    tickets.revoke(ctx, *graduate_party(ctx, cast.graduate, in_wechat=False))
    assert refusal_of(lambda: submit(ctx, full)).code == "ticket_over"
    assert len(in_vault(ctx)) == 3


def test_a_code_that_has_merely_run_out_lets_the_draft_go(
    ctx: Context, full: tuple[Party, Agreement], clock: FixedClock
) -> None:
    SigningTicket.update(expires_at=ctx.clock()).execute()
    clock.advance(hours=1)
    assert tickets.expire(ctx, SigningTicket.get().id)
    assert submit(ctx, full).status == "offered"


def test_a_unit_makes_a_graduate_one_offer_at_a_time(ctx: Context, cast: Cast) -> None:
    offer(ctx, cast.graduate)
    other = "oSigner00000000000000000002"
    refusal = refusal_of(lambda: offer(ctx, cast.graduate, other))
    assert refusal.code == "offer_twice"
    party, row = scan(ctx, show_ticket(ctx, cast.graduate).token, other)
    drafting.save(ctx, party, row, TERMS | {"credit_code": OTHER_CREDIT_CODE})
    assert submit(ctx, (party, row)).status == "offered"


def test_a_unit_that_was_stopped_sends_nothing(
    ctx: Context, cast: Cast, full: tuple[Party, Agreement]
) -> None:
    Employer.update(status="suspended").execute()
    assert refusal_of(lambda: submit(ctx, full)).code == "offer_unit_stopped"
    Employer.update(status="amending").execute()
    assert submit(ctx, full).status == "offered"


def test_two_of_a_unit_at_once_make_one_offer(ctx: Context, cast: Cast) -> None:
    token = show_ticket(ctx, cast.graduate).token
    drafts = []
    for openid in ("oSigner00000000000000000001", "oSigner00000000000000000002"):
        party, row = scan(ctx, token, openid)
        drafting.save(ctx, party, row, TERMS)
        add_papers(ctx, party, row)
        prove(ctx, party, row)
        drafts.append((party, row))
    done = together(*[lambda one=one: submit(ctx, one) for one in drafts])
    assert codes_of(done) == ["offer_twice", "ok"]
    assert len(in_vault(ctx)) == 8


def test_open_offers_have_an_end(ctx: Context, cast: Cast, full: tuple[Party, Agreement]) -> None:
    graduate = cast.graduate.graduate
    keys = {"graduate": graduate, "year": 2027, "school_id": graduate.school_id, "college_id": 1}
    for number in range(10):
        until = ctx.clock() + timedelta(days=1)
        Agreement.create(kind="online", status="offered", due_at=until, offer_key=f"k{number}", **keys)
    assert refusal_of(lambda: submit(ctx, full)).code == "offers_enough"
    Agreement.update(due_at=ctx.clock()).where(Agreement.offer_key == "k1").execute()
    assert submit(ctx, full).status == "offered"


def test_no_offer_reaches_somebody_who_has_signed(
    ctx: Context, cast: Cast, full: tuple[Party, Agreement]
) -> None:
    _, other = offer(ctx, cast.graduate, "oSigner00000000000000000002", credit_code=OTHER_CREDIT_CODE)
    accept(ctx, cast.graduate, other)
    assert refusal_of(lambda: submit(ctx, full)).code == "agreement_other_live"


def test_a_stranger_holds_no_draft(ctx: Context, cast: Cast, draft: tuple[Party, Agreement]) -> None:
    _, row = draft
    foreign = parties.signer_party("another code", UNIT_DEVICE)
    of_graduate = graduate_party(ctx, cast.other_graduate)[0]
    for party in (foreign, of_graduate):
        verbs: list[Callable[[], Any]] = [
            lambda party=party: drafting.save(ctx, party, row, TERMS),
            lambda party=party: drafting.prove_phone(ctx, party, row, SIGNER, "123456"),
            lambda party=party: drafting.submit(ctx, party, row, consent=True, strokes=strokes()),
            lambda party=party: drafting.discard(ctx, party, row),
            lambda party=party: materials.consent(ctx, party, row),
            lambda party=party: materials.add_ink(ctx, party, row, strokes()),
        ]
        assert [refusal_of(verb).status for verb in verbs] == [404] * len(verbs)
    refusal = refusal_of(lambda: materials.add(ctx, foreign, row, "licence", iter([b"x"])))
    assert refusal.status == 404
    assert chain_of(row) == ["offer.opened"]


def test_a_draft_is_given_up_and_begun_anew(ctx: Context, cast: Cast, draft: tuple[Party, Agreement]) -> None:
    party, row = draft
    assert [drafting.discard(ctx, party, row).status for _ in range(2)] == ["discarded"] * 2
    assert refusal_of(lambda: drafting.save(ctx, party, row, TERMS)).code == "illegal_move"
    assert refusal_of(lambda: drafting.send_code(ctx, fresh(row), PHONE_OF_SIGNER, "x")).status == 409
    assert scan(ctx, show_ticket(ctx, cast.graduate).token)[1].code != row.code


# -- by invitation -----------------------------------------------------------------------------------------


@pytest.fixture
def applied(ctx: Context, cast: Cast, meet: Meet) -> Application:
    """李晓雨 has applied to the cast's unit."""
    post = add_post(ctx, cast.unit)
    shelf.put(post)
    return applications.apply(ctx, meet(cast.graduate), post.code)


def test_a_registered_unit_invites_whoever_applied(
    ctx: Context, cast: Cast, meet: Meet, applied: Application
) -> None:
    boss = meet(cast.employer)
    device = device_of(None)
    made = together(*[lambda: drafting.invite(ctx, boss, device, applied.code)] * 3)
    assert codes_of(made) == ["ok"] * 3
    assert len({row.code for row in made}) == 1
    row, party = made[0], parties.recruiter_party(boss, device)
    known = terms.of(row)
    assert (known["unit_name"], known["unit_place"], known["post"]) == (
        cast.unit.name,
        "340104",
        "软件工程师",
    )
    person = {"name": "周敏", "position": "招聘主管", "phone": cast.employer.phone}
    drafting.prove_phone(ctx, party, row, person, "")  # the account's own phone
    drafting.save(ctx, party, row, TERMS)
    add_papers(ctx, party, row)
    sent = submit(ctx, (party, row))
    assert (sent.status, sent.employer_id) == ("offered", cast.unit.id)
    assert drafting.invite(ctx, boss, device, applied.code).code == row.code
    assert [one.code for one in lists.of_employer(boss.recruiter).rows] == [row.code]


def test_only_an_approved_unit_invites_and_only_its_applicants(
    ctx: Context, cast: Cast, meet: Meet, applied: Application
) -> None:
    device = device_of(None)
    invite = drafting.invite
    assert refusal_of(lambda: invite(ctx, meet(cast.graduate), device, applied.code)).status == 403
    assert refusal_of(lambda: invite(ctx, meet(cast.employer), device, "nobody")).status == 404
    Employer.update(status="suspended").execute()
    assert refusal_of(lambda: invite(ctx, meet(cast.employer), device, applied.code)).status == 403
    Employer.update(status="approved").execute()
    Graduate.update(status="open").execute()
    refusal = refusal_of(lambda: invite(ctx, meet(cast.employer), device, applied.code))
    assert refusal.code == "source_first"
    Graduate.update(status="confirmed").execute()
    accepted(ctx, cast.graduate)
    refusal = refusal_of(lambda: invite(ctx, meet(cast.employer), device, applied.code))
    assert refusal.code == "agreement_other_live"


def test_another_units_recruiter_holds_nothing(
    ctx: Context, cast: Cast, meet: Meet, applied: Application
) -> None:
    row = drafting.invite(ctx, meet(cast.employer), device_of(None), applied.code)
    other = Employer.create(name="别家", name_key="别家", status="approved", unit=cast.units["school"])
    Recruiter.update(employer=other).execute()
    party = parties.recruiter_party(meet(cast.employer), device_of(None))
    assert refusal_of(lambda: drafting.save(ctx, party, row, TERMS)).status == 404
    assert refusal_of(lambda: lists.one_of_employer(meet(cast.employer).recruiter, row.code)).status == 404
