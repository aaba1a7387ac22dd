"""Writing tasks at the console."""

from models.task import Task
from tests.browser import Browser, Page

FORM = "/console/tasks/new"


def write(desk: Browser, **values: object) -> Page:
    """A draft from the empty form."""
    form: dict[str, object] = {
        "title": "学习促就业政策",
        "kind": "policy",
        "body": "<p>请转发<b>学生</b></p>",
    }
    return desk.open(FORM).submit(FORM, **form | values)


def only() -> Task:
    """The newest task."""
    return Task.select().order_by(Task.id.desc()).get()
