"""Files that nobody came to name are removed after a day; everything else stays."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from models.employer import Employer
from models.job import Job
from models.resume import Resume
from models.task import TaskFile
from models.wishes import Application
from services import housekeeping, stray_files
from services.context import Context
from services.jobs.steps import vault
from services.resumes import photo
from services.seats import Seat
from services.tasks import compose, files
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_employer, add_post
from tests.services.tasks import PDF, notice
from tests.services.tools import Meet

Sit = Callable[[str], Seat]


@pytest.fixture
def ctx(ctx: Context, tmp_path: Path) -> Context:
    """The same hands with a vault of their own."""
    return replace(ctx, settings=ctx.settings.model_copy(update={"data_dir": tmp_path}))


@pytest.fixture
def now(clock: FixedClock) -> FixedClock:
    """The clock of the file system, which says how old a file is."""
    clock.now = datetime.now(UTC)
    return clock


def names(ctx: Context) -> set[str]:
    return set(vault(ctx).names())


def test_an_attachment_stays_and_one_without_its_row_goes(
    ctx: Context, cast: Cast, sit: Sit, now: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    kept = compose.attach(ctx, seat, task.code, "安排.pdf", "", [PDF])
    lost = vault(ctx).store([PDF], owner="task_file")  # and here the process died
    unannounced = vault(ctx).store([PDF])
    now.advance(hours=23)
    assert stray_files.tidy(ctx) == 0
    now.advance(hours=2)
    assert stray_files.tidy(ctx) == 1
    assert names(ctx) == {kept.file, unannounced}
    assert lost not in names(ctx)
    assert stray_files.tidy(ctx) == 0
    TaskFile.delete().execute()
    assert stray_files.tidy(ctx) == 0  # a file that was named once is the business of whoever named it


def test_a_row_that_could_not_be_written_leaves_its_file_to_the_sweep(
    ctx: Context, cast: Cast, sit: Sit, now: FixedClock
) -> None:
    """Something broke between the file and its row; perhaps the row is there, so the file is not removed at once."""
    seat = sit("school")
    task = compose.save(ctx, seat, notice())

    def broken() -> datetime:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        files.attach(replace(ctx, clock=broken), seat, task.code, "安排.pdf", "", [PDF])
    assert len(names(ctx)) == 1
    now.advance(hours=25)
    assert housekeeping.tidy(ctx) == 1
    assert names(ctx) == set()


def test_an_upload_that_is_cut_off_leaves_nothing(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())

    def pieces() -> Iterator[bytes]:
        yield PDF * 100
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        compose.attach(ctx, seat, task.code, "安排.pdf", "", pieces())
    assert [path for path in (ctx.settings.data_dir / "vault").rglob("*") if path.is_file()] == []
    assert TaskFile.select().count() == 0


def test_files_of_jobs_that_never_came_about_go_and_those_of_others_stay(
    ctx: Context, cast: Cast, now: FixedClock
) -> None:
    shelf = vault(ctx)
    given, made = shelf.store([b"a"], owner="job"), shelf.store([b"b"], owner="job_result")
    shelf.store([b"c"], owner="job")
    shelf.store([b"d"], owner="job_result")
    Job.create(kind="import.graduates", file=given)
    Job.create(kind="export.graduates", result=made)
    now.advance(hours=25)
    assert stray_files.tidy(ctx) == 2
    assert names(ctx) == {given, made}


OWNED = ("application", "employer", "resume_pdf", "resume_photo")


def name_in_its_row(cast: Cast, ctx: Context, owner: str, file: str) -> None:
    """The row that names a file of each kind."""
    if owner == "application":
        keys = {"post": add_post(ctx, add_employer(cast)), "graduate": cast.graduate.graduate}
        Application.create(**keys, employer=cast.unit, resume=file)
    elif owner == "employer":
        Employer.update(licence=file).where(Employer.id == cast.unit).execute()
    else:
        column = owner.removeprefix("resume_")
        Resume.create(graduate=cast.graduate.graduate, **{column: file})


@pytest.mark.parametrize("owner", OWNED)
def test_papers_of_people_stay_with_their_rows_and_go_without(
    ctx: Context, cast: Cast, now: FixedClock, owner: str
) -> None:
    """Somebody died between the row and taking note of it, or before the row was there."""
    shelf = vault(ctx)
    kept, lost = shelf.store([b"a"], owner=owner), shelf.store([b"b"], owner=owner)
    name_in_its_row(cast, ctx, owner, kept)
    now.advance(hours=25)
    assert stray_files.tidy(ctx) == 1
    assert names(ctx) == {kept}
    assert lost not in names(ctx)


def test_a_photo_is_taken_note_of_at_once(ctx: Context, cast: Cast, meet: Meet, now: FixedClock) -> None:
    """A sweep that asks for each photo of the day whose it is would read the table of résumés as often."""
    content = io.BytesIO()
    Image.new("RGB", (300, 400), "blue").save(content, "PNG")
    photo.put(ctx, meet(cast.graduate), content)
    now.advance(hours=25)
    assert vault(ctx).unclaimed("resume_photo", now().timestamp()) == []
    assert stray_files.tidy(ctx) == 0
    assert len(names(ctx)) == 1


def test_every_owner_that_the_services_name_is_looked_after() -> None:
    """A kind of files that the sweep does not know would stay for ever."""
    named = set()
    for path in Path("services").rglob("*.py"):
        text = path.read_text()
        named |= set(re.findall(r"^OWNER_\w+ = \"(\w+)\"", text, re.MULTILINE))
        named |= set(re.findall(r"owner=\"(\w+)\"", text))
        if "owner=OWNER" in text:
            named |= set(re.findall(r"^OWNER = \"(\w+)\"", text, re.MULTILINE))
    assert len(named) > 5
    assert named - set(stray_files.OWNERS) == set()
