"""签约码: shown again as the same, renewed, taken back, over; what a scan shows and what it does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.keyring import Keyring
from models.agreement import Agreement, SigningTicket
from models.graduate import Graduate
from services.agreements import drafting, tickets
from services.context import Context
from tests.agreements import accepted, device_of, graduate_party, open_school, scan, show_ticket
from tests.cast import Cast
from tests.conftest import SECRET
from tests.fakes import FixedClock
from tests.services.tools import acts, codes_of, owed, refusal_of, together


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


def test_the_code_is_the_same_until_it_is_over(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, visitor = graduate_party(ctx, cast.graduate, in_wechat=False)
    assert tickets.live(ctx, visitor) is None
    shown = together(*[lambda: tickets.show(ctx, party, visitor)] * 4)
    assert codes_of(shown) == ["ok"] * 4
    assert len({one.token for one in shown}) == 1
    assert shown[0].url == f"http://wx.test/s/{shown[0].token}"
    assert tickets.live(ctx, visitor).token == shown[0].token
    assert len(shown[0].token) == 22  # 128 bits
    assert shown[0].token not in {row.token_digest for row in SigningTicket.select()}
    clock.advance(days=7)
    assert refusal_of(lambda: tickets.find(ctx, shown[0].token)).code == "ticket_over"
    assert tickets.live(ctx, visitor) is None
    assert tickets.show(ctx, party, visitor).token != shown[0].token
    assert [verb for verb, *_ in acts("signing_ticket")] == ["issue_ticket", "expire", "issue_ticket"]


def test_a_code_survives_a_new_secret_and_a_lost_one_is_replaced(ctx: Context, cast: Cast) -> None:
    party, visitor = graduate_party(ctx, cast.graduate, in_wechat=False)
    first = tickets.show(ctx, party, visitor)
    turned = replace(ctx, keyring=Keyring("another secret of the tests, long enough", [SECRET]))
    assert tickets.show(turned, party, visitor).token == first.token
    lost = replace(ctx, keyring=Keyring("another secret of the tests, long enough"))
    assert tickets.live(lost, visitor) is None
    assert tickets.show(lost, party, visitor).token != first.token


def test_a_code_is_renewed_and_taken_back(ctx: Context, cast: Cast) -> None:
    party, visitor = graduate_party(ctx, cast.graduate, in_wechat=False)
    first = tickets.show(ctx, party, visitor)
    second = tickets.renew(ctx, party, visitor)
    assert refusal_of(lambda: tickets.find(ctx, first.token)).code == "ticket_over"
    assert tickets.find(ctx, second.token).code == second.row.code
    for _ in range(2):
        tickets.revoke(ctx, party, visitor)
    assert refusal_of(lambda: tickets.find(ctx, second.token)).code == "ticket_over"
    assert refusal_of(lambda: tickets.find(ctx, "made-up")).status == 404


def test_codes_run_out_by_themselves(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    shown = show_ticket(ctx, cast.graduate)
    clock.advance(days=7, seconds=-1)
    assert tickets.find(ctx, shown.token).code == shown.row.code
    assert not tickets.expire(ctx, shown.row.id)
    clock.advance(seconds=1)
    assert refusal_of(lambda: tickets.find(ctx, shown.token)).code == "ticket_over"
    assert [tickets.expire(ctx, shown.row.id) for _ in range(2)] == [True, False]


def test_a_graduate_must_be_known_confirmed_open_and_free(ctx: Context, cast: Cast) -> None:
    assert refusal_of(lambda: show_ticket(ctx, cast.person)).code == "identify_first"
    Graduate.update(status="open").execute()
    assert refusal_of(lambda: show_ticket(ctx, cast.graduate)).code == "source_first"
    Graduate.update(status="locked").execute()
    accepted(ctx, cast.graduate)
    assert refusal_of(lambda: show_ticket(ctx, cast.graduate)).code == "agreement_other_live"
    assert show_ticket(ctx, cast.other_graduate).opened == 0


def test_before_the_school_opens_there_is_no_code(ctx: Context, cast: Cast) -> None:
    Graduate.update(school=cast.units["other_college"]).execute()
    assert refusal_of(lambda: show_ticket(ctx, cast.graduate)).code == "signing_not_open"


def test_a_scan_shows_a_masked_name_school_and_major(ctx: Context, cast: Cast) -> None:
    face = tickets.face(tickets.find(ctx, show_ticket(ctx, cast.graduate).token, "203.0.113.1"))
    assert (face.name, face.school, face.major) == ("李**", "江淮大学", "软件工程")


def test_whoever_tries_tokens_is_slowed_down(ctx: Context, cast: Cast) -> None:
    for _ in range(600):
        ctx.throttle.count(tickets.throttle.SIGNING_SCANS, "203.0.113.9")
    assert refusal_of(lambda: tickets.find(ctx, "guess", "203.0.113.9")).status == 429
    assert refusal_of(lambda: tickets.find(ctx, "guess", "203.0.113.10")).status == 404


# -- drafts by a code --------------------------------------------------------------------------------------


def test_one_phone_has_one_draft_by_a_code(ctx: Context, cast: Cast) -> None:
    shown = show_ticket(ctx, cast.graduate)
    done = together(*[lambda: scan(ctx, shown.token)] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert len({row.code for _, row in done}) == 1
    scan(ctx, shown.token, "oSigner00000000000000000002")
    scan(ctx, shown.token, None)
    scan(ctx, shown.token, None, "another browser")
    assert Agreement.select().count() == 4
    assert SigningTicket.get().opened == 4


def test_two_employers_scan_one_code_and_do_not_meet(ctx: Context, cast: Cast) -> None:
    shown = show_ticket(ctx, cast.graduate)
    openids = [f"oSigner0000000000000000000{number}" for number in range(4)]
    done = together(*[lambda openid=openid: scan(ctx, shown.token, openid) for openid in openids])
    assert codes_of(done) == ["ok"] * 4
    assert len({row.code for _, row in done}) == 4
    (party, _), (_, other) = done[:2]
    assert refusal_of(lambda: drafting.save(ctx, party, other, {})).status == 404


def test_the_graduate_hears_of_three_openings_a_day(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    shown = show_ticket(ctx, cast.graduate)
    for number in range(5):
        scan(ctx, shown.token, f"oSigner0000000000000000000{number}")
    assert [row.template for row in owed("signing_decided")] == ["signing_decided"] * 3
    clock.advance(days=1)
    scan(ctx, shown.token, "oSigner00000000000000000009")
    assert len(owed("signing_decided")) == 4


def test_a_code_that_is_over_begins_nothing(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, visitor = graduate_party(ctx, cast.graduate, in_wechat=False)
    shown = tickets.show(ctx, party, visitor)
    found = tickets.find(ctx, shown.token)
    _, begun = scan(ctx, shown.token)
    tickets.revoke(ctx, party, visitor)
    refusal = refusal_of(lambda: drafting.open_draft(ctx, found, device_of("oOther"), "b"))
    assert refusal.code == "ticket_over"
    # Who has begun sees the draft again, and is told when sending it.
    assert drafting.open_draft(ctx, found, device_of(begun.signer_openid), "b").code == begun.code


def test_a_signed_graduate_is_not_asked_again(ctx: Context, cast: Cast) -> None:
    shown = show_ticket(ctx, cast.graduate)
    accepted(ctx, cast.graduate)
    refusal = refusal_of(lambda: scan(ctx, shown.token, "oSigner00000000000000000002"))
    assert refusal.code == "agreement_other_live"


def test_a_leaked_code_has_an_end(ctx: Context, cast: Cast) -> None:
    shown = show_ticket(ctx, cast.graduate)
    for number in range(30):
        scan(ctx, shown.token, None, f"browser {number}")
    assert refusal_of(lambda: scan(ctx, shown.token, None, "one more")).code == "ticket_busy"
    for _ in range(60):
        ctx.throttle.count(tickets.throttle.SIGNING_DRAFTS, "203.0.113.7")
    assert refusal_of(lambda: scan(ctx, shown.token, None, "one more")).status == 429
    assert scan(ctx, shown.token, None, "browser 7")[1].status == "draft"


def test_a_draft_knows_where_it_belongs(ctx: Context, cast: Cast) -> None:
    _, row = scan(ctx, show_ticket(ctx, cast.graduate).token)
    graduate, units = cast.graduate.graduate, cast.units
    assert (row.graduate_id, row.year, row.kind, row.status) == (graduate.id, 2027, "online", "draft")
    assert (row.school_id, row.college_id, row.province_id) == (
        units["school"].id,
        units["college"].id,
        units["province"].id,
    )
    assert row.due_at == ctx.clock() + timedelta(hours=48)
