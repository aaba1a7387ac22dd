"""The graduate's side: applying, with the 简历 as it is now, and taking it back."""

import base64
import json
from datetime import timedelta
from typing import Any

from config.posts import limit
from domain import personal
from domain.desk_hours import CHINA
from domain.hiring import APPLICATION, INTERVIEW, WORKING
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from models import journal
from models.db import transaction
from models.employer import Employer
from models.graduate import Graduate, Intention
from models.post import Post
from models.wishes import Application, Interview
from services import degree_checks, listing
from services.context import Context
from services.employers import telling
from services.jobs.steps import vault
from services.listing import SLICE, Slice
from services.resumes import printing
from services.resumes.reading import of_graduate
from services.sessions import Visitor

OWNER = "application"  # of snapshots in the vault
PICTURE = "picture"  # in a snapshot: the photo as it was then, in base64
_LONGEST_NOTE, _LONGEST_REASON = 300, 200
_ALWAYS_HIDDEN = ("family",)  # no employer's business
_OVER = ("withdrawn", "rejected", "hired")


def apply(ctx: Context, visitor: Visitor, post_code: str, note: str = "") -> Application:
    """Applies for a published post of an approved employer; applying again is the first application.

    What the employer will read of the 简历 is fixed now, without what the graduate hides. Raises NotAllowed before the
    graduate is known, NotFound, Conflict ``post_not_open``, Invalid for a note that is too long, TooMany for today.
    """
    graduate = _graduate(visitor)
    words = personal.prose(note)
    if len(words) > _LONGEST_NOTE:
        raise Invalid.field("note", "too_long")
    post = _open_post(ctx, post_code)
    there = Application.get_or_none((Application.graduate == graduate) & (Application.post == post))
    if there is not None and there.status != "withdrawn":
        return there
    _check_day(ctx, graduate)
    shelf = vault(ctx)
    stored = shelf.store([_snapshot(ctx, graduate)], owner=OWNER)
    named = ""
    try:
        application, former = _apply(ctx, visitor, post_code, words, stored)
        named = application.resume
    finally:
        shelf.settle(OWNER, stored, is_named=named == stored)
    if former:
        shelf.delete(former)
    return application


@transaction
def _apply(ctx: Context, visitor: Visitor, post_code: str, note: str, stored: str) -> tuple[Application, str]:
    post, graduate = _open_post(ctx, post_code), _graduate(visitor)
    graduate.hold()  # two posts at once are two of the day
    there = Application.get_or_none((Application.graduate == graduate) & (Application.post == post))
    if there is None or there.status == "withdrawn":
        _check_day(ctx, graduate)
    columns: dict[str, Any] = {"resume": stored, "sent_at": ctx.clock()}
    keys = {"graduate": graduate, "post": post}
    others = columns | {"employer": post.employer, "note": note}
    application, is_new = Application.add_or_get(keys, others)
    if is_new:
        journal.write(application, "apply", visitor.actor, after=application.status)
        return application, ""
    if application.status != "withdrawn":
        return application, ""
    former = application.resume
    Application.update(note=note).where(Application.id == application.id).execute()
    application.note = note
    journal.step(application, APPLICATION, "apply", visitor.actor, reason="", seen_at=None, **columns)
    return application, former


def _check_day(ctx: Context, graduate: Graduate) -> None:
    """Raises TooMany, until midnight in China, for somebody who has applied often enough today."""
    most, now = limit("applications"), ctx.clock().astimezone(CHINA)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = (Application.graduate == graduate) & (Application.sent_at >= midnight)
    if Application.select(Application.id).where(today).limit(most).count() >= most:
        wait = midnight + timedelta(days=1) - now
        raise TooMany("applied_enough", max(1, int(wait.total_seconds())), most=most)


def _snapshot(ctx: Context, graduate: Graduate) -> bytes:
    wish = Intention.of_graduate(graduate.id)
    hides = {*_ALWAYS_HIDDEN, *((wish.hides or ()) if wish is not None else ())}
    paper = of_graduate(graduate)
    data = printing.contents(ctx, paper, hides)
    # The photo itself, not its name: the graduate may put another in its place, or take it away, the same day.
    picture = base64.b64encode(printing.picture_of(ctx, paper, data)).decode()
    return json.dumps(data | {PICTURE: picture}, ensure_ascii=False).encode()


def _open_post(ctx: Context, code: str) -> Post:
    """A post that may be applied for. Raises NotFound, Conflict ``post_not_open``."""
    post = Post.select(Post, Employer).join(Employer).where(Post.code == code).first()
    if post is None or post.published_at is None:
        raise NotFound()
    today = ctx.clock().astimezone(CHINA).date()
    is_open = post.status == "published" and (post.closes_on is None or post.closes_on >= today)
    if not is_open or post.employer.status not in WORKING:
        raise Conflict("post_not_open")
    return post


@transaction
def withdraw(ctx: Context, visitor: Visitor, code: str, reason: str = "") -> Application:
    """Takes an application back, and declines the interviews that are still ahead, of which the unit hears.

    With the last application to a unit the consent to its 学历查询 is taken back too. Twice is once.

    Raises NotFound, IllegalMove.
    """
    words = personal.prose(reason)[:_LONGEST_REASON]
    application = own(visitor, code)
    if application.status == "withdrawn":
        return application
    journal.step(application, APPLICATION, "withdraw", visitor.actor, reason=words)
    for interview in Interview.ahead(application, ctx.clock()):
        columns: dict[str, Any] = {"answered_at": ctx.clock(), "reason": words}
        journal.step(interview, INTERVIEW, "decline", visitor.actor, **columns)
        telling.interview_answered(ctx, interview)
    degree_checks.end_with(ctx, visitor, application)
    return application


def mine(ctx: Context, visitor: Visitor, after: str = "") -> Slice[Application]:
    """The graduate's applications with posts and employers, the newest first."""
    query = _joined().where(Application.graduate == _graduate(visitor))
    if last := listing.place_of(after, (int,)):
        query = query.where(Application.id < last[0])
    rows = list(query.order_by(Application.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "")


def own(visitor: Visitor, code: str) -> Application:
    """One of the graduate's applications, with post and employer; raises NotFound."""
    mine = (Application.code == code) & (Application.graduate == _graduate(visitor))
    row = _joined().where(mine).first()
    if row is None:
        raise NotFound()
    return row


def may_withdraw(application: Application) -> bool:
    """Whether there is still something to take back."""
    return application.status not in _OVER


def _joined() -> Any:
    query = Application.select(Application, Post, Employer).join(Post).switch(Application)
    return query.join(Employer, on=(Application.employer == Employer.id))


def _graduate(visitor: Visitor) -> Graduate:
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    return visitor.graduate
