"""岗位: what employers of this range hand in, with what the gate found; published, returned, taken off."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from config.posts import choices
from handlers import visit
from handlers.console.employers import reviewer
from handlers.console.tried import tried
from handlers.employer.posts import TAGS, WORDS, described
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_findings import said
from handlers.post_words import card_of
from services.posts import gate, queue, review
from services.posts.queue import PostFilter

door = Door("console_posts")

PAGE = "/console/posts"
WAITING = "review"
_SHOWN = ("published", "returned", "suspended", "closed", "expired")
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def post_list() -> ResponseReturnValue:
    """The list; without a status what waits."""
    status = request.args.get("status", "")
    wanted = PostFilter(
        {"": WAITING, "all": ""}.get(status, status),
        request.args.get("q", "").strip()[:_LONGEST],
        request.args.get("source", ""),
    )
    found = queue.of_office(reviewer(), wanted, request.args.get("after", ""))
    marks = [gate.findings(post) if post.status == WAITING else [] for post in found.rows]
    return Form().show(
        "console/posts.html",
        found=found,
        rows=list(zip([card_of(post) for post in found.rows], marks, strict=True)),
        statuses=[(status, WORDS[status]) for status in _SHOWN] + [("all", "全部")],
        sources=list(choices("source").items()),
        words=WORDS,
        tags=TAGS,
    )


@door.on(f"{PAGE}/<code>", Guard.CONSOLE)
def one_post(code: str) -> ResponseReturnValue:
    """A post as graduates will see it, and what the gate found in it."""
    post = review.one(reviewer(), code)
    return Form().show(
        "console/post.html",
        post=post,
        findings=said(gate.findings(post)),
        words=WORDS,
        tags=TAGS,
        **described(post),
    )


@door.on(f"{PAGE}/<code>/publish", Guard.CONSOLE, ["POST"])
def publish_post(code: str) -> ResponseReturnValue:
    """Publishes what was handed in, or what was taken off."""
    with tried("已发布，毕业生可以看到。"):
        review.publish(visit.ctx(), reviewer(), code, Form().text("seen"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/return", Guard.CONSOLE, ["POST"])
def return_post(code: str) -> ResponseReturnValue:
    """Sends it back with a reason."""
    with tried("已退回，对方会看到原因。"):
        review.return_(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/suspend", Guard.CONSOLE, ["POST"])
def suspend_post(code: str) -> ResponseReturnValue:
    """Takes a published post off."""
    with tried("已暂停，毕业生看不到这个岗位。"):
        review.suspend(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/close", Guard.CONSOLE, ["POST"])
def close_post(code: str) -> ResponseReturnValue:
    """Ends a post for good."""
    with tried("已关闭。"):
        review.close(visit.ctx(), reviewer(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)
