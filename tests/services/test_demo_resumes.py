"""The demo has résumés to look at: some whole, some begun."""

import pytest

from models.graduate import Graduate
from models.resume import Resume
from services.context import Context
from services.resumes import standing
from wx_backend.seed import seed_demo

pytestmark = pytest.mark.slow


def test_some_are_well_on_their_way_and_some_not(ctx: Context) -> None:
    seed_demo(ctx)
    percents = {row.resume_percent for row in Graduate.select()}
    assert {0, 15}.issubset(percents)
    assert max(percents) >= 70
    assert standing.recount_many(Graduate.select()) == 0


def test_they_are_brought_once(ctx: Context) -> None:
    seed_demo(ctx)
    before = Resume.select().count()
    Resume.update(basics=None).execute()
    seed_demo(ctx)
    assert Resume.select().count() == before
    assert all(row.basics is None for row in Resume.select())
