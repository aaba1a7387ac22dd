"""专场招聘: the campaigns that are on, each with its own list of posts."""

from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from documents.rich_text import cleaned
from domain.desk_hours import CHINA
from handlers import post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.posts import TABS
from services.posts import open_fairs

door = Door("fairs")

PAGE = "/h5/fairs"


@door.on(PAGE, Guard.PERSON)
def fairs() -> ResponseReturnValue:
    """Fairs whose last day has not passed."""
    today = visit.ctx().clock().astimezone(CHINA).date()
    found = open_fairs.current(today, request.args.get("after", ""))
    rows = [
        (row, post_words.span_words(row.starts_on, row.ends_on), row.starts_on > today) for row in found.rows
    ]
    return Form().show("h5/fairs.html", tabs=TABS, rows=rows, following=_after(PAGE, found.after))


@door.on(f"{PAGE}/<code>", Guard.PERSON)
def fair(code: str) -> ResponseReturnValue:
    """One fair and a page of its posts."""
    row = open_fairs.one(code)
    found = open_fairs.posts(row, request.args.get("after", ""))
    return Form().show(
        "h5/fair.html",
        fair=row,
        body=Markup(cleaned(row.body)),  # noqa: S704 - only what the cleaner lets through
        span=post_words.span_words(row.starts_on, row.ends_on),
        is_over=row.status == "ended" or row.ends_on < visit.ctx().clock().astimezone(CHINA).date(),
        cards=[post_words.card_of(post) for post in found.rows],
        is_first="after" not in request.args,
        following=_after(f"{PAGE}/{code}", found.after),
    )


def _after(page: str, after: str) -> str:
    return f"{page}?{urlencode({'after': after})}" if after else ""
