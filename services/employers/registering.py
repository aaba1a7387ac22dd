"""A recruiter at work on the registration of an employer: written, handed in, mended, handed in again."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from documents.vault import Damaged
from domain import personal
from domain.actors import Actor, Role
from domain.hiring import EMPLOYER
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models import journal
from models.account import PHONE
from models.db import Keys, transaction
from models.employer import Employer, Recruiter
from models.org import OrgUnit
from models.post import Post
from services.context import Context
from services.employers.forms import EmployerForm, checked
from services.jobs.steps import vault
from services.papers import paper_from
from services.sessions import Visitor

OWNER = "employer"  # of licences in the vault
_OPEN = ("known", "returned")  # may be written


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has registered a unit already, as far as somebody else may know."""

    office: str
    recruiter: str  # 王**
    phone: str  # 138****5678


def save(ctx: Context, visitor: Visitor, form: EmployerForm, seen: str = "") -> Employer:
    """Writes the registration of the recruiter's unit, without handing it in; twice is once.

    ``seen`` is the version on its page.

    A unit that nobody has handed in yet belongs to nobody: it goes to whoever describes it last, and nothing of what
    the one before had typed or sent is kept. Raises Invalid, NotAllowed for staff and graduates, and Conflict
    ``employer_taken`` for a unit that is somebody else's, ``employer_not_editable`` for one that is being looked at.
    """
    may_register(visitor)
    columns = checked(ctx, form)
    employer, orphan = _save(ctx, visitor, columns, seen)
    if orphan:
        vault(ctx).delete(orphan)
    return employer


@transaction
def _save(ctx: Context, visitor: Visitor, given: dict[str, Any], seen: str) -> tuple[Employer, str]:
    position = given["position"]
    columns = {name: value for name, value in given.items() if name != "position"}
    mine = Recruiter.of_account(visitor.account.id)
    if mine is not None and mine.employer.status not in _OPEN:
        raise Conflict("employer_not_editable")
    code = columns["credit_code"]
    there = Employer.get_or_none(Employer.credit_code == code)
    if mine is not None and (there is None or there.id == mine.employer_id):
        is_changed = mine.employer.edit(seen, columns)
        if mine.edit("", {"position": position}) or is_changed:
            journal.write(mine.employer, "change", recruiting(visitor))
        return mine.employer, ""
    if there is not None and there.status != "known":
        raise Conflict("employer_taken")
    orphan = there.licence if there is not None else ""
    employer = _taken_over(ctx, there, columns) if there is not None else Employer.create(**columns)
    _appoint(ctx, visitor, employer, position)
    journal.write(employer, "register", recruiting(visitor))
    return employer, orphan


def _taken_over(ctx: Context, employer: Employer, columns: dict[str, Any]) -> Employer:
    """A unit that nobody has handed in; one that a partner's posts name keeps the name under which they stand."""
    has_posts = Post.select(Post.id).where(Post.employer == employer.id).exists()
    if has_posts and employer.name_key != columns["name_key"]:
        raise Conflict("employer_name_differs")
    former = (Recruiter.employer == employer.id) & Recruiter.ended_at.is_null()
    Recruiter.update(ended_at=ctx.clock(), updated_at=ctx.clock()).where(former).execute()
    employer.change(**columns, licence="", licence_type="", reason="")
    return employer


def _appoint(ctx: Context, visitor: Visitor, employer: Employer, position: str) -> None:
    phone = visitor.account.phone
    columns = {
        "employer": employer,
        "position": position,
        "phone": phone,
        "phone_index": Keys.ring.blind(phone, PHONE) if phone else None,
        "joined_at": ctx.clock(),
        "ended_at": None,
    }
    recruiter, is_new = Recruiter.add_or_get({"account": visitor.account}, columns)
    if not is_new:
        recruiter.change(**columns)


def whose(code: str) -> Taken | None:
    """Whom to ask about a unit that somebody has registered: the office that looks at it, and who acts for it."""
    employer = Employer.get_or_none(Employer.credit_code == code)
    if employer is None or employer.unit is None:
        return None
    recruiter = (
        Recruiter.select().where((Recruiter.employer == employer) & Recruiter.ended_at.is_null()).first()
    )
    name = personal.mask_name(recruiter.account.name) if recruiter else ""
    phone = personal.mask_phone(recruiter.phone) if recruiter and recruiter.phone else ""
    return Taken(employer.unit.name, name, phone)


def add_licence(ctx: Context, visitor: Visitor, pieces: Iterator[bytes]) -> Employer:
    """Takes in the 营业执照. Raises Invalid for a file that is none, Conflict, NotFound before the unit is written."""
    _open_employer(visitor)
    paper = paper_from(pieces, "licence", "licence_kind")
    shelf = vault(ctx)
    stored = shelf.store([paper.data], owner=OWNER)
    try:
        employer, former = _name_licence(ctx, visitor, stored, paper.kind.media_type)
    except (Conflict, NotFound):
        shelf.settle(OWNER, stored, is_named=False)
        raise
    shelf.settle(OWNER, stored, is_named=True)
    if former:
        shelf.delete(former)
    return employer


@transaction
def _name_licence(ctx: Context, visitor: Visitor, stored: str, media_type: str) -> tuple[Employer, str]:
    employer = _open_employer(visitor)
    former = employer.licence
    employer.change(licence=stored, licence_type=media_type)
    journal.write(employer, "attach", recruiting(visitor))
    return employer, former


@transaction
def file(ctx: Context, visitor: Visitor) -> Employer:
    """Hands the registration in. Twice is once; raises NotFound, Invalid without a licence, IllegalMove."""
    employer = _employer(visitor)
    if employer.status == "filed":
        return employer
    if not employer.licence:
        raise Invalid.field("licence", "licence_needed")
    office = OrgUnit.get_by_id(employer.unit_id)
    if office.closed_at is not None:
        raise Invalid.field("unit", "bad_choice")
    journal.step(employer, EMPLOYER, "file", recruiting(visitor), filed_at=ctx.clock(), reason="")
    return employer


def licence(ctx: Context, visitor: Visitor) -> tuple[str, Iterator[bytes]]:
    """Media type and content of one's own unit's licence. Raises NotFound."""
    return content(ctx, _employer(visitor))


def content(ctx: Context, employer: Employer, *, is_new: bool = False) -> tuple[str, Iterator[bytes]]:
    """The same for a caller who has made sure that it may be seen; or of the one that the unit proposes."""
    name = employer.new_licence if is_new else employer.licence
    if not name:
        raise NotFound()
    with suppress(Damaged):
        shelf = vault(ctx)
        shelf.key_of(name)
        return (employer.new_licence_type if is_new else employer.licence_type), shelf.pieces(name)
    raise NotFound()


def may_register(visitor: Visitor) -> None:
    """Raises NotAllowed for somebody whose account is for other work: a recruiter has one for that alone."""
    if visitor.staff or visitor.graduate is not None:
        raise NotAllowed("employer_other_account")


def _employer(visitor: Visitor) -> Employer:
    recruiter = Recruiter.of_account(visitor.account.id)
    if recruiter is None:
        raise NotFound()
    return recruiter.employer


def _open_employer(visitor: Visitor) -> Employer:
    employer = _employer(visitor)
    if employer.status not in _OPEN:
        raise Conflict("employer_not_editable")
    return employer


def recruiting(visitor: Visitor) -> Actor:
    """The visitor as one who acts for an employer, which the first step makes them."""
    return replace(visitor.actor, roles=frozenset({Role.PERSON, Role.EMPLOYER}))
