"""Who hears of what happens to an agreement, in the transaction in which it happens.

The graduate in WeChat, or by text where nothing is bound; the unit's recruiters likewise, and whoever signed without
an account in the WeChat that scanned if it follows us, else by text; reviewers likewise, once a day and kind of work.
Whom WeChat turns out not to reach gets the text after all: nobody is left without a channel.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from domain.agreements import ONLINE
from domain.desk_hours import CHINA
from models.agreement import Agreement, Release, SigningTicket
from models.employer import Recruiter
from models.graduate import Graduate
from models.org import Responsibility, Staff
from models.wechat_user import Binding, Follower
from services.context import Context
from services.outbox import Owed, Text, owe, owe_many, owe_sms
from templates_msg.base import Template
from templates_msg.signing import (
    ASKED,
    EXPIRIES,
    RESULTS,
    UNKNOWN_UNIT,
    ReleaseApplied,
    ReleaseDecided,
    SigningDecided,
    SigningExpires,
    SigningInvited,
)

GRADUATE_PAGE, UNIT_PAGE, SIGNER_PAGE = "/h5/agreements", "/employer/agreements", "/s/d"
VERIFIED = "/v"  # how an agreement stands, for whoever holds its code
BACK = "/s/back"  # where somebody without an account comes back by the phone
OTHER, SCAN = "/s/other", "/s/scan"  # for somebody else of the unit, and for who sends the scan of a form
_REVIEW_PAGE = "/h5/reviews"
_STAFF_PAGE = "/console/agreements"
_STAFF_RELEASES = "/console/releases"
_FIRST = ("college_review", "form_college")
_OF_RELEASES = ("release_waiting", "release_late")
_MOST_REVIEWERS = 20


def opened(ctx: Context, ticket: SigningTicket, agreement: Agreement) -> None:
    """The graduate hears that a unit has opened the code; how often is for the caller to decide."""
    graduate = ticket.graduate
    message = SigningDecided.of(UNKNOWN_UNIT, "opened", ctx.clock())
    _tell_account(ctx, graduate.account_id, message, f"signing-opened:{agreement.code}", GRADUATE_PAGE)


def offered(ctx: Context, agreement: Agreement, post: str, until: datetime) -> None:
    """The graduate hears of an offer, and until when to answer."""
    message = SigningInvited(agreement.unit_name, post, until)
    _tell_graduate(ctx, agreement, message, "offered")


def revised(ctx: Context, agreement: Agreement) -> None:
    """The graduate hears that the terms are other ones now."""
    to_graduate(ctx, agreement, "revised")


def recalled(ctx: Context, agreement: Agreement) -> None:
    """The graduate hears that the unit has taken its offer back."""
    to_graduate(ctx, agreement, "recalled")


def accepted(ctx: Context, agreement: Agreement) -> None:
    """The unit hears that the graduate has signed, the first reviewers that there is something to do."""
    to_unit(ctx, agreement, "accepted")
    review_waiting(ctx, agreement)


def declined(ctx: Context, agreement: Agreement) -> None:
    """The unit hears that the graduate does not want to sign."""
    to_unit(ctx, agreement, "declined")


def withdrawn(ctx: Context, agreement: Agreement) -> None:
    """The unit hears that the graduate has gone back on it, and the first reviewers that there is nothing to do."""
    to_unit(ctx, agreement, "withdrawn")
    _tell_first(ctx, agreement, "called_off")


def expiring(ctx: Context, agreement: Agreement, until: datetime) -> None:
    """The graduate hears that the time to answer is nearly over."""
    message = SigningExpires(agreement.unit_name, until, EXPIRIES["soon"])
    _tell_graduate(ctx, agreement, message, f"expiring:{agreement.reminders}")


def expired(ctx: Context, agreement: Agreement, until: datetime) -> None:
    """Both hear that nobody answered in time."""
    message = SigningExpires(agreement.unit_name, until, EXPIRIES["over"])
    _tell_graduate(ctx, agreement, message, "expired")
    _tell_unit(ctx, agreement, message, EXPIRIES["over"], "expired")


def returned(ctx: Context, agreement: Agreement, result: str = "returned") -> None:
    """The side that has to mend something hears of it; also whoever has sent a form's scan for the unit."""
    if agreement.fix_side != "unit":
        to_graduate(ctx, agreement, result)
    if agreement.fix_side == "unit" or (agreement.kind != ONLINE and agreement.signer_phone):
        to_unit(ctx, agreement, result)


