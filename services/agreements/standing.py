"""What every verb on an agreement begins with: the row as it is now, and that it is this person's to act on."""

from domain import personal
from domain.actors import Role
from domain.agreements import PAPER, WITH_SCAN, live_key
from domain.refusals import Conflict, Invalid, NotFound
from models.agreement import Agreement, Release
from models.employer import Employer, Recruiter
from models.graduate import Graduate
from services.agreements import rules
from services.agreements.parties import Party

NEWCOMER = "other-"  # how the code of a new signer begins; a release's follows
SCAN_GIVER = "scan-"  # of whoever sends a form's scan for the unit; the form's follows
_LONGEST_REASON = 200


def held(party: Party, agreement: Agreement) -> Agreement:
    """The row as it is now, its graduate's lock taken, in the caller's transaction.

    Raises NotFound for somebody whose agreement it is not, Conflict ``signing_not_open``.
    """
    Graduate(id=agreement.graduate_id).hold()  # two agreements of one graduate at once, one after the other
    row = Agreement.by_code(agreement.code)
    if row is None or not is_theirs(party, row):
        raise NotFound()
    rules.need_open(row.school_id)
    return row


def is_theirs(party: Party, agreement: Agreement) -> bool:
    """Whether a party is one of this agreement. Staff and the clock come by ways of their own, which narrow before."""
    roles = party.actor.roles
    if party.actor.code.startswith(SCAN_GIVER):
        return _is_given_by(party, agreement)
    if Role.SIGNER in roles:
        is_newcomer = is_newcomer_of(party, agreement)
        return is_newcomer or party.actor.code == f"signer-{agreement.code}"[:24]
    if Role.EMPLOYER in roles:
        recruiter = Recruiter.of_account(party.actor.account_id or 0)
        return recruiter is not None and recruiter.employer_id == agreement.employer_id
    if party.side == "graduate":
        return party.actor.graduate_id == agreement.graduate_id
    return True


def _is_given_by(party: Party, agreement: Agreement) -> bool:
    """Whether somebody may send a form's scan, or has just sent it; nothing that comes later is theirs."""
    is_open = agreement.kind == PAPER and agreement.status in (*WITH_SCAN, "college_review", "school_review")
    return is_open and party.actor.code == f"{SCAN_GIVER}{agreement.code}"[:24]


def is_newcomer(party: Party) -> bool:
    """Whether this is somebody else of the unit than who signed, who may act on one release alone."""
    return party.actor.code.startswith(NEWCOMER)


def begun_by(party: Party, release: Release) -> bool:
    """Whether a release is the one that a new signer began."""
    return bool(release.is_new_signer and party.actor.code == f"{NEWCOMER}{release.code}"[:24])


def is_newcomer_of(party: Party, agreement: Agreement) -> bool:
    """Whether a new signer began a release of this agreement."""
    if not is_newcomer(party):
        return False
    code = party.actor.code.removeprefix(NEWCOMER)
    mine = (Release.agreement == agreement.id) & (Release.code == code) & Release.is_new_signer
    return bool(Release.select(Release.id).where(mine).exists())


def need_no_other(graduate_id: int, but: int = 0) -> None:
    """Raises Conflict ``agreement_other_live`` while another agreement binds the graduate."""
    if has_other(graduate_id, but):
        raise Conflict("agreement_other_live")


def has_other(graduate_id: int, but: int = 0) -> bool:
    """Whether another agreement binds the graduate: all that others have offered can only be looked at meanwhile."""
    there = (Agreement.live_key == live_key(graduate_id)) & (Agreement.id != but)
    return bool(Agreement.select(Agreement.id).where(there).exists())


def need_unit(credit_code: str, employer_id: int | None = None) -> None:
    """Raises Conflict ``offer_unit_stopped`` for a unit that an office has suspended, by its code or as who invited."""
    named = (Employer.credit_code == credit_code) | (Employer.id == (employer_id or 0))
    stopped = named & (Employer.status == "suspended")
    if Employer.select(Employer.id).where(stopped).exists():
        raise Conflict("offer_unit_stopped")


def reason_of(text: str, field: str = "reason") -> str:
    """Why somebody ends something, in up to 200 characters; raises Invalid."""
    words = personal.prose(text)
    if not words or len(words) > _LONGEST_REASON:
        raise Invalid.field(field, "too_long" if words else "review_reason_needed")
    return words
