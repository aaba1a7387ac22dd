"""Who hears of what: in WeChat where it reaches, by text where not, reviewers once a day."""

import json
from datetime import timedelta

import pytest

from models.agreement import Agreement, Release
from models.wechat_user import Follower
from services import binding
from services.agreements import telling
from services.context import Context
from templates_msg.signing import RELEASES, RESULTS
from tests.agreements import UNIT_DEVICE, accept, accepted, fresh, offer, open_school
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import owed


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


@pytest.fixture
def row(ctx: Context, cast: Cast) -> Agreement:
    return offer(ctx, cast.graduate)[1]


def test_a_signer_who_follows_is_told_in_wechat(ctx: Context, cast: Cast, row: Agreement) -> None:
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=UNIT_DEVICE.openid)
    accept(ctx, cast.graduate, row)
    told = [one for one in owed("signing_decided") if one.openid == UNIT_DEVICE.openid]
    assert [one.link for one in told] == [f"http://wx.test/s/d/{row.code}"]
    assert "对方已应约" in told[0].payload
    assert owed("signer_told") == []


def test_a_signer_who_does_not_follow_gets_a_text(ctx: Context, cast: Cast, row: Agreement) -> None:
    accept(ctx, cast.graduate, row)
    (text,) = owed("signer_told")
    assert (text.channel, text.phone) == ("sms", "13900000309")
    assert json.loads(text.payload) == {
        "other": "李晓雨",
        "result": "对方已应约",
        "link": "http://wx.test/s/back",
    }


def test_a_bound_graduate_is_told_in_wechat(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    row = offer(ctx, cast.graduate)[1]
    (message,) = owed("signing_invited")
    assert (message.channel, message.openid) == ("template", cast.graduate.openid)
    assert message.link == f"http://wx.test/h5/agreements/{row.code}"


def test_a_registered_units_recruiters_are_told(ctx: Context, cast: Cast, row: Agreement) -> None:
    row.change(employer=cast.unit)
    telling.sealed(ctx, fresh(row))
    phones = {one.phone for one in owed("signing_sealed")}
    assert phones == {cast.graduate.phone, cast.employer.phone}
    binding.bind(ctx, cast.employer.account, cast.employer.openid)
    telling.voided(ctx, fresh(row))
    (message,) = [one for one in owed("signing_decided") if one.openid == cast.employer.openid]
    assert message.link == f"http://wx.test/employer/agreements/{row.code}"


def test_reviewers_hear_once_a_day(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    for person in (cast.counselor, cast.college, cast.school, cast.other_counselor):
        binding.bind(ctx, person.account, person.openid)
    accepted(ctx, cast.graduate)
    accepted(ctx, cast.other_graduate)
    told = [(one.openid, one.link) for one in owed("signing_decided") if "待审核" in one.payload]
    assert sorted(told) == [
        (cast.college.openid, "http://wx.test/console/agreements"),
        (cast.counselor.openid, "http://wx.test/h5/reviews"),
    ]
    clock.advance(days=1)
    telling.review_waiting(ctx, Agreement.by_code(Agreement.get().code))
    assert len([one for one in owed("signing_decided") if "待审核" in one.payload]) == 4


def test_the_school_hears_of_what_waits_for_it_or_for_too_long(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    binding.bind(ctx, cast.school.account, cast.school.openid)
    row.change(status="school_review")
    for _ in range(2):
        telling.review_waiting(ctx, fresh(row))
        telling.review_late(ctx, fresh(row))
    told = [one.payload for one in owed("signing_decided") if one.openid == cast.school.openid]
    assert [RESULTS["waiting"] in told[0], RESULTS["late"] in told[1], len(told)] == [True, True, 2]


def test_both_hear_that_the_time_was_over(ctx: Context, cast: Cast, row: Agreement) -> None:
    until = ctx.clock() + timedelta(days=7)
    telling.expiring(ctx, row, until)
    for _ in range(2):
        telling.expired(ctx, row, until)
    assert len(owed("signing_expires")) == 2
    assert ["已失效" in one.payload for one in owed("signer_told")] == [True]


@pytest.mark.parametrize(("side", "heard"), [("unit", "signer_told"), ("graduate", "signing_decided")])
def test_the_side_that_has_to_mend_hears_of_it(ctx: Context, row: Agreement, side: str, heard: str) -> None:
    before = len(owed())
    row.change(fix_side=side)
    telling.returned(ctx, fresh(row))
    assert [one.template for one in owed()[before:]] == [heard]
    telling.returned_soon(ctx, fresh(row))
    assert [one.template for one in owed()[before:]] == [heard] * 2


@pytest.mark.parametrize(
    "tell",
    [
        telling.error_reported,
        telling.form_issued,
        telling.scan_due,
        telling.number_over,
        telling.rejected,
    ],
)
def test_each_word_fits_its_message(ctx: Context, row: Agreement, tell: object) -> None:
    before = len(owed())
    tell(ctx, row)  # type: ignore[operator]  # one of the verbs above
    assert len(owed()) > before


@pytest.mark.parametrize("asked_by", ["graduate", "unit", "staff"])
def test_a_release_is_told_to_the_other_side_and_back(
    ctx: Context, cast: Cast, row: Agreement, asked_by: str
) -> None:
    binding.bind(ctx, cast.school.account, cast.school.openid)
    release = Release.create(
        agreement=row,
        graduate=row.graduate,
        school_id=row.school_id,
        college_id=row.college_id,
        asked_by=asked_by,
        reason="考取研究生",
    )
    release = Release.by_code(release.code)
    assert release is not None
    before = len(owed())

    def heard() -> list[str]:
        nonlocal before
        new, before = owed()[before:], len(owed())
        return sorted("unit" if one.template == "signer_told" else "graduate" for one in new)

    asker, other = ("unit", "graduate") if asked_by == "unit" else ("graduate", "unit")
    for verb, to in (
        (telling.release_asked, [other]),
        (telling.release_due, [other]),
        (telling.release_agreed, [asker]),
        (telling.release_refused, [asker]),
        (telling.release_cancelled, [other]),
        (telling.release_proof_added, ["unit"]),
        (telling.release_expired, ["graduate", "unit"]),
        (telling.release_rejected, ["graduate", "unit"]),
        (telling.released, ["graduate", "unit"]),
    ):
        verb(ctx, release)
        assert (verb.__name__, heard()) == (verb.__name__, to)
        verb(ctx, release)
        assert heard() == []  # told once
    release.change(status="school_review")
    telling.release_waiting(ctx, release)
    telling.release_late(ctx, release)
    assert [one.openid for one in owed()[before:]] == [cast.school.openid] * 2
    assert {one.link for one in owed()[before:]} == {"http://wx.test/console/releases"}
    assert set(RELEASES.values()) >= {"同意解约", "不同意解约"}


def test_a_release_that_waits_leads_each_reviewer_to_where_they_review(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    for person in (cast.counselor, cast.college, cast.school):
        binding.bind(ctx, person.account, person.openid)
    before = len(owed())
    release = Release(agreement=row, graduate=row.graduate, status="college_review")
    telling.release_waiting(ctx, release)
    assert sorted((one.openid, one.link) for one in owed()[before:]) == [
        (cast.college.openid, "http://wx.test/console/releases"),
        (cast.counselor.openid, "http://wx.test/h5/reviews"),
    ]
