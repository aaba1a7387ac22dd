"""What an approved unit says of itself: most of it changed at once, its name and paper once an office has looked.

Until then the unit goes on under its former name, and its posts stay as they are.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.employers import name_key
from domain.hiring import EMPLOYER
from domain.refusals import Conflict, Invalid
from models import journal
from models.db import transaction
from models.employer import Employer, Recruiter
from services.context import Context
from services.employers.forms import EmployerForm, tidied
from services.jobs.steps import vault
from services.papers import paper_from
from services.posts.life import employer_side
from services.sessions import Visitor

FREE = ("scale", "region", "address", "website", "intro", "contact_name", "contact_phone", "contact_email")
PROPOSED = ("name", "credit_code", "nature", "industry")
ON_PAPER = ("name", "credit_code")  # what the 营业执照 says
OWNER_NEW = "employer_new"  # of licences in the vault that nobody has looked at
NOTHING: Mapping[str, Any] = {"proposal": None, "new_licence": "", "new_licence_type": ""}


def save_details(ctx: Context, visitor: Visitor, given: Mapping[str, str], seen: str) -> Employer:
    """Changes what nobody needs to look at; ``given`` has the fields of ``FREE`` and ``position``.

    Raises NotAllowed, Invalid naming every wrong field, Conflict ``stale``.
    """
    mine = employer_side(visitor)
    columns = _tidied(ctx, mine, given, (*FREE, "position"))
    return _save_details(visitor, columns, seen)


@transaction
def _save_details(visitor: Visitor, columns: dict[str, Any], seen: str) -> Employer:
    mine = employer_side(visitor)
    employer, recruiter = Employer.get_by_id(mine.employer_id), Recruiter.get_by_id(mine.id)
    columns = dict(columns)
    position = columns.pop("position")
    changed = sorted(name for name, value in columns.items() if getattr(employer, name) != value)
    is_changed = employer.edit(seen, columns)
    if recruiter.edit("", {"position": position}) or is_changed:
        journal.write(employer, "change", visitor.actor, note={"fields": changed})
    return employer


def propose(
    ctx: Context, visitor: Visitor, given: Mapping[str, str], pieces: Iterator[bytes] | None, seen: str
) -> Employer:
    """Hands in another name, 统一社会信用代码, nature or industry, with the paper that shows it.

    ``given`` has the fields of ``PROPOSED``. Raises NotAllowed, Invalid naming every wrong field, Conflict for a code
    that another unit has, while a change waits, and for a page that is no longer true.
    """
    mine = employer_side(visitor)
    columns = _tidied(ctx, mine, given, PROPOSED)
    changed = {name: value for name, value in columns.items() if getattr(mine.employer, name) != value}
    if not changed and pieces is None:
        raise Invalid.field("name", "amend_nothing")
    if pieces is None and any(name in changed for name in ON_PAPER):
        raise Invalid.field("licence", "amend_licence")
    _check_code(mine.employer, columns["credit_code"])
    paper = paper_from(pieces, "licence", "licence_kind") if pieces is not None else None
    shelf = vault(ctx)
    stored = shelf.store([paper.data], owner=OWNER_NEW) if paper is not None else ""
    media_type = paper.kind.media_type if paper is not None else ""
    is_named = False
    try:
        employer = _propose(
            ctx, visitor, {"proposal": columns, "new_licence": stored, "new_licence_type": media_type}, seen
        )
        is_named = True
        return employer
    finally:
        if stored:
            shelf.settle(OWNER_NEW, stored, is_named=is_named)


@transaction
def _propose(ctx: Context, visitor: Visitor, columns: dict[str, Any], seen: str) -> Employer:
    employer = Employer.get_by_id(employer_side(visitor).employer_id)
    if employer.status == "amending":
        raise Conflict("employer_amending")
    if seen not in ("", str(employer.version)):
        raise Conflict("stale")
    journal.step(employer, EMPLOYER, "amend", visitor.actor, **columns, filed_at=ctx.clock(), reason="")
    return employer


def recall(ctx: Context, visitor: Visitor) -> Employer:
    """Takes back what was handed in; where nothing waits, nothing happens. Raises NotAllowed."""
    employer, orphan = _recall(visitor)
    if orphan:
        vault(ctx).delete(orphan)
    return employer


@transaction
def _recall(visitor: Visitor) -> tuple[Employer, str]:
    employer = Employer.get_by_id(employer_side(visitor).employer_id)
    if employer.status != "amending":
        return employer, ""
    orphan = employer.new_licence
    journal.step(employer, EMPLOYER, "recall", visitor.actor, **NOTHING)
    return employer, orphan


def adopted(employer: Employer) -> tuple[dict[str, Any], str]:
    """The columns by which a unit becomes what it proposed, and the paper that goes. Raises Conflict."""
    proposal = dict(employer.proposal or {})
    _check_code(employer, proposal["credit_code"])
    columns = proposal | {"name_key": name_key(proposal["name"]), **NOTHING}
    if employer.name != proposal["name"] or employer.credit_code != proposal["credit_code"]:
        columns["renamed_up_to"] = 0
    if not employer.new_licence:
        return columns, ""
    columns |= {"licence": employer.new_licence, "licence_type": employer.new_licence_type}
    return columns, employer.licence


def _check_code(employer: Employer, code: str) -> None:
    other = (Employer.credit_code == code) & (Employer.id != employer.id)
    if Employer.select(Employer.id).where(other).exists():
        raise Conflict("employer_taken")


def _tidied(
    ctx: Context, mine: Recruiter, given: Mapping[str, str], names: tuple[str, ...]
) -> dict[str, Any]:
    """Some columns of a unit as a form says them, all others being as they are. Raises Invalid."""
    unit = mine.employer
    known = {name: getattr(unit, name) or "" for name in (*FREE, *PROPOSED)}
    form = EmployerForm(
        **known | {"position": mine.position, "unit": "-"} | {name: given[name] for name in names}
    )
    columns, wrong = tidied(ctx, form)
    wrong = {name: why for name, why in wrong.items() if name in names}
    if wrong:
        raise Invalid("form", fields=wrong)
    return {name: columns[name] for name in names}
