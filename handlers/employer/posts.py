"""岗位 in the hands of their employer: written, looked at as graduates will see them, handed in, taken off."""

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.refusals import Conflict, NotFound
from handlers import visit
from handlers.console.tried import tried
from handlers.employer.entry import HOME
from handlers.employer.post_form import options, post_form, sent
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.hiring_words import STATUSES
from handlers.post_findings import said
from handlers.post_words import card_of, day_words, place_names, tag_words, year_words
from models.employer import Recruiter
from models.post import Post
from services.context import Context
from services.posts import gate, life, queue
from services.sessions import Visitor

door = Door("employer_posts")

PAGE = f"{HOME}posts"
WORDS = STATUSES | {"draft": "草稿"}
TAGS = {"published": "good", "review": "warn", "returned": "bad", "suspended": "bad"}
SHOWN = ("draft", "review", "returned", "published", "suspended", "closed", "expired")
UNREAD = {"majors": "专业", "places": "工作地点", "pay": "薪资"}
_VERBS: dict[str, tuple[Callable[[Context, Visitor, str], Post], str]] = {
    "submit": (life.submit, "已提交审核，结果会用微信或短信告诉您。"),
    "recall": (life.recall, "已撤回，可以修改后重新提交。"),
    "revise": (life.revise, "岗位已下线，请修改后重新提交审核。"),
    "close": (life.close, "岗位已关闭，毕业生不能再投递。"),
    "rework": (life.rework, "已复制到草稿，请核对截止日期后重新提交。"),
    "discard": (life.discard, "草稿已删除。"),
}


def recruiter() -> Recruiter:
    """Who is here, for an employer that has been let in."""
    return life.employer_side(visit.me())


@door.on(PAGE, Guard.EMPLOYER)
def employer_posts() -> ResponseReturnValue:
    """The employer's posts, the newest first."""
    status, mine = request.args.get("status", ""), recruiter()
    found = queue.of_employer(mine, status if status in SHOWN else "", request.args.get("after", ""))
    return Form().show(
        "employer/posts.html",
        visitor=visit.me(),
        found=found,
        cards=[card_of(post) for post in found.rows],
        counts=queue.counts(found.rows),
        statuses=[(status, WORDS[status]) for status in SHOWN],
        words=WORDS,
        tags=TAGS,
    )


@door.on(f"{PAGE}/new", Guard.EMPLOYER, ["GET", "POST"])
def new_post() -> ResponseReturnValue:
    """A new draft."""
    return _edit("")


@door.on(f"{PAGE}/<code>/edit", Guard.EMPLOYER, ["GET", "POST"])
def edit_post(code: str) -> ResponseReturnValue:
    """Changes a draft, or what came back."""
    return _edit(code)


def _edit(code: str) -> ResponseReturnValue:
    mine = recruiter()
    post = life.mine(mine, code) if code else None
    if post is not None and post.status not in ("draft", "returned"):
        raise Conflict("post_not_editable")
    form = post_form(post, mine.employer)
    if form.is_sent:
        with form.refusals():
            saved = life.save(visit.ctx(), visit.me(), sent(form, mine.employer), code, form.text("seen"))
            return redirect(f"{PAGE}/{saved.code}", 303)
    return form.show("employer/post-edit.html", visitor=visit.me(), post=post, **options())


@door.on(f"{PAGE}/<code>", Guard.EMPLOYER)
def employer_post(code: str) -> ResponseReturnValue:
    """A post as graduates see it, what the gate found in it, and what may be done now."""
    post = life.mine(recruiter(), code)
    found = gate.findings(post) if post.status in ("draft", "returned", "review") else []
    return Form().show(
        "employer/post.html",
        visitor=visit.me(),
        post=post,
        findings=said(found),
        unread=[(UNREAD[name], words) for name, words in (post.unread or {}).items() if name in UNREAD],
        words=WORDS,
        tags=TAGS,
        **described(post),
    )


def described(post: Post) -> dict[str, object]:
    """A post in words."""
    return {
        "card": card_of(post),
        "places": place_names(post),
        "tag_names": tag_words(post),
        "years": year_words(post),
        "last_day": day_words(post.closes_on) if post.closes_on else "发布后 90 天",
    }


@door.on(f"{PAGE}/<code>/<verb>", Guard.EMPLOYER, ["POST"])
def move_post(code: str, verb: str) -> ResponseReturnValue:
    """One step of the post."""
    if verb not in _VERBS:
        raise NotFound()
    act, words = _VERBS[verb]
    with tried(words):
        post = act(visit.ctx(), visit.me(), code)
        if verb in ("revise", "rework"):
            flash(words)
            return redirect(f"{PAGE}/{post.code}/edit", 303)
        if verb == "discard":
            flash(words)
            return redirect(PAGE, 303)
    return redirect(f"{PAGE}/{code}", 303)
