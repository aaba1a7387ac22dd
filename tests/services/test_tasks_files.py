"""Files of a task: known by what they contain, kept once, refused without a trace."""

import io
import zipfile
from collections.abc import Callable

import pytest

from documents import workbook
from documents.workbook import Sheet
from domain.refusals import Conflict
from models.task import TaskFile
from services.context import Context
from services.jobs.steps import vault
from services.seats import Seat
from services.tasks import compose, files
from tests.cast import Cast
from tests.services.tasks import PDF, notice, sent
from tests.services.tools import acts, refusal_of, together

Sit = Callable[[str], Seat]


def office(*parts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return content.getvalue()


def sheet() -> bytes:
    content = io.BytesIO()
    workbook.write(content, Sheet("数据", ["一"], [["二"]]))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("通知.pdf", PDF, "通知.pdf"),
        ("通知.exe", PDF, "通知.pdf"),
        ("C:\\temp\\表.xls", sheet(), "表.xlsx"),
        ("../../etc/图.html", b"\x89PNG\r\n\x1a\n" + b"x" * 99, "图.png"),
        ("", b"\xff\xd8\xff\xe0" + b"x" * 99, "file.jpg"),
    ],
)
def test_a_file_is_what_it_contains(
    ctx: Context, cast: Cast, sit: Sit, name: str, content: bytes, kept: str
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    file = compose.attach(ctx, seat, task.code, name, "application/x-anything", [content])
    assert (file.name, file.size) == (kept, len(content))
    assert content not in vault(ctx).path(file.file).read_bytes()
    assert b"".join(files.fetch(ctx, seat, task.code, file.code)[1]) == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_needed"),
        (b"<html><script>x</script>", "task_file_kind"),
        (b"MZ\x90" + b"x" * 99, "task_file_kind"),
        (office("a.txt"), "task_file_kind"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "task_file_kind"),
        (office("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "task_file_kind"),
        (b"PK\x03\x04" + b"x" * 99, "task_file_kind"),
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    ctx: Context, cast: Cast, sit: Sit, content: bytes, code: str
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    before = set(vault(ctx).names())
    refused = refusal_of(lambda: compose.attach(ctx, seat, task.code, "a.pdf", "application/pdf", [content]))
    assert refused.code == code
    assert set(vault(ctx).names()) == before
    assert TaskFile.select().count() == 0


def test_too_big_and_too_many(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    big = (b"%PDF-" + b"x" * 2**20 for _ in range(21))
    assert refusal_of(lambda: compose.attach(ctx, seat, task.code, "a", "", big)).code == "task_file_too_big"
    for number in range(files.MOST_FILES):
        compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF, bytes([number])])
    tenth = refusal_of(lambda: compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF]))
    assert tenth.code == "task_too_many_files"
    compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF, b"\x00"])  # one that is there


def test_the_same_file_twice_is_there_once(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task, other = compose.save(ctx, seat, notice()), compose.save(ctx, seat, notice())
    first = compose.attach(ctx, seat, task.code, "安排.pdf", "", [PDF])
    kept = set(vault(ctx).names())
    again = compose.attach(ctx, seat, task.code, "改名.pdf", "", [PDF[:900], PDF[900:]])
    assert (again.id, again.name, set(vault(ctx).names())) == (first.id, "安排.pdf", kept)
    at_once = together(*[lambda: compose.attach(ctx, seat, task.code, "b.pdf", "", [PDF, b"b"])] * 3)
    assert len({row.id for row in at_once}) == 1
    assert len(files.of_task(task)) == 2
    assert [act[0] for act in acts("task")].count("attach") == 2
    compose.attach(ctx, seat, other.code, "安排.pdf", "", [PDF])
    compose.detach(ctx, seat, task.code, first.code)
    assert compose.attach(ctx, seat, task.code, "安排.pdf", "", [PDF]).id != first.id
    [theirs] = files.of_task(other)
    assert b"".join(files.fetch(ctx, seat, other.code, theirs.code)[1]) == PDF


def test_a_sent_task_takes_no_files(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.attach(ctx, seat, task.code, "a.pdf", "", [PDF])
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.detach(ctx, seat, task.code, "x")
