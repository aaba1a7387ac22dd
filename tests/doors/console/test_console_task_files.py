"""Files of a task at the console: with the draft, one by one, and what is no file for a task."""

import io

from models.task import Task, TaskFile
from tests.browser import Browser
from tests.doors.console.task_forms import only, write

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def test_files_come_with_the_draft(school_desk: Browser) -> None:
    def chosen() -> list[tuple[io.BytesIO, str]]:
        return [
            (io.BytesIO(PNG), "海报.png"),
            (io.BytesIO(b"MZ" * 40), "程序.exe"),
            (io.BytesIO(PNG), "again.png"),
        ]

    wrong = write(school_desk, title="", files=chosen())
    assert "如选过附件，请重新选择" in wrong.text
    assert Task.select().count() == 0
    page = write(school_desk, files=chosen())
    assert "附件“程序.exe”没有上传。附件请上传 PDF" in page.text
    assert [file.name for file in TaskFile.select()] == ["海报.png"]
    at = f"/console/tasks/{only().code}"
    assert "海报.png" in school_desk.open(f"{at}/edit").text
    more = school_desk.open(f"{at}/edit").submit(f"{at}/edit", files=(io.BytesIO(PNG + b"x"), "b.png"))
    assert "b.png" in more.text
    assert TaskFile.select().count() == 2


def test_files_are_added_fetched_and_removed(school_desk: Browser, draft: Task) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at).submit(f"{at}/files", file=(io.BytesIO(PNG), "宣传 海报.png"))
    assert "附件已上传" in page.text
    assert "宣传 海报.png" in page.text
    file = TaskFile.get()
    got = school_desk.open(f"{at}/files/{file.code}").response
    assert got.data == PNG
    assert got.headers["Content-Disposition"].startswith("attachment;")
    wrong = school_desk.open(at).submit(f"{at}/files", file=(io.BytesIO(b"MZ" * 40), "a.png"))
    assert wrong.status == 422
    assert "附件请上传 PDF" in wrong.text
    assert "请选择" in school_desk.open(at).submit(f"{at}/files").text
    gone = school_desk.open(at).submit(f"{at}/files/{file.code}/remove")
    assert "没有附件" in gone.text
    assert school_desk.open(f"{at}/files/{file.code}").status == 404
