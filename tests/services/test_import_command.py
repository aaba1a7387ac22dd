"""``import graduates`` on the command line."""

from pathlib import Path

import pytest

from models.graduate import Graduate
from services.context import Context
from tests.cast import Cast
from tests.services.sheets_of_graduates import add_regions, row, xlsx
from wx_backend.import_commands import BadImport, Choices, import_graduates

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _regions(ctx: Context, cast: Cast) -> None:
    add_regions(ctx)


def run(ctx: Context, path: Path, rows: list[list[str]], **choices: bool) -> str:
    path.write_bytes(xlsx(rows))
    wanted = Choices("江淮大学", choices.get("all_or_nothing", False), choices.get("is_dry_run", False))
    return import_graduates(ctx, path, wanted)


def test_a_roster_is_taken_in(ctx: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Graduate.select().count()
    told = run(ctx, tmp_path / "名单.xlsx", [row(1), row(2, 姓名="")])
    assert told == ("1 good rows (added 1, changed 0, same 0), 1 bad rows\n  3 · 姓名 ·  · 请填写此项。")
    assert Graduate.select().count() == before + 1


def test_a_dry_run_only_tells(ctx: Context, tmp_path: Path) -> None:
    before = Graduate.select().count()
    told = run(ctx, tmp_path / "a.xlsx", [row(1)], is_dry_run=True)
    assert told.startswith("1 good rows (would be added 1, would be changed 0, same 0), 0 bad rows")
    assert Graduate.select().count() == before


def test_what_cannot_be_taken_in_is_told(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(BadImport) as bad:
        run(ctx, tmp_path / "a.xlsx", [row(1, 姓名="")], all_or_nothing=True)
    assert bad.value.sentence.startswith("文件中有错误行")
    assert bad.value.problems == ["2 · 姓名 ·  · 请填写此项。"]
    (tmp_path / "b.xlsx").write_bytes(xlsx([row(1)]))
    with pytest.raises(BadImport, match="no one school"):
        import_graduates(ctx, tmp_path / "b.xlsx", Choices("没有的大学", False, False))
