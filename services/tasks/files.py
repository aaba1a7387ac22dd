"""Attachments of tasks: taken in encrypted, known by their content, handed out piece by piece."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import NamedTuple

from documents.file_kinds import FileKind, Unfit, kind_of
from documents.vault import Damaged
from domain import personal
from domain.refusals import Conflict, Invalid, NotFound
from models import journal
from models.db import transaction
from models.task import Task, TaskFile
from services.context import Context
from services.jobs.steps import vault
from services.seats import Seat
from services.tasks.visible import owned, seen

MOST_FILES = 9
MOST_BYTES = 20 * 2**20
_LONGEST_NAME = 100


def of_task(task: Task) -> list[TaskFile]:
    """The attachments, in the order in which they came."""
    return list(TaskFile.select().where(TaskFile.task == task.id).order_by(TaskFile.id))


def attach(
    ctx: Context, seat: Seat, code: str, name: str, media_type: str, pieces: Iterable[bytes]
) -> TaskFile:
    """Adds a file to a draft; ``media_type`` is what the browser said, which counts for nothing.

    The same content once more gets the first one again, under its first name. Raises NotFound, Conflict for no draft,
    Invalid for a file that is empty, too big, one too many or of no kind that is taken (PDF, pictures, Office documents
    without macros).
    """
    _check(owned(seat, code))
    shelf = vault(ctx)
    stored = _take_in(ctx, pieces)
    try:
        with shelf.open(stored.file) as file:
            kind = kind_of(file)  # type: ignore[arg-type]  # a RawIOBase that reads as much as it is asked for
        row = _attach(ctx, seat, code, stored, (_named(name, kind), kind.media_type))
    except Unfit:
        shelf.delete(stored.file)
        raise Invalid.field("file", "task_file_kind") from None
    except (Invalid, NotFound, Conflict):
        shelf.delete(stored.file)
        raise
    if row.file != stored.file:
        shelf.delete(stored.file)
    return row


class Stored(NamedTuple):
    """A file in the vault: its name there, its size in bytes, the SHA-256 of what it contains."""

    file: str
    size: int
    digest: str


def _take_in(ctx: Context, pieces: Iterable[bytes]) -> Stored:
    size, digest = 0, sha256()

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            digest.update(piece)
            if size > MOST_BYTES:
                raise Invalid.field("file", "task_file_too_big")
            yield piece
        if not size:
            raise Invalid.field("file", "file_needed")

    name = vault(ctx).store(counted(), owner="task_file")
    return Stored(name, size, digest.hexdigest())


@transaction
def _attach(ctx: Context, seat: Seat, code: str, stored: Stored, named: tuple[str, str]) -> TaskFile:
    task = _held(ctx, seat, code)
    _check(task)
    same = TaskFile.get_or_none((TaskFile.task == task.id) & (TaskFile.digest == stored.digest))
    if same is not None:
        return same
    if TaskFile.select().where(TaskFile.task == task.id).count() >= MOST_FILES:
        raise Invalid.field("file", "task_too_many_files")
    file = TaskFile.create(task=task, name=named[0], media_type=named[1], **stored._asdict())
    journal.write(task, "attach", seat.actor, note={"file": file.code})
    return file


def _held(ctx: Context, seat: Seat, code: str) -> Task:
    """A task behind its lock: two files at once must not both be the last one allowed, none come or go after it
    was sent."""
    Task.update(updated_at=ctx.clock()).where(Task.id == owned(seat, code).id).execute()
    return owned(seat, code)


def detach(ctx: Context, seat: Seat, code: str, file_code: str) -> None:
    """Removes a file from a draft; one that is not there is gone already. Raises NotFound, Conflict."""
    stored = _detach(ctx, seat, code, file_code)
    if stored:
        vault(ctx).delete(stored)


@transaction
def _detach(ctx: Context, seat: Seat, code: str, file_code: str) -> str:
    task = _held(ctx, seat, code)
    _check(task)
    file = TaskFile.get_or_none((TaskFile.task == task.id) & (TaskFile.code == file_code))
    if file is None:
        return ""
    file.delete_instance()
    journal.write(task, "detach", seat.actor, note={"file": file.code})
    return str(file.file)


def fetch(ctx: Context, seat: Seat, code: str, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment of a task that the seat sees. Raises NotFound."""
    return content(ctx, seen(seat, code), file_code)


def content(ctx: Context, task: Task, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment and its pieces, for a caller who has made sure that the task may be seen. Raises NotFound."""
    file = TaskFile.get_or_none((TaskFile.task == task.id) & (TaskFile.code == file_code))
    if file is None:
        raise NotFound()
    with suppress(Damaged):
        shelf = vault(ctx)
        shelf.key_of(file.file)
        return file, shelf.pieces(file.file)
    raise NotFound()


def _check(task: Task) -> None:
    if task.status != "draft":
        raise Conflict("task_no_draft")


def _named(name: str, kind: FileKind) -> str:
    """The name as people know it, without folders, with the ending that its content calls for."""
    bare = personal.prose(PurePosixPath(name.replace("\\", "/")).name)
    stem = bare.rpartition(".")[0] if "." in bare else bare
    stem = "".join(char for char in stem if char not in '<>:"/\\|?*').strip(". ")[:_LONGEST_NAME]
    return (stem or "file") + kind.ending
