"""关联辅导员: a graduate ticks counselors, either side may untick, the counselor sees the graduates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain import personal
from domain.actors import Role
from domain.machines import LINK
from domain.refusals import Invalid, NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.graduate import Graduate, Link
from models.org import Responsibility, Staff
from models.wechat_user import Binding, Scene
from services.callbacks import account_card_changed
from services.context import Context
from services.outbox import owe
from services.sessions import Visitor
from templates_msg.links import NO_REASON, CounselorLinked, LinkEnded

SCENE_LIFE = timedelta(days=7)
PAGE = 30
MY_GRADUATES = "/h5/my-graduates"
MY_COUNSELORS = "/h5/my-counselors"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A counselor whom a graduate may tick."""

    staff: Staff
    link: Link | None  # set when the two are linked now


def candidates(visitor: Visitor) -> list[Candidate]:
    """Counselors who answer for the graduate's college, 届别, 层次 and class, and those linked already."""
    graduate = _graduate(visitor)
    linked = {link.staff_id: link for link in Link.live_of_graduate(graduate.id)}
    found = Responsibility.counselors_for(
        graduate.college_id, graduate.year, graduate.education, graduate.class_name, graduate.major_code
    )
    rows = [Candidate(staff, linked.pop(staff.id, None)) for staff in found]
    return rows + [Candidate(link.staff, link) for link in linked.values()]


def linked(visitor: Visitor) -> list[Link]:
    """The graduate's links that hold now, with staff and account, the oldest first."""
    return Link.live_of_graduate(_graduate(visitor).id)


def link(ctx: Context, visitor: Visitor, staff_codes: Sequence[str]) -> list[Link]:
    """Links the graduate with every ticked counselor and tells each; those linked already stay as they are.

    Raises Invalid: ``choose_counselor`` for an empty choice, ``not_candidate`` when somebody ticked is not one.
    """
    if not staff_codes:
        raise Invalid("choose_counselor")
    made = _link(ctx, visitor, staff_codes)
    account_card_changed(ctx, visitor.account)
    return made


@transaction
def _link(ctx: Context, visitor: Visitor, staff_codes: Sequence[str]) -> list[Link]:
    graduate = _graduate(visitor)
    allowed = {candidate.staff.code: candidate.staff for candidate in candidates(visitor)}
    if any(code not in allowed for code in staff_codes):
        raise Invalid("not_candidate")
    made = []
    for code in dict.fromkeys(staff_codes):
        row, _is_new = Link.add_or_get({"graduate": graduate.id, "staff": allowed[code].id}, {})
        if row.status != "linked":
            journal.step(row, LINK, "link", visitor.actor, linked_at=ctx.clock(), reason="")
            _tell_counselor(ctx, graduate, allowed[code], row)
        made.append(row)
    return made


def _tell_counselor(ctx: Context, graduate: Graduate, staff: Staff, row: Link) -> None:
    message = CounselorLinked(
        graduate=graduate.name, group=f"{graduate.college.name}{graduate.class_name}", at=ctx.clock()
    )
    openid = Binding.openid_of(ctx.settings.wechat_app_id, staff.account_id)
    owe(ctx, message, openid=openid, key=f"linked:{row.code}:{row.version}", path=MY_GRADUATES)


def unlink(ctx: Context, visitor: Visitor, link_code: str, reason: str) -> None:
    """Ends a link of the visitor's own, with the reason a counselor owes; doing it again changes nothing.

    Raises NotFound for somebody else's link, Invalid without a reason.
    """
    link_row = _unlink(ctx, visitor, link_code, personal.prose(reason))
    if link_row.graduate.account is not None:
        account_card_changed(ctx, link_row.graduate.account)


