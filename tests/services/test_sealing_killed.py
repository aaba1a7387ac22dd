"""A worker that is killed at each step of sealing: the next one ends with exactly one sealed file, none left over."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from models.agreement_papers import SealedPaper
from services import stray_files
from services.agreements import chain, sealing
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.conftest import SECRET
from tests.fakes import FixedClock

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

# Each step in its order: a function, whether it is killed before or behind it, and on which of its calls.
STEPS = (
    ("_leased", "return", 1),
    ("_sheet", "return", 1),
    ("pdf", "return", 1),
    ("FileSigner.seal", "return", 1),
    ("check", "return", 1),
    ("Vault._claim", "return", 1),
    ("_Writer.finish", "call", 1),  # written, without its end
    ("_Writer.finish", "return", 1),  # before it has its name
    ("Vault.store", "return", 1),
    ("Vault.store", "return", 2),  # the paper lies there, and its record
    ("_named", "call", 1),
    ("move", "call", 1),  # the row is written, in a transaction
    ("_named", "return", 1),  # all of it is, just before it holds
    ("Vault.settle", "call", 1),  # and behind that
)


def killed(step: tuple[str, str, int], arguments: list[str]) -> None:
    name, when, count = step
    command = [sys.executable, "-m", "tests.services.seal_process", *arguments, name, when, str(count)]
    assert subprocess.run(command, cwd=ROOT, timeout=90, check=False).returncode == -signal.SIGKILL, step


def test_whatever_step_it_dies_at(
    ctx: Context, cast: Cast, clock: FixedClock, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    agreements.open_school(ctx, cast)
    sealer, second = ways.with_seal(ctx, tmp_path / "keys"), ways.another(cast.school)
    for step in STEPS:
        _party, row = ways.accepted(sealer, cast.graduate)
        ways.passed(sealer, cast, row)
        SealedPaper.delete().execute()
        files = set(vault(sealer).names())
        now = clock().isoformat()
        killed(step, [database_url, SECRET, str(settings.data_dir), now, str(tmp_path / "keys")])
        is_done = step == STEPS[-1]
        assert agreements.fresh(row).status == ("effective" if is_done else "sealing"), step
        clock.advance(seconds=61)
        assert sealing.sweep(sealer) == (not is_done), step
        papers = list(SealedPaper.select().order_by(SealedPaper.id))
        assert [paper.key for paper in papers] == [f"agreement:{row.code}", f"record:{row.code}"], step
        done = agreements.fresh(row)
        assert (done.status, chain.broken_at(done)) == ("effective", None), step
        tidy(sealer, clock)
        assert set(vault(sealer).names()) - files == {paper.file for paper in papers}, step
        ways.ask_void(sealer, cast.school, row)
        ways.confirm_void(sealer, second, row)


def tidy(ctx: Context, clock: FixedClock) -> None:
    """The sweep of stray files, when all of them are old."""
    now, clock.now = clock.now, datetime.now(UTC) + timedelta(days=2)
    stray_files.tidy(ctx)
    vault(ctx).sweep(clock.now.timestamp())
    clock.now = now


@pytest.mark.parametrize(
    "step", [("_sheet", "return", 1), ("Vault.store", "return", 1), ("move_release", "return", 1)]
)
def test_a_release_as_well(
    ctx: Context,
    cast: Cast,
    clock: FixedClock,
    settings: Settings,
    database_url: str,
    tmp_path: Path,
    step: tuple[str, str, int],
) -> None:
    agreements.open_school(ctx, cast)
    sealer = ways.with_seal(ctx, tmp_path / "keys")
    unit, row = ways.in_force(sealer, cast)
    release = ways.asked(sealer, unit, row)
    ways.agreed(sealer, ways.graduate_of(sealer, cast.graduate), release)
    ways.release_passed(sealer, cast, release)
    files = set(vault(sealer).names())
    killed(step, [database_url, SECRET, str(settings.data_dir), clock().isoformat(), str(tmp_path / "keys")])
    assert (agreements.fresh(row).status, ways.release_of(release).status) == ("releasing", "sealing")
    clock.advance(seconds=61)
    assert sealing.sweep(sealer) == 1
    assert (agreements.fresh(row).status, ways.release_of(release).status) == ("released", "released")
    assert chain.broken_at(agreements.fresh(row)) is None
    tidy(sealer, clock)
    assert set(vault(sealer).names()) - files == {paper.file for paper in SealedPaper.select()}