def returned_soon(ctx: Context, agreement: Agreement) -> None:
    """The same side, shortly before the time to mend it is over."""
    returned(ctx, agreement, "returned_soon")


def rejected(ctx: Context, agreement: Agreement) -> None:
    """Both hear that the school does not pass it."""
    to_both(ctx, agreement, "rejected")


def sealed(ctx: Context, agreement: Agreement) -> None:
    """Both hear that it is sealed and holds; the message opens, and the text names, the page that verifies it."""
    now, unit = ctx.clock(), agreement.unit_name or agreement.code
    page = f"{VERIFIED}/{agreement.verify_code}"
    text = Text("signing_sealed", {"link": ctx.settings.url(page)})
    what = f"effective:{agreement.reminders}"
    _tell_graduate(ctx, agreement, SigningDecided.of(unit, "effective", now), what, path=page, text=text)
    told = SigningDecided.of(agreement.graduate.name, "effective", now)
    _tell_unit(ctx, agreement, told, RESULTS["effective"], what, path=page, text=text)


def form_issued(ctx: Context, agreement: Agreement) -> None:
    """The graduate hears that the numbered form can be fetched and printed."""
    to_graduate(ctx, agreement, "form_issued")


def scan_due(ctx: Context, agreement: Agreement) -> None:
    """The graduate hears that the signed and stamped form is still to be sent."""
    to_graduate(ctx, agreement, "scan_soon")


def number_over(ctx: Context, agreement: Agreement) -> None:
    """The graduate hears that the number of the form is void, for its scan did not come in time."""
    to_graduate(ctx, agreement, "number_over")


def voided(ctx: Context, agreement: Agreement) -> None:
    """Both hear that it is void."""
    to_both(ctx, agreement, "voided")


def error_reported(ctx: Context, agreement: Agreement) -> None:
    """The graduate and the first reviewers hear that the national system found something wrong."""
    to_graduate(ctx, agreement, "error_reported")
    _tell_first(ctx, agreement, "error_reported")


def to_both(ctx: Context, agreement: Agreement, result: str) -> None:
    """What became of it, to graduate and unit; ``result`` is a key of ``templates_msg.signing.RESULTS``."""
    to_graduate(ctx, agreement, result)
    to_unit(ctx, agreement, result)


def to_graduate(ctx: Context, agreement: Agreement, result: str) -> None:
    """The same to the graduate alone."""
    message = SigningDecided.of(agreement.unit_name or agreement.code, result, ctx.clock())
    _tell_graduate(ctx, agreement, message, f"{result}:{agreement.reminders}")


def to_unit(ctx: Context, agreement: Agreement, result: str) -> None:
    """The same to the unit alone; of one that signs on paper nobody is known but who has sent the scan."""
    message = SigningDecided.of(agreement.graduate.name, result, ctx.clock())
    _tell_unit(ctx, agreement, message, RESULTS[result], f"{result}:{agreement.reminders}")


# -- reviewers ---------------------------------------------------------------------------------------------


def review_waiting(ctx: Context, agreement: Agreement) -> None:
    """Whoever has to look at it next hears that there is something to do; each of them once a day."""
    _tell_reviewers(ctx, agreement.graduate, "waiting", is_first=agreement.status in _FIRST)


def first_passed(ctx: Context, agreement: Agreement) -> None:
    """The school hears that there is something to do; of what is signed on paper the graduate hears how far it is."""
    review_waiting(ctx, agreement)
    if agreement.kind != ONLINE:
        to_graduate(ctx, agreement, "college_passed")


def review_late(ctx: Context, agreement: Agreement) -> None:
    """The school hears that reviews have waited for too long; once a day."""
    _tell_reviewers(ctx, agreement.graduate, "late", is_first=False)


def release_waiting(ctx: Context, release: Release) -> None:
    """Whoever has to look at a release next hears of it; each of them once a day."""
    _tell_reviewers(ctx, release.graduate, "release_waiting", is_first=release.status in _FIRST)


def release_late(ctx: Context, release: Release) -> None:
    """The school hears that reviews of releases have waited for too long; once a day."""
    _tell_reviewers(ctx, release.graduate, "release_late", is_first=False)


