"""Sealing: the paper is made once, from what was signed, and holds; whatever goes wrong is tried again."""

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.metrics import SEALED
from documents import verifying
from documents.seal import SealNote, SealTrouble
from documents.vault import Damaged, Vault
from models.agreement import Agreement
from models.agreement_papers import AgreementFile, SealedPaper
from models.message import Message
from services.agreements import chain, looking, materials, moves, offers, sealing, terms, timers
from services.agreements.papers import agreement_paper
from services.context import Context
from services.jobs.steps import vault
from services.seals import Seals
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import acts

pytestmark = pytest.mark.slow


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Context:
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, tmp_path_factory.mktemp("keys"))


def ready(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that waits for its paper."""
    _party, row = ways.accepted(ctx, cast.graduate)
    return ways.passed(ctx, cast, row)


class Refusing:
    """A seal that does not work."""

    def seal(self, pdf: bytes, note: SealNote) -> bytes:
        raise SealTrouble("the device is away")

    def certificates(self) -> tuple[bytes, ...]:
        return ()

    def chain(self) -> tuple[bytes, ...]:
        return ()


class Forging(Refusing):
    """A seal that changes what it is given."""

    def seal(self, pdf: bytes, note: SealNote) -> bytes:
        return pdf


def test_it_is_sealed_once_and_comes_into_force(sealer: Context, cast: Cast) -> None:
    row = ready(sealer, cast)
    before = row.head_hash
    assert sealing.sweep(sealer) == 1
    assert sealing.sweep(sealer) == 0
    done = agreements.fresh(row)
    assert (done.status, done.effective_at) == ("effective", sealer.clock())
    paper = SealedPaper.get()
    data = looking.content(sealer, ways.graduate_of(sealer, cast.graduate).actor, paper)
    assert (paper.kind, paper.key) == ("agreement", f"agreement:{row.code}")
    assert (paper.digest, paper.size) == (hashlib.sha256(data).hexdigest(), len(data))
    verdict = verifying.check(data, sealer.seals.roots)
    assert verdict.is_good
    assert verdict.number == row.number
    event = chain.events(done)[-1]
    assert (event.kind, event.body["digest"]) == ("pdf.sealed", paper.digest)
    assert chain.broken_at(done) is None
    assert before != done.head_hash
    told = [message.template for message in Message.select().order_by(Message.id.desc()).limit(2)]
    assert set(told) == {"signing_decided", "signing_sealed"}
    assert ("download", "graduate", "", "") in acts("agreement")
    assert vault(sealer).unclaimed(sealing.OWNER, 9e9) == []


def test_what_is_printed_is_what_was_signed(sealer: Context, cast: Cast) -> None:
    row = ready(sealer, cast)
    paper = agreement_paper(sealer, agreements.fresh(row))
    assert paper.number == row.number
    assert ("试用期满月薪（元）", "8000") in paper.terms
    assert ("生效日期", "2026-11-20") in paper.terms
    graduate, unit = paper.sides
    assert (graduate.name, unit.name, unit.signer) == ("李晓雨", "合肥创新软件有限公司", "周敏")
    inks = [materials.current(row, kind) for kind in ("graduate_ink", "unit_ink")]
    assert [materials.content(sealer, ink)[1] for ink in inks if ink] == [graduate.ink, unit.ink]
    assert (graduate.signed_at, unit.signed_at) == ("2026-11-20 15:00", "2026-11-20 15:00")
    assert dict(paper.digests)["约定事项 SHA-256"] == row.terms_digest
    assert row.head_hash in dict(paper.digests).values()
    assert paper.verify_url == f"http://wx.test/v/{row.verify_code}"
    assert paper.clauses == terms.clauses_in(row.terms)


def test_three_parties_have_the_schools_stamp(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    agreements.open_school(ctx, cast, mode="three")
    sealer = ways.with_seal(ctx, tmp_path)
    row = ready(sealer, cast)
    school = agreement_paper(sealer, agreements.fresh(row)).sides[2]
    assert (school.name, school.signer) == ("江淮大学", "周涛")
    assert school.stamp
    assert sealing.sweep(sealer) == 1


def test_each_signature_has_the_moment_in_which_it_was_drawn(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    party, row = ways.offered(sealer, cast.graduate)
    clock.advance(hours=1)
    agreements.accept(sealer, cast.graduate, row)
    ways.give_back(sealer, cast.counselor, row, "unit_ink", "unit")
    clock.advance(hours=1)
    materials.add_ink(sealer, party, row, agreements.strokes(30))
    offers.replace(sealer, party, row)
    clock.advance(hours=1)
    ways.passed(sealer, cast, row)
    graduate, unit = agreement_paper(sealer, agreements.fresh(row)).sides
    assert (graduate.signed_at, unit.signed_at) == ("2026-11-20 16:00", "2026-11-20 17:00")


@pytest.mark.parametrize(
    ("stored", "answer"), [(b"a paper", None), (b"another paper", Damaged), (b"", Damaged)]
)
def test_what_is_stored_is_read_again(ctx: Context, stored: bytes, answer: type[Exception] | None) -> None:
    class Shelf(Vault):
        """A disk that gives back what it likes."""

        def pieces(self, name: str, share: str = "") -> Iterator[bytes]:
            yield stored

    shelf = Shelf(ctx.settings.data_dir / "odd", [bytes(32)])
    if answer is None:
        assert sealing.kept(shelf, b"a paper")
        return
    with pytest.raises(answer):
        sealing.kept(shelf, b"a paper")


def test_terms_that_were_changed_behind_us_are_not_sealed(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    row = ready(sealer, cast)
    right = agreements.fresh(row).terms
    wrong = terms.frozen(agreements.TERMS | {"pay": "80000"})
    Agreement.update(terms=wrong).where(Agreement.id == row.id).execute()
    with capture_logs() as logs:
        assert sealing.sweep(sealer) == 0
    assert [entry["why"] for entry in logs if entry["event"] == "sealing_failed"] == ["Tampered: terms"]
    Agreement.update(terms=right).where(Agreement.id == row.id).execute()
    assert sealing.sweep(sealer) == 0, "its turn comes again after a while"
    clock.advance(minutes=61)
    assert sealing.sweep(sealer) == 1


def test_ink_that_is_not_the_one_that_was_drawn_is_not_sealed(sealer: Context, cast: Cast) -> None:
    row = ready(sealer, cast)
    AgreementFile.update(digest="0" * 64).where(AgreementFile.kind == "graduate_ink").execute()
    assert sealing.sweep(sealer) == 0
    assert SealedPaper.select().count() == 0
    assert agreements.fresh(row).status == "sealing"


def test_a_seal_that_is_away_is_tried_again_and_told_of_loudly(
    sealer: Context, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    row = ready(sealer, cast)
    failed = SEALED.labels("agreement", "failed")._value.get()
    away = dataclasses.replace(ctx, seals=Seals(Refusing(), sealer.seals.roots))
    assert sealing.sweep(away) == 0
    assert SEALED.labels("agreement", "failed")._value.get() == failed + 1
    clock.advance(minutes=16)
    assert sealing.sweep(away) == 0
    with capture_logs() as logs:
        timers.sweep(ctx)
    assert [entry["log_level"] for entry in logs if entry["event"] == "sealing_waits"] == ["error"]
    assert sealing.look_out(sealer) == 16 * 60
    clock.advance(minutes=2)
    assert sealing.sweep(sealer) == 1
    assert sealing.look_out(sealer) == 0
    assert agreements.fresh(row).effective_on.isoformat() == "2026-11-20"


def test_what_does_not_verify_is_not_stored(sealer: Context, ctx: Context, cast: Cast) -> None:
    ready(sealer, cast)
    files = set(vault(ctx).names())
    forging = dataclasses.replace(ctx, seals=Seals(Forging(), sealer.seals.roots))
    assert sealing.sweep(forging) == 0
    assert set(vault(ctx).names()) == files


def test_without_a_key_here_others_seal(ctx: Context, sealer: Context, cast: Cast) -> None:
    row = ready(sealer, cast)
    assert sealing.sweep(ctx) == 0
    assert agreements.fresh(row).due_at == ctx.clock(), "no lease was taken"


def test_one_that_fails_does_not_hold_up_the_others(sealer: Context, cast: Cast) -> None:
    bad = ready(sealer, cast)
    _party, good = ways.accepted(sealer, cast.other_graduate)
    ways.passed(sealer, cast, good)
    Agreement.update(terms_digest="0" * 64).where(Agreement.id == bad.id).execute()
    assert sealing.sweep(sealer) == 1
    assert agreements.fresh(good).status == "effective"


def test_a_fault_of_ours_does_not_either(sealer: Context, cast: Cast) -> None:
    bad = ready(sealer, cast)
    _party, good = ways.accepted(sealer, cast.other_graduate)
    ways.passed(sealer, cast, good)
    Agreement.update(school_id=0).where(Agreement.id == bad.id).execute()
    with capture_logs() as logs:
        assert sealing.sweep(sealer) == 1
    assert [entry["exc_info"] for entry in logs if entry["event"] == "sealing_failed"] == [True]
    assert agreements.fresh(good).status == "effective"


def test_something_added_to_the_chain_meanwhile_is_printed_by_the_next_turn(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    row = ready(sealer, cast)
    party, _visitor = agreements.graduate_party(sealer, cast.graduate)

    class Slow:
        """While this one seals, an event is added."""

        def seal(self, pdf: bytes, note: SealNote) -> bytes:
            hand = sealer.seals.signer()
            assert hand is not None
            moves.note(sealer, agreements.fresh(row), party, {"kind": "terms.viewed"})
            return hand.seal(pdf, note)

        def certificates(self) -> tuple[bytes, ...]:
            return ()

        def chain(self) -> tuple[bytes, ...]:
            return ()

    late = dataclasses.replace(sealer, seals=Seals(Slow(), sealer.seals.roots))
    files = set(vault(sealer).names())
    assert sealing.sweep(late) == 0
    assert set(vault(sealer).names()) == files
    clock.advance(seconds=61)
    assert sealing.sweep(sealer) == 1
    assert chain.broken_at(agreements.fresh(row)) is None


def test_a_receipt_is_sealed_for_what_was_signed_on_paper(sealer: Context, cast: Cast) -> None:
    _party, row = ways.recorded(sealer, cast.graduate)
    ways.passed(sealer, cast, row)
    assert sealing.sweep(sealer) == 1
    assert SealedPaper.get().kind == "receipt"
    pages = [file.digest for file in materials.all_current(row)]
    assert len(pages) == 2
