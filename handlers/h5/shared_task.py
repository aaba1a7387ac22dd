"""The page that a counselor sends on: a task as a graduate sees it, without log-in and the counselor's part."""

from flask import Response, make_response, session
from flask.typing import ResponseReturnValue

from domain.refusals import NotFound
from handlers import visit
from handlers.dress import page
from handlers.guards import Door, Guard
from handlers.h5 import task_pages
from handlers.h5.js_sdk import sdk_address, share_card
from handlers.h5.tasks import card_text, sent
from handlers.task_words import KINDS, span_words
from models.base import new_code
from services.tasks import desk, files

door = Door("shared_task")

_PHONE = "phone"


@door.on("/t/<code>", Guard.ANYONE)
def shared_task(code: str) -> ResponseReturnValue:
    """The text, the course's times, the link and the attachments; withdrawn ones are gone."""
    ctx = visit.ctx()
    try:
        task = desk.shared(ctx, code)
    except NotFound as refusal:
        if refusal.code != "task_withdrawn":
            raise
        return unlisted(make_response(page("h5/shared-gone.html"), 410))
    _know()
    now = ctx.clock()
    course = span_words(task.starts_at, task.ends_at, now) if task.starts_at and task.ends_at else ""
    shown = page(
        "h5/shared-task.html",
        task=task,
        code=code,
        kind=KINDS[task.kind],
        course=course,
        is_over=task.ends_at is not None and task.ends_at < now,
        body=task_pages.body_of(task),
        link=task_pages.link_of(task),
        files=task_pages.sized(files.of_task(task)),
        share=share_card(task.title, card_text(task), f"/t/{code}"),
        sdk=sdk_address(),
    )
    return unlisted(make_response(shown))


@door.on("/t/<code>/opened", Guard.ANYONE, ["POST"])
def shared_task_opened(code: str) -> ResponseReturnValue:
    """Told by the page's script while somebody looks at it: previews and crawlers fetch the page and tell nothing."""
    phone = session.get(_PHONE, "")
    if phone:
        desk.opened(visit.ctx(), code, phone, visit.visitor())
    return "", 204


@door.on("/t/<code>/files/<file>", Guard.ANYONE)
def shared_file(code: str, file: str) -> Response:
    """An attachment."""
    return unlisted(sent(*desk.shared_file(visit.ctx(), code, file)))


def unlisted(response: Response) -> Response:
    """A page for whom it is sent to, not for what searches the web."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _know() -> None:
    """Gives a browser the word by which its openings are told apart."""
    if _PHONE not in session:
        session[_PHONE] = new_code()
        session.permanent = True