def _tell_reviewers(ctx: Context, graduate: Graduate, result: str, *, is_first: bool) -> None:
    people = _first_reviewers(graduate) if is_first else _staff_of("school", graduate.school_id)
    now = ctx.clock()
    message = SigningDecided.of(graduate.name, result, now)
    pages = (_REVIEW_PAGE, _STAFF_RELEASES if result in _OF_RELEASES else _STAFF_PAGE)
    _tell_staff(ctx, people, message, f"signing-{result}:{now.astimezone(CHINA):%Y%m%d}", pages)


def _tell_first(ctx: Context, agreement: Agreement, result: str) -> None:
    """One thing that has happened, to those who review first."""
    message = SigningDecided.of(agreement.graduate.name, result, ctx.clock())
    key = f"signing-{result}:{agreement.code}:{agreement.version}"
    page = f"{_STAFF_PAGE}/{agreement.code}"
    _tell_staff(ctx, _first_reviewers(agreement.graduate), message, key, (page, page))


def _tell_staff(
    ctx: Context, people: Iterable[Staff], message: SigningDecided, key: str, pages: tuple[str, str]
) -> None:
    """``pages`` are those of counselors and of the others; a text leads to the console, where all of them can look."""
    everybody = list(people)
    openids = Binding.openids_of(ctx.settings.wechat_app_id, {one.account_id for one in everybody})
    text = Text("review_told", {"other": message.other, "result": message.result})
    owed = [
        Owed(
            message,
            openids.get(one.account_id),
            f"{key}:{one.code}",
            pages[one.level != "counselor"],
            account_id=one.account_id,
            text=text,
        )
        for one in everybody
    ]
    owe_many(ctx, owed)


def _first_reviewers(graduate: Graduate) -> list[Staff]:
    of_class = (graduate.education, graduate.class_name, graduate.major_code)
    counselors = Responsibility.counselors_for(graduate.college_id, graduate.year, *of_class)
    return [*counselors[:_MOST_REVIEWERS], *_staff_of("college", graduate.college_id)]


def _staff_of(level: str, unit_id: int) -> list[Staff]:
    there = (Staff.level == level) & (Staff.unit == unit_id) & Staff.ended_at.is_null()
    return list(Staff.select().where(there).order_by(Staff.id).limit(_MOST_REVIEWERS))


# -- releases ----------------------------------------------------------------------------------------------


def release_asked(ctx: Context, release: Release) -> None:
    """The other side hears that one would like to undo the agreement, and why."""
    agreement = release.agreement
    names = (release.graduate.name, agreement.unit_name)
    is_by_graduate = release.asked_by != "unit"
    applicant, other = names if is_by_graduate else names[::-1]
    message = ReleaseApplied(applicant, other, release.reason, ctx.clock())
    key = f"release-asked:{release.code}"
    if is_by_graduate:
        _tell_unit(ctx, agreement, message, ASKED, key)
        return
    _tell_graduate(ctx, agreement, message, key)
    if release.is_new_signer:
        _tell_unit(ctx, agreement, message, ASKED, key)


def release_due(ctx: Context, release: Release) -> None:
    """The side that is to answer hears that the time is nearly over."""
    _tell_release(ctx, release, "soon", to_asker=False)


def release_agreed(ctx: Context, release: Release) -> None:
    """Whoever asked hears that the other side agrees."""
    _tell_release(ctx, release, "agreed", to_asker=True)


def release_refused(ctx: Context, release: Release) -> None:
    """Whoever asked hears that the other side does not agree, and why."""
    _tell_release(ctx, release, "refused", to_asker=True)


def release_cancelled(ctx: Context, release: Release) -> None:
    """The other side hears that whoever asked has taken it back."""
    _tell_release(ctx, release, "cancelled", to_asker=False)


def release_expired(ctx: Context, release: Release) -> None:
    """Both hear that nobody answered in time."""
    _tell_release(ctx, release, "expired", to_asker=True)
    _tell_release(ctx, release, "expired", to_asker=False)


def release_proof_added(ctx: Context, release: Release, *, by_staff: bool = False) -> None:
    """The unit hears that the release goes to the school with its stamped letter; the graduate, if staff did it."""
    is_by_unit = release.asked_by == "unit"
    _tell_release(ctx, release, "proof_added", to_asker=is_by_unit)
    if by_staff:
        _tell_release(ctx, release, "filed_for_graduate", to_asker=not is_by_unit)