@transaction
def _unlink(ctx: Context, visitor: Visitor, link_code: str, reason: str) -> Link:
    row = Link.by_code(link_code)
    mine = row is not None and (
        row.graduate_id == visitor.actor.graduate_id
        or (visitor.counselor is not None and row.staff_id == visitor.counselor.id)
    )
    if row is None or not mine:
        raise NotFound()
    by_graduate = row.graduate_id == visitor.actor.graduate_id
    if not reason and not by_graduate:
        raise Invalid.field("reason", "reason_needed")
    if len(reason) > 100:
        raise Invalid.field("reason", "too_long")
    if row.status != "linked":
        return row
    journal.step(row, LINK, "unlink", visitor.actor, reason=reason)
    _tell_other_side(ctx, row, by_graduate, reason)
    return row


def _tell_other_side(ctx: Context, row: Link, by_graduate: bool, reason: str) -> None:
    person = row.graduate.name if by_graduate else row.staff.account.name
    other_account = row.staff.account_id if by_graduate else row.graduate.account_id
    if other_account is None:
        return
    message = LinkEnded(person=person, reason=reason or NO_REASON, at=ctx.clock())
    path = MY_GRADUATES if by_graduate else MY_COUNSELORS
    openid = Binding.openid_of(ctx.settings.wechat_app_id, other_account)
    owe(ctx, message, openid=openid, key=f"unlinked:{row.code}:{row.version}", path=path)


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """One page of a counselor's graduates; ``after`` leads to the next one, empty at the end."""

    links: list[Link]
    total: int
    after: str
    followed: frozenset[int]  # account ids of those who follow the official account
    bound: frozenset[int]  # account ids of those bound to a WeChat


def my_graduates(ctx: Context, visitor: Visitor, keyword: str = "", after: str = "") -> LinkedPage:
    """我的毕业生: linked graduates with intention, expectation, followed and bound, newest link first."""
    staff = _counselor(visitor)
    before = None
    if after:
        last = Link.by_code(after)
        if last is None or last.staff_id != staff.id:
            raise NotFound()
        before = (last.linked_at, last.id)
    rows = Link.page_of_staff(staff.id, personal.clean(keyword), before, PAGE + 1)
    accounts = [row.graduate.account_id for row in rows if row.graduate.account_id]
    bound, followed = Binding.reachable(ctx.settings.wechat_app_id, accounts)
    return LinkedPage(
        links=rows[:PAGE],
        total=Link.count_of_staff(staff.id),
        after=rows[PAGE - 1].code if len(rows) > PAGE else "",
        followed=followed,
        bound=bound,
    )


@transaction
def _new_scene(ctx: Context, staff: Staff) -> Scene:
    return Scene.create(purpose="counselor", staff=staff, expires_at=ctx.clock() + SCENE_LIFE)


def counselor_scene(ctx: Context, visitor: Visitor) -> Scene:
    """The counselor's own QR code: whoever scans it is led to linking with this counselor.

    One code serves until half its life is over, so that showing it again costs the platform nothing.
    """
    staff = _counselor(visitor)
    scene = Scene.newest_of(staff.id, "counselor", ctx.clock() + SCENE_LIFE / 2)
    if scene is not None and scene.ticket_url:
        return scene
    scene = scene or _new_scene(ctx, staff)
    ticket = ctx.gateway.qr_ticket(scene.word, int(SCENE_LIFE.total_seconds()))
    scene.keep_ticket(ticket.url)
    return scene


def counselor_behind(ctx: Context, word: str) -> Staff:
    """The counselor whose QR code carries this word; raises NotFound when its time is over."""
    scene = Scene.live(word, ctx.clock())
    if scene is None or scene.staff is None or scene.staff.ended_at is not None:
        raise NotFound("scene_over")
    return scene.staff


def _graduate(visitor: Visitor) -> Graduate:
    if visitor.graduate is None or not visitor.actor.is_a(Role.GRADUATE):
        raise NotAllowed("identify_first")
    return visitor.graduate


def _counselor(visitor: Visitor) -> Staff:
    if visitor.counselor is None:
        raise NotAllowed()
    return visitor.counselor
