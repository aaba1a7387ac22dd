"""The public page, a file beside the one we sealed, and the record of how an agreement came about."""

from pathlib import Path

import pytest

from domain.refusals import NotFound, TooMany
from models.agreement_papers import SealedPaper
from services import throttle
from services.agreements import chain, looking
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.services.tools import refusal_of


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def test_the_public_page_says_how_it_stands_and_no_names(ctx: Context, cast: Cast) -> None:
    unit, row = ways.in_force(ctx, cast)
    face = looking.public(ctx, row.verify_code)
    assert (face.state, face.graduate, face.unit) == ("effective", "李**", "合肥创新软件有限公司")
    assert (face.school, face.number, face.mode) == ("江淮大学", row.number, "two")
    assert face.effective_on == row.effective_on
    assert face.ended_at is None
    ways.asked(ctx, unit, row)
    assert looking.public(ctx, row.verify_code).state == "releasing"
    ways.ask_void(ctx, cast.school, row)
    ways.confirm_void(ctx, ways.another(cast.school), row)
    face = looking.public(ctx, row.verify_code)
    assert (face.state, face.ended_at) == ("voided", ctx.clock())


@pytest.mark.parametrize("code", ["", "unheard-of", "%", "x" * 500])
def test_other_codes_show_nothing(ctx: Context, cast: Cast, code: str) -> None:
    ways.accepted(ctx, cast.graduate)
    with pytest.raises(NotFound):
        looking.public(ctx, code)


def test_an_address_does_not_try_codes_for_ever(ctx: Context, cast: Cast) -> None:
    most = throttle.VERIFYING.limit.amount
    for _ in range(most):
        assert refusal_of(lambda: looking.public(ctx, "wrong", "203.0.113.5")).code == "not_found"
    with pytest.raises(TooMany):
        looking.public(ctx, "wrong", "203.0.113.5")


@pytest.mark.slow
def test_a_file_is_compared_byte_by_byte(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    sealer = ways.with_seal(ctx, tmp_path)
    _unit, row = ways.effective(sealer, cast)
    data = looking.content(sealer, ways.graduate_of(ctx, cast.graduate).actor, SealedPaper.get())
    same = looking.compare(sealer, row.verify_code, data)
    assert (same.kind, same.verdict.is_good, same.digest) == ("agreement", True, SealedPaper.get().digest)
    changed = looking.compare(sealer, row.verify_code, data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    assert (changed.kind, changed.verdict.is_good) == ("", False)
    longer = looking.compare(sealer, row.verify_code, data + b"\n")
    assert (longer.kind, longer.verdict.is_good) == ("", False)
    assert looking.compare(sealer, row.verify_code, b"no pdf").verdict.problems == ("unreadable",)
    _unit, other = ways.effective(sealer, cast, cast.other_graduate)
    elsewhere = looking.compare(sealer, other.verify_code, data)
    assert (elsewhere.kind, elsewhere.verdict.is_good) == ("", True)


@pytest.mark.slow
def test_a_paper_whose_file_is_gone_is_not_found(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    _unit, row = ways.effective(ways.with_seal(ctx, tmp_path), cast)
    paper = looking.paper(row, "agreement")
    with pytest.raises(NotFound):
        looking.paper(row, "release")
    SealedPaper.update(file="A" * 24).execute()
    with pytest.raises(NotFound):
        looking.content(ctx, ways.graduate_of(ctx, cast.graduate).actor, looking.paper(row, "agreement"))
    assert paper.kind == "agreement"


def test_the_record_tells_who_when_and_from_where(ctx: Context, cast: Cast) -> None:
    _unit, row = ways.in_force(ctx, cast)
    steps = looking.completion(ctx, row)
    assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
    accepted = next(step for step in steps if step.kind == "offer.accepted")
    assert (accepted.side, accepted.address) == ("graduate", agreements.GRADUATE_DEVICE.address)
    assert accepted.device.startswith("Mozilla/5.0 (iPhone)")
    assert accepted.wechat == ctx.keyring.mark(cast.graduate.openid)
    assert {"ink", "strokes"} <= {name for name, _digest in accepted.digests}
    assert steps[-1].hash == row.head_hash
    told = "".join(str(step) for step in steps)
    for secret in ("李晓雨", "周敏", cast.graduate.openid, agreements.PHONE_OF_SIGNER):
        assert secret not in told
    assert chain.broken_at(row) is None
