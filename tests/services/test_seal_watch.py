"""The end of the seal's certificate is told in time, and behind it nothing is sealed."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from documents.seal import FileSigner, SealNote, SealTrouble, ends_at, roots_in
from documents.seal_keys import Lifetimes, SealFiles, create
from services.agreements import seal_watch
from services.context import Context
from services.seals import Seals
from tests import seals
from tests.fakes import FixedClock, no_redis

START = datetime.now(UTC)


def lasting(ctx: Context, folder: Path, **spans: timedelta) -> tuple[Context, SealFiles]:
    """The same with a seal of its own whose parts last so long from now on."""
    files = create(folder, "网签测试", lifetimes=Lifetimes(START, **spans))
    return dataclasses.replace(
        ctx, seals=Seals(FileSigner(files.key, files.certificate), roots_in([files.root]))
    ), files


def told(ctx: Context) -> list[int]:
    """The stages that the log is told of by a look."""
    with capture_logs() as logs:
        seal_watch.sweep(ctx)
    assert {entry["log_level"] for entry in logs if entry["event"] == "seal_ends"} <= {"error"}
    return [entry["stage"] for entry in logs if entry["event"] == "seal_ends"]


def test_it_is_told_sixty_thirty_and_seven_days_before_and_after_the_end(
    ctx: Context, clock: FixedClock, tmp_path: Path
) -> None:
    sealer, files = lasting(ctx, tmp_path, key=timedelta(days=200))
    end = ends_at(sealer.seals.signer().chain())  # type: ignore[union-attr]  # there is one
    assert abs(end - (START + timedelta(days=200))) < timedelta(seconds=2)
    said: dict[int, list[int]] = {}
    for days in (61, 60, 59, 31, 30, 29, 8, 7, 6, 0):
        clock.now = end - timedelta(days=days, seconds=-1)
        if stages := told(sealer) + told(sealer):
            said[days] = stages
            ctx.redis.delete(f"{seal_watch._TOLD}:{end}:7", f"{seal_watch._TOLD}:{end}:0")  # the next day
    assert said == {60: [60], 30: [30], 7: [7], 6: [7], 0: [0]}
    clock.now = end + timedelta(days=3)
    assert told(sealer) == [0]
    life = seal_watch.known(ctx)
    assert life is not None
    assert (life.ends_at, life.is_usable, life.days, life.stage) == (end, False, -3, 0)
    assert files.root.exists()


@pytest.mark.parametrize("part", ["key", "certificate", "root"])
def test_the_end_is_that_of_whatever_ends_first(ctx: Context, tmp_path: Path, part: str) -> None:
    sealer, _files = lasting(ctx, tmp_path, **{part: timedelta(days=20)})
    life = seal_watch.sweep(sealer)
    assert life is not None
    assert (life.stage, life.is_usable) == (30, True)


@pytest.mark.parametrize("part", ["key", "certificate", "root"])
def test_nothing_is_sealed_with_what_has_ended(ctx: Context, tmp_path: Path, part: str) -> None:
    sealer, _files = lasting(ctx, tmp_path, **{part: timedelta(seconds=-1)})
    signer = sealer.seals.signer()
    assert signer is not None
    with pytest.raises(SealTrouble):
        signer.seal(seals.page(), SealNote("就业协议书", "X-1", "某省"))
    assert told(sealer) == [0]
    life = seal_watch.known(ctx)
    assert life is not None
    assert not life.is_usable


def test_a_key_that_does_not_open_is_told_too(ctx: Context, tmp_path: Path) -> None:
    sealer, files = lasting(ctx, tmp_path)
    assert told(sealer) == []
    files.key.write_text("no key")
    assert told(sealer) == [0]
    files.certificate.unlink()
    assert told(sealer) == [0]
    assert seal_watch.known(ctx) == seal_watch.SealLife(None, False, 0, 0)


def test_a_machine_without_the_key_looks_at_nothing(ctx: Context) -> None:
    assert seal_watch.sweep(ctx) is None
    assert seal_watch.known(ctx) is None


def test_without_redis_it_is_told_each_time_and_nothing_is_known(ctx: Context, tmp_path: Path) -> None:
    sealer, _files = lasting(ctx, tmp_path, key=timedelta(days=20))
    away = dataclasses.replace(sealer, redis=no_redis())
    assert told(away) + told(away) == [30, 30]
    assert seal_watch.known(away) is None
