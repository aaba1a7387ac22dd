"""Who agrees: the graduate's own facts and who signs for the unit, frozen with the terms and under their digest.

What the papers say of people is what stood there when it was signed, whatever the school's record says later. A row
that was frozen before its people were has none inside; then what the record says now is printed.
"""

from typing import Any

from config.agreements import printed
from documents.fonts import lacking
from domain import personal
from domain.agreements import ONLINE
from domain.refusals import Conflict, named
from models.agreement import Agreement, Release
from models.graduate import Graduate
from models.org import OrgUnit
from services import code_tables
from services.agreements import chain, terms
from services.agreements.terms import Terms
from services.context import Context

FACTS = (
    "identity_number",
    "student_number",
    "school",
    "college",
    "major",
    "education",
)  # as papers show them
PREFIX = "graduate_"  # before a fact's name where it stands among those of terms
_ASKED = ("term.requested", "term.offline_requested")
_GRADUATE, _SIGNER = "graduate", "signer"


class Unproven(Exception):
    """What is stored of the people is not what the chain of events says."""


def now(ctx: Context, agreement: Agreement) -> Terms:
    """What the school's record says of the graduate now: ``name`` and the ``FACTS``."""
    graduate: Graduate = agreement.graduate
    education = code_tables.name_of(ctx, "education_level", agreement.year, graduate.education_code)
    return {
        "name": graduate.name,
        "identity_number": graduate.identity_number,
        "student_number": graduate.student_number,
        "school": OrgUnit.get_by_id(agreement.school_id).name,
        "college": OrgUnit.get_by_id(agreement.college_id).name,
        "major": graduate.major_name,
        "education": education,
    }


def signed_text(ctx: Context, agreement: Agreement, text: str) -> str:
    """Frozen terms together with the people as they are now; what was in them of people before gives way.

    Raises Conflict ``offer_glyph_lacking`` online, where the paper has to show every character of them.
    """
    people = {_GRADUATE: now(ctx, agreement)}
    if agreement.kind == ONLINE:
        if odd := lacking("".join(people[_GRADUATE].values())):
            raise Conflict("offer_glyph_lacking", hint=named(odd))
        people[_SIGNER] = {"name": agreement.signer_name or "", "position": agreement.signer_position}
    return terms.with_people(text, people)


def of(ctx: Context, agreement: Agreement) -> Terms:
    """The graduate as the agreement was signed."""
    return _frozen(agreement).get(_GRADUATE) or now(ctx, agreement)


def signer_of(agreement: Agreement) -> Terms:
    """Who signed for the unit: ``name`` and ``position``."""
    known = {"name": agreement.signer_name or "", "position": agreement.signer_position}
    return _frozen(agreement).get(_SIGNER) or known


def _frozen(agreement: Agreement) -> dict[str, Terms]:
    return terms.people_in(agreement.terms) if agreement.terms else {}


def shown(ctx: Context, agreement: Agreement) -> list[tuple[str, str, str]]:
    """(name, title, words) of the graduate's facts for a page: the number of identity masked."""
    known = of(ctx, agreement)
    masked = known | {"identity_number": personal.mask_identity_number(known["identity_number"])}
    return [
        (f"{PREFIX}{name}", printed(f"{PREFIX}name" if name == "name" else name), masked[name])
        for name in ("name", *FACTS)
        if known[name]
    ]


def changed(ctx: Context, agreement: Agreement) -> list[str]:
    """Names, with the ``PREFIX``, of facts that are other ones now than those that were frozen."""
    frozen, today = of(ctx, agreement), now(ctx, agreement)
    return [f"{PREFIX}{name}" for name in today if frozen[name] != today[name]]


def is_other(agreement: Agreement) -> bool:
    """Whether name or number of identity are not any more those that were frozen."""
    frozen, graduate = _frozen(agreement).get(_GRADUATE), agreement.graduate
    return frozen is not None and (
        (frozen["name"], frozen["identity_number"]) != (graduate.name, graduate.identity_number)
    )


def need_same(agreement: Agreement) -> None:
    """Raises Conflict ``agreement_person_changed`` where nobody could sign under the name that was frozen."""
    if is_other(agreement):
        raise Conflict("agreement_person_changed")


# -- release -----------------------------------------------------------------------------------------------


def for_release(ctx: Context, release: Release) -> tuple[dict[str, Any], dict[str, str]]:
    """The graduate as of now, when a release is asked for: the release's columns, and what its event says."""
    text = terms.frozen(now(ctx, release.agreement))
    return {"facts": text}, {"facts": terms.digest_of(text)}


def of_release(ctx: Context, release: Release) -> Terms:
    """The graduate as the release was asked for. Raises Unproven."""
    named = [
        event.body.get("facts")
        for event in chain.events(release.agreement)
        if event.kind in _ASKED and event.body.get("release") == release.code
    ]
    if release.facts is None and not any(named):
        return of(ctx, release.agreement)
    if not named or terms.digest_of(release.facts or "") != named[-1]:
        raise Unproven("facts")
    return terms.facts_in(release.facts)
