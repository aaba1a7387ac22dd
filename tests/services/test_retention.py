"""How long people's files stay: drafts two days, what came to nothing a month, papers of identity a year on."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from documents.vault import Damaged
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent, AgreementFile, ChainHeads, SealedPaper
from models.journal import Journal
from services import stray_files
from services.agreements import (
    answering,
    chain,
    drafting,
    heads,
    materials,
    offers,
    paper_way,
    recording,
    releases,
    retention,
    timers,
)
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.fakes import FixedClock
from wx_backend import chain_commands


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def files(row: Agreement) -> dict[str, bool]:
    """Kind → whether its file is still there."""
    mine = AgreementFile.select().where(AgreementFile.agreement == row.id)
    return {file.kind: bool(file.file) for file in mine}


def test_files_of_a_draft_go_two_days_after_it(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    agreements.add_papers(ctx, party, row)
    names = [file.file for file in materials.all_current(row)]
    kept = {name: vault(ctx).path(name).read_bytes() for name in names}  # as a backup has them
    clock.advance(hours=48)
    timers.sweep(ctx)
    clock.advance(hours=48, seconds=-1)
    assert retention.sweep(ctx) == 0
    clock.advance(seconds=1)
    assert retention.sweep(ctx) == 3
    assert retention.sweep(ctx) == 0
    assert not set(names) & set(vault(ctx).names())
    for name, copy in kept.items():
        vault(ctx).path(name).write_bytes(copy)
        with pytest.raises(Damaged):
            vault(ctx).open(name, AgreementFile.share_of(name))
    assert set(files(row).values()) == {False}
    assert all(file.digest and file.shredded_at == clock() for file in AgreementFile.select())
    assert chain.broken_at(agreements.fresh(row)) is None
    assert Journal.select().where(Journal.verb == "shred").count() == 1


@pytest.mark.parametrize("end", ["declined", "recalled", "rejected"])
def test_files_of_what_came_to_nothing_go_after_a_month(
    ctx: Context, cast: Cast, clock: FixedClock, end: str
) -> None:
    unit, row = ways.offered(ctx, cast.graduate)
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    if end == "declined":
        answering.decline(ctx, party, visitor, row.code, "已有去向")
    elif end == "recalled":
        offers.recall(ctx, unit, row, "岗位取消")
    else:
        agreements.accept(ctx, cast.graduate, row)
        ways.reject(ctx, cast.counselor, row)
    assert agreements.fresh(row).status == end
    clock.advance(days=30, seconds=-1)
    assert retention.sweep(ctx) == 0
    clock.advance(seconds=1)
    assert retention.sweep(ctx) >= 5
    assert set(files(row).values()) == {False}


def test_of_one_in_force_papers_of_identity_go_a_year_after_its_year(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    _party, row = ways.in_force(ctx, cast)
    clock.now = datetime(2028, 12, 30, 15, 59, tzinfo=UTC)  # the last minute of the 365th day, in China
    assert retention.sweep(ctx) == 0
    clock.now = datetime(2028, 12, 30, 16, 0, tzinfo=UTC)
    assert retention.sweep(ctx) == 6
    left = [kind for kind, is_there in files(row).items() if is_there]
    assert left == ["licence"]
    assert chain.broken_at(agreements.fresh(row)) is None


@pytest.mark.parametrize("way", [paper_way, recording], ids=["paper", "recorded"])
def test_files_of_a_graduates_own_draft_go_two_days_after_it(
    ctx: Context, cast: Cast, clock: FixedClock, way: Any
) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = way.begin(ctx, party, visitor)
    kind = "scan" if way is recording else "proof"
    materials.add(ctx, party, row, kind, iter([ways.SCAN]))
    clock.advance(days=30)
    timers.sweep(ctx)
    clock.advance(days=2, seconds=-1)
    assert retention.sweep(ctx) == 0
    clock.advance(seconds=1)
    assert retention.sweep(ctx) == 1
    assert files(row) == {kind: False}


@pytest.mark.parametrize(
    ("end", "days"), [("discarded", 2), ("cancelled", 30), ("refused", 30), ("expired", 30)]
)
def test_papers_of_a_release_go_after_it_came_to_nothing(
    ctx: Context, cast: Cast, clock: FixedClock, end: str, days: int
) -> None:
    unit, row = ways.in_force(ctx, cast)
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, graduate, row) if end == "discarded" else ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    if end == "cancelled":
        releases.cancel(ctx, graduate, release)
    elif end == "refused":
        releases.refuse(ctx, unit, release, "尚在协商")
    else:
        clock.advance(days=7)
        timers.sweep(ctx)
    assert ways.release_of(release).status == end
    theirs = AgreementFile.select().where(AgreementFile.release == release.id)
    clock.advance(days=days, seconds=-1)
    assert retention.sweep(ctx) == 0
    clock.advance(seconds=1)
    assert retention.sweep(ctx) == theirs.count() >= 1
    assert {file.file for file in theirs} == {""}
    assert files(row)["licence"]
    assert retention.sweep(ctx) == 0


def test_a_release_that_goes_on_keeps_its_papers(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _unit, row = ways.in_force(ctx, cast)
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    clock.advance(days=7)
    timers.sweep(ctx)
    releases.add_proof(ctx, graduate, release)
    clock.advance(days=100)
    assert retention.sweep(ctx) == 0


def test_a_file_that_cannot_be_deleted_stops_no_other(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, broken = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    other_party, other = agreements.scan(ctx, agreements.show_ticket(ctx, cast.other_graduate).token)
    for side, row in ((party, broken), (other_party, other)):
        agreements.add_papers(ctx, side, row)
    name = materials.all_current(broken)[0].file
    AgreementFile.update(file="../no name of ours").where(AgreementFile.file == name).execute()
    clock.advance(days=4)
    timers.sweep(ctx)
    clock.advance(days=2)
    for _ in range(2):
        with pytest.raises(ExceptionGroup) as failed:
            retention.sweep(ctx)
        assert len(failed.value.exceptions) == 1
    assert set(files(other).values()) == {False}
    AgreementFile.update(file=name).where(AgreementFile.file == "../no name of ours").execute()
    assert retention.sweep(ctx) == 3


def test_what_is_still_to_be_printed_stays(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    unit, row = ways.in_force(ctx, cast)
    ways.asked(ctx, unit, row)
    clock.now = datetime(2030, 1, 1, tzinfo=UTC)
    assert retention.sweep(ctx) == 0


def test_the_last_year_past_keeping() -> None:
    assert retention.last_year(date(2028, 12, 30)) == 2026
    assert retention.last_year(date(2028, 12, 31)) == 2027


def test_a_sweep_that_died_between_file_and_row_is_made_up_for(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    agreements.add_papers(ctx, party, row)
    drafting.discard(ctx, party, row)
    vault(ctx).delete(AgreementFile.get().file)
    clock.advance(days=2)
    assert retention.sweep(ctx) == 3
    assert set(files(row).values()) == {False}


def test_heads_of_each_day_are_exported_once(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00 in China
    _party, row = ways.offered(ctx, cast.graduate)
    first = agreements.fresh(row)
    assert heads.sweep(ctx) == 0
    clock.advance(hours=2)
    agreements.accept(ctx, cast.graduate, row)
    assert heads.sweep(ctx) == 1
    assert heads.sweep(ctx) == 0
    export = ChainHeads.get()
    text = b"".join(vault(ctx).pieces(export.file)).decode()
    assert text == f"2026-11-20 -\n{row.code} {first.head_seq} {first.head_hash}\n"
    assert (export.chains, export.digest) == (1, hashlib.sha256(text.encode()).hexdigest())
    clock.advance(days=3)
    assert heads.sweep(ctx) == 3
    days = list(ChainHeads.select().order_by(ChainHeads.day))
    second = b"".join(vault(ctx).pieces(days[1].file)).decode()
    assert second.startswith(f"2026-11-21 {export.digest}\n{row.code} ")
    assert [day.chains for day in days] == [1, 1, 0, 0]


def two_days(ctx: Context, cast: Cast, clock: FixedClock) -> list[str]:
    """The exports of two days on which one agreement moved."""
    clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    _party, row = ways.offered(ctx, cast.graduate)
    clock.advance(hours=2)
    agreements.accept(ctx, cast.graduate, row)
    clock.advance(days=1)
    assert heads.sweep(ctx) == 2
    return [text for _day, text in heads.exports(ctx)]


def test_exports_are_compared_with_the_chains(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    first, second = two_days(ctx, cast, clock)
    code = Agreement.get().code
    assert list(heads.faults([first, second])) == []
    assert list(heads.faults([second])) == ["2026-11-21 names another export before it"]
    forged = first.replace(code, code[::-1])
    assert list(heads.faults([forged]))[1] == f"2026-11-20 {code[::-1]} is gone"
    assert list(heads.faults(["2026-11-20 nothing"])) == ["2026-11-20 is no export"]
    AgreementEvent.delete().where(AgreementEvent.seq == Agreement.get().head_seq).execute()
    assert list(heads.faults([first, second])) == [
        f"2026-11-20 {code} does not hold at event {Agreement.get().head_seq}",
        f"2026-11-21 {code} had another event {Agreement.get().head_seq}",
    ]


def test_a_past_that_was_written_anew_shows(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    texts = two_days(ctx, cast, clock)
    row = Agreement.get()
    before = ""
    for event in AgreementEvent.select().order_by(AgreementEvent.seq):
        body = event.body.replace('"agent":"', '"agent":"another ')
        event.before, event.body, event.hash = before, body, chain.hash_of(before, body)
        event.save()
        before = event.hash
    Agreement.update(head_hash=before).where(Agreement.id == row.id).execute()
    assert chain.broken_at(agreements.fresh(row)) is None  # by itself it looks whole
    assert any("had another event" in fault for fault in heads.faults(texts))


def test_the_command_writes_what_is_missing_and_nothing_over(
    ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path
) -> None:
    texts = two_days(ctx, cast, clock)
    folder = tmp_path / "elsewhere"
    assert chain_commands.kept(ctx, folder) == (2, [])
    assert [path.read_text("utf-8") for path in sorted(folder.iterdir())] == texts
    path = folder / "2026-11-20.txt"
    path.write_text(texts[0].replace("2026-11-20 -", f"2026-11-20 {'0' * 64}"), "utf-8")
    written, faults = chain_commands.kept(ctx, folder)
    assert (written, len(faults)) == (0, 3)
    path.unlink()
    assert chain_commands.kept(ctx, folder) == (1, [])


def test_a_quiet_system_has_no_heads(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    clock.advance(days=5)
    assert heads.sweep(ctx) == 0


@pytest.mark.slow
def test_our_own_papers_and_exports_are_no_stray_files(
    ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path
) -> None:
    ways.effective(ways.with_seal(ctx, tmp_path), cast)
    clock.advance(days=1)
    heads.sweep(ctx)
    clock.now = datetime.now(UTC) + timedelta(days=2)
    stray_files.tidy(ctx)
    names = set(vault(ctx).names())
    assert SealedPaper.get().file in names
    assert ChainHeads.get().file in names
