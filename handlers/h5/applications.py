"""投递: applying for a post with the 简历 of today, and what became of it."""

from urllib.parse import urlencode

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from handlers import hiring_words, post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.intention import HIDES
from handlers.h5.posts import TABS
from services import graduates
from services.applications import applying
from services.posts import deeds
from services.resumes import standing

door = Door("applications")

PAGE = "/h5/applications"
STATUSES = hiring_words.STATUSES | {"withdrawn": "已撤回"}


@door.on("/h5/posts/<code>/apply", Guard.GRADUATE, ["GET", "POST"])
def apply(code: str) -> ResponseReturnValue:
    """投递简历: what the employer will see of it, and a word of one's own."""
    form, visitor = Form("note"), visit.me()
    post = deeds.one(code)
    if form.is_sent:
        with form.refusals():
            applying.apply(visit.ctx(), visitor, code, form.text("note"))
            flash("已投递。单位查看、发出面试通知时，会通过公众号告诉您。")
            return redirect(PAGE, 303)
    application = deeds.standing(visitor, post).application
    wish = graduates.intention_of(visitor)
    return form.show(
        "h5/apply.html",
        post=post,
        card=post_words.card_of(post),
        has_applied=application is not None and application.status != "withdrawn",
        percent=standing.percent_of(visitor.graduate) if visitor.graduate else 0,
        hidden=[HIDES[name] for name in HIDES if wish and name in (wish.hides or ())],
    )


@door.on(PAGE, Guard.GRADUATE)
def applications() -> ResponseReturnValue:
    """我的投递, the newest first."""
    found = applying.mine(visit.ctx(), visit.me(), request.args.get("after", ""))
    return Form().show(
        "h5/applications.html",
        tabs=TABS,
        rows=[(row, post_words.card_of(row.post), applying.may_withdraw(row)) for row in found.rows],
        statuses=STATUSES,
        following=f"{PAGE}?{urlencode({'after': found.after})}" if found.after else "",
    )


@door.on(f"{PAGE}/<code>/withdraw", Guard.GRADUATE, ["POST"])
def withdraw(code: str) -> ResponseReturnValue:
    """撤回投递."""
    form = Form()
    with form.refusals():
        applying.withdraw(visit.ctx(), visit.me(), code, form.text("reason"))
        flash("已撤回投递，单位不能再查看您的简历。")
        return redirect(PAGE, 303)
    flash(form.error or "这份投递已有结果，不能撤回。", "warn")
    return redirect(PAGE, 303)
