"""What is over ends, whatever else goes wrong in the same turn."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from models.employer import DegreeCheck
from services import deadlines
from services.context import Context
from tests.cast import Cast
from tests.fakes import FixedClock


def broken(ctx: Context) -> int:
    raise ArithmeticError("posts")


def counted(part: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("wxb_deadlines_total", {"part": part, "outcome": outcome}) or 0


def test_a_part_that_fails_stops_no_other(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    ends = clock() + timedelta(days=1)
    DegreeCheck.create(employer=cast.unit, graduate=cast.graduate.graduate, expires_at=ends)
    clock.advance(days=2)
    before = counted("posts", "failed"), counted("degree_checks", "ok")
    with pytest.raises(ExceptionGroup) as failed:
        deadlines.sweep(ctx, {**deadlines.PARTS, "posts": broken, "fairs": broken})
    assert [type(error) for error in failed.value.exceptions] == [ArithmeticError] * 2
    assert DegreeCheck.get().status == "expired"
    assert (counted("posts", "failed"), counted("degree_checks", "ok")) == (before[0] + 1, before[1] + 1)
    assert deadlines.sweep(ctx) == 0
