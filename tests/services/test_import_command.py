"""``import graduates`` on the command line."""

from pathlib import Path

import pytest

from domain.refusals import NotFound
from models.graduate import Graduate
from models.job import Job
from services import seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from tests.cast import Cast
from tests.services.sheets_of_graduates import add_regions, row, xlsx
from tests.services.tools import Meet
from wx_backend.import_commands import BadImport, Choices, apply_dry_run, import_graduates

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


def test_what_a_dry_run_prints_stores_the_same_rows(ctx: Context, tmp_path: Path) -> None:
    before = Graduate.select().count()
    told = run(ctx, tmp_path / "a.xlsx", [row(1), row(2, 姓名=""), row(3)], is_dry_run=True)
    *_, command = told.splitlines()
    assert command.startswith("to store these rows: python -m wx_backend import apply ")
    ctx.stopping.clear()  # each command is a process of its own
    code = command.rpartition(" ")[2]
    done = apply_dry_run(ctx, code)
    assert done.startswith("2 good rows (added 2, changed 0, same 0), 1 bad rows\n  3 · 姓名")
    assert "import apply" not in done
    assert Graduate.select().count() == before + 2
    ctx.stopping.clear()
    assert apply_dry_run(ctx, code) == done
    assert Graduate.select().count() == before + 2
    with pytest.raises(NotFound):
        apply_dry_run(ctx, "nothing")


def test_a_dry_run_with_nothing_to_store_names_no_command(ctx: Context, tmp_path: Path) -> None:
    assert "import apply" not in run(ctx, tmp_path / "a.xlsx", [row(1, 姓名="")], is_dry_run=True)
    both = [row(1), row(2, 姓名="")]
    ctx.stopping.clear()
    assert "import apply" not in run(ctx, tmp_path / "b.xlsx", both, is_dry_run=True, all_or_nothing=True)


def test_the_command_line_stores_no_dry_run_of_a_person(ctx: Context, cast: Cast, meet: Meet) -> None:
    seat = seats.seat_of(meet(cast.school))
    job = desk.start_import(
        ctx, seat, Wanted("import.graduates", "a.xlsx", [xlsx([row(1)])], is_dry_run=True)
    )
    runner.work(ctx)
    with pytest.raises(NotFound):
        apply_dry_run(ctx, job.code)
    assert Job.get_by_id(job.id).status == "checked"


def test_what_cannot_be_taken_in_is_told(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(BadImport) as bad:
        run(ctx, tmp_path / "a.xlsx", [row(1, 姓名="")], all_or_nothing=True)
    assert bad.value.sentence.startswith("文件中有错误行")
    assert bad.value.problems == ["2 · 姓名 ·  · 请填写此项。"]
    (tmp_path / "b.xlsx").write_bytes(xlsx([row(1)]))
    with pytest.raises(BadImport, match="no one school"):
        import_graduates(ctx, tmp_path / "b.xlsx", Choices("没有的大学", False, False))