def release_rejected(ctx: Context, release: Release) -> None:
    """Both hear that the school does not pass it, and why."""
    _tell_release(ctx, release, "rejected", to_asker=True)
    _tell_release(ctx, release, "rejected", to_asker=False)


def released(ctx: Context, release: Release) -> None:
    """Both hear that the agreement is undone."""
    _tell_release(ctx, release, "released", to_asker=True)
    _tell_release(ctx, release, "released", to_asker=False)


def _tell_release(ctx: Context, release: Release, result: str, *, to_asker: bool) -> None:
    """What became of a release, to whoever asked or to the other side; staff ask for the graduate."""
    agreement, now = release.agreement, ctx.clock()
    key = f"release-{result}:{release.code}:{release.reminders}"
    if to_asker != (release.asked_by == "unit"):
        other = agreement.unit_name or agreement.code
        message = ReleaseDecided.of(other, result, release.answer, now)
        _tell_graduate(ctx, agreement, message, key)
        return
    message = ReleaseDecided.of(release.graduate.name, result, release.answer, now)
    # Whoever has signed hears it in any case: somebody may ask in the unit's name who is not of the unit.
    _tell_unit(ctx, agreement, message, message.result, key)
    if release.is_new_signer and release.signer_phone:
        params = {"other": release.graduate.name, "result": message.result, "link": ctx.settings.url(OTHER)}
        owe_sms(ctx, "signer_told", params, phone=release.signer_phone, key=f"signing:{key}:new_signer")


# -- people ------------------------------------------------------------------------------------------------


class _Elsewhere(TypedDict, total=False):
    """Where a message leads and what its text says, if not to the person's own page of the agreement."""

    path: str
    text: Text


def _tell_graduate(
    ctx: Context, agreement: Agreement, message: Template, what: str, **elsewhere: Unpack[_Elsewhere]
) -> None:
    key = f"signing:{agreement.code}:{agreement.version}:{what}:graduate"
    to: _Elsewhere = {"path": f"{GRADUATE_PAGE}/{agreement.code}", **elsewhere}
    _tell_account(ctx, agreement.graduate.account_id, message, key, **to)


def _tell_account(
    ctx: Context, account_id: int | None, message: Template, key: str, path: str, text: Text | None = None
) -> None:
    if account_id is not None:
        openid = Binding.openid_of(ctx.settings.wechat_app_id, account_id)
        owe(ctx, message, openid=openid, key=key, path=path, account_id=account_id, text=text)


def _tell_unit(
    ctx: Context,
    agreement: Agreement,
    message: Template,
    result: str,
    what: str,
    **elsewhere: Unpack[_Elsewhere],
) -> None:
    key = f"signing:{agreement.code}:{agreement.version}:{what}:unit"
    recruiters = _recruiters(agreement)
    if recruiters:
        to: _Elsewhere = {"path": f"{UNIT_PAGE}/{agreement.code}", **elsewhere}
        _tell_recruiters(ctx, recruiters, message, key, **to)
        return
    link = ctx.settings.url(BACK if agreement.kind == ONLINE else SCAN)
    given = {"other": agreement.graduate.name, "result": result, "link": link}
    said = elsewhere.get("text") or Text("signer_told", given)
    text = replace(said, phone=agreement.signer_phone)
    path = elsewhere.get("path", f"{SIGNER_PAGE}/{agreement.code}")
    owe(ctx, message, openid=_following(ctx, agreement.signer_openid), key=key, path=path, text=text)


def _following(ctx: Context, openid: str | None) -> str | None:
    """The openid, if it follows us and takes messages as far as is known."""
    follower = Follower.of(ctx.settings.wechat_app_id, openid) if openid else None
    return openid if follower is not None and not follower.is_unreachable else None


def _recruiters(agreement: Agreement) -> list[int]:
    """The accounts of a registered unit's people at work."""
    mine = (Recruiter.employer == agreement.employer_id) & Recruiter.ended_at.is_null()
    if agreement.employer_id is None:
        return []
    return [account_id for (account_id,) in Recruiter.select(Recruiter.account).where(mine).tuples()]


def _tell_recruiters(
    ctx: Context, people: list[int], message: Template, key: str, path: str, text: Text | None = None
) -> None:
    openids = Binding.openids_of(ctx.settings.wechat_app_id, people)
    owed = [Owed(message, openids.get(a), f"{key}:{a}", path, account_id=a, text=text) for a in people]
    owe_many(ctx, owed)
