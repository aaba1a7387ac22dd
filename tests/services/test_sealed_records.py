"""What the database has of a sealed file, as ``verify`` tells it."""

from pathlib import Path

import pytest

from models.agreement_papers import SealedPaper
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from wx_backend.seal_commands import record_of

pytestmark = pytest.mark.slow


def test_a_sealed_file_is_known_by_its_digest_alone(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.effective(ways.with_seal(ctx, tmp_path), cast)
    paper = SealedPaper.get(SealedPaper.agreement == row.id)
    assert record_of(paper.digest) == (
        f"agreement {row.number}, sealed {paper.sealed_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    assert record_of("0" * 64) == ""
