"""专场招聘: made, filled with posts, published, taken back; it ends by itself."""

from datetime import date
from html import unescape

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from documents.rich_text import cleaned
from handlers import visit
from handlers.console.employers import reviewer
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_words import card_of
from models.post import Fair
from services.posts import fairs, queue
from services.posts.fairs import FairForm

door = Door("console_fairs")

PAGE = "/console/fairs"
WORDS = {
    "draft": "草稿",
    "published": "已发布",
    "withdrawn": "已撤回",
    "ended": "已结束",
    "discarded": "已删除",
}
_TAGS = {"published": "good", "draft": "warn"}
_LONGEST = 6_000
_MOST = 30


@door.on(PAGE, Guard.CONSOLE)
def fair_list() -> ResponseReturnValue:
    """The office's fairs and those below it."""
    mine, status = reviewer(), request.args.get("status", "")
    found = queue.fairs(fairs.within(mine), status if status in WORDS else "", request.args.get("after", ""))
    return Form().show("console/fairs.html", found=found, words=WORDS, tags=_TAGS)


@door.on(f"{PAGE}/new", Guard.CONSOLE, ["GET", "POST"])
def new_fair() -> ResponseReturnValue:
    """A new fair."""
    return _edit(None)


@door.on(f"{PAGE}/<code>/edit", Guard.CONSOLE, ["GET", "POST"])
def edit_fair(code: str) -> ResponseReturnValue:
    """Changes a fair."""
    return _edit(fairs.one(reviewer(), code))


def _edit(fair: Fair | None) -> ResponseReturnValue:
    mine = reviewer()
    form = Form("title", "body", "campaign", "starts_on", "ends_on", "seen", **_known(fair))
    if form.is_sent:
        form.values["body"] = request.form.get("body", "")[:_LONGEST]
        with form.refusals():
            days = (_day(form.text("starts_on")), _day(form.text("ends_on")))
            words = (form.text("title"), str(form.values["body"]), form.text("campaign"))
            which = (fair.code, form.text("seen")) if fair else ("", "")
            saved = fairs.save(visit.ctx(), mine, FairForm(*words, *days), *which)
            flash("已保存。请选择岗位，再发布。")
            return redirect(f"{PAGE}/{saved.code}", 303)
    return form.show("console/fair-edit.html", fair=fair)


def _known(fair: Fair | None) -> dict[str, object]:
    if fair is None:
        return {}
    known = {name: getattr(fair, name) for name in ("title", "campaign", "starts_on", "ends_on")}
    lines = fair.body.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    return known | {"body": unescape("\n".join(lines)), "seen": fair.version}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@door.on(f"{PAGE}/<code>", Guard.CONSOLE)
def one_fair(code: str) -> ResponseReturnValue:
    """A fair with its posts, and those that may be added."""
    mine = reviewer()
    fair = fairs.one(mine, code)
    is_own = fair.unit_id == mine.scope.unit.id
    found = fairs.candidates(mine, fair, request.args.get("q", "")) if is_own else []
    return Form().show(
        "console/fair.html",
        fair=fair,
        is_own=is_own,
        body=Markup(cleaned(fair.body)),  # noqa: S704 - only what the cleaner lets through
        inside=[card_of(post) for post in fairs.posts(fair)],
        found=[card_of(post) for post in found],
        words=WORDS,
        tags=_TAGS,
    )


@door.on(f"{PAGE}/<code>/posts", Guard.CONSOLE, ["POST"])
def add_to_fair(code: str) -> ResponseReturnValue:
    """Adds the posts that were ticked."""
    with tried("已加入专场。"):
        fairs.add(visit.ctx(), reviewer(), code, Form().choices("post", _MOST))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/posts/<post>/remove", Guard.CONSOLE, ["POST"])
def remove_from_fair(code: str, post: str) -> ResponseReturnValue:
    """Takes one out."""
    with tried("已移出专场。"):
        fairs.remove(visit.ctx(), reviewer(), code, post)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/publish", Guard.CONSOLE, ["POST"])
def publish_fair(code: str) -> ResponseReturnValue:
    """Puts it before graduates."""
    with tried("已发布，毕业生可以在“专场招聘”中看到。"):
        fairs.publish(visit.ctx(), reviewer(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/withdraw", Guard.CONSOLE, ["POST"])
def withdraw_fair(code: str) -> ResponseReturnValue:
    """Takes it back."""
    with tried("已撤回，毕业生看不到这个专场。"):
        fairs.withdraw(visit.ctx(), reviewer(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/discard", Guard.CONSOLE, ["POST"])
def discard_fair(code: str) -> ResponseReturnValue:
    """Deletes a draft."""
    with tried("草稿已删除。"):
        fairs.discard(visit.ctx(), reviewer(), code)
    return redirect(PAGE, 303)
