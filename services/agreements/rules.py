"""What must be settled before agreements are signed: by the province its rules, by the school that it is ready.

教学厅函〔2021〕14号: 「以省为单位推广使用，各省级…需在本地高校使用前设置就业协议书为两方协议或三方协议」, and a school
first reports its graduates and the destinations that it has collected so far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain import personal
from domain.actors import Role
from domain.agreements import THREE_PARTY, TWO_PARTY
from domain.refusals import Conflict, Invalid, NotAllowed
from domain.years import current_year
from models import journal
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services.agreements import terms
from services.context import Context
from services.jobs.steps import vault
from services.papers import paper_from
from services.seats import Seat

STAMP = "school_stamp"  # owner of stamps in the vault
OFFER_DAYS = range(3, 16)
EFFECTIVE_BY = ("school", "acceptance")
_LONGEST_SIGNER = 40
_MISSING = {
    "rules": "ready_rules",
    "number": "ready_number",
    "roster": "ready_roster",
    "backlog": "ready_backlog",
    "stamp": "ready_stamp",
    "seal": "ready_seal",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a school's check-list. ``name``: rules, number, roster, backlog, stamp or seal; ``detail`` is a
    number or a mode, for a page to say."""

    name: str
    is_done: bool
    detail: str = ""


def rules_of(school_id: int) -> SigningRules:
    """The rules of the province around a school. Raises Conflict ``signing_not_set``."""
    found = rules_or_none(OrgUnit.get_by_id(school_id))
    if found is None:
        raise Conflict("signing_not_set")
    return found


def rules_or_none(unit: OrgUnit) -> SigningRules | None:
    """The rules of the province that a unit is in, or is."""
    around = [int(part) for part in unit.path.strip("/").split("/")]
    return SigningRules.get_or_none(SigningRules.unit.in_(around))


@transaction
def set_rules(
    ctx: Context, seat: Seat, mode: str, offer_days: int, effective_by: str, may_withdraw: bool
) -> SigningRules:
    """Sets the province's rules; the same again changes nothing.

    ``mode`` is two or three, ``offer_days`` 应约有效期 of 3 to 15 days, ``effective_by`` says whose day is 生效日期:
    school or acceptance. Raises NotAllowed for another level, Invalid, and Conflict ``signing_mode_locked`` for
    another mode once a school is open.
    """
    _need(seat, Role.PROVINCE)
    _check(mode, offer_days, effective_by)
    columns: dict[str, Any] = {
        "mode": mode,
        "offer_days": offer_days,
        "effective_by": effective_by,
        "may_withdraw": may_withdraw,
    }
    rules, is_new = SigningRules.add_or_get({"unit": seat.scope.unit}, columns)
    if not is_new:
        rules.hold()
        if rules.mode != mode and is_mode_locked(seat.scope.unit):
            raise Conflict("signing_mode_locked")
        if not rules.edit("", columns):
            return rules
    journal.write(rules, "set_signing_rules", seat.actor, note={"mode": mode})
    return rules


def _check(mode: str, offer_days: int, effective_by: str) -> None:
    wrong = {}
    if mode not in (TWO_PARTY, THREE_PARTY):
        wrong["mode"] = "bad_choice"
    if offer_days not in OFFER_DAYS:
        wrong["offer_days"] = "offer_days"
    if effective_by not in EFFECTIVE_BY:
        wrong["effective_by"] = "bad_choice"
    if wrong:
        raise Invalid("form", fields=wrong)


def is_mode_locked(province: OrgUnit) -> bool:
    """Whether a school of the province is open, so that the mode stays as it is."""
    inside = OrgUnit.path.startswith(province.path) & SchoolSigning.opened_at.is_null(False)
    return bool(SchoolSigning.select().join(OrgUnit).where(inside).exists())


def signing_of(school: OrgUnit) -> SchoolSigning | None:
    """How far a school has got with its opening."""
    return SchoolSigning.get_or_none(SchoolSigning.unit == school.id)


def readiness(ctx: Context, school: OrgUnit) -> list[Step]:
    """The check-list of a school, in the order in which it is worked off."""
    rules, signing, year = rules_or_none(school), signing_of(school), current_year(ctx.clock())
    theirs = (Graduate.school == school.id) & (Graduate.year == year)
    steps = [
        Step("rules", rules is not None, rules.mode if rules else ""),
        Step("number", bool(school.number), school.number),
        Step("roster", Graduate.select(Graduate.id).where(theirs).exists(), str(year)),
        Step("backlog", bool(signing and signing.backlog_done_at)),
    ]
    if rules is not None and rules.mode == THREE_PARTY:
        steps.append(Step("stamp", bool(signing and signing.stamp and signing.stamp_signer)))
    return [*steps, Step("seal", ctx.seals.is_set_up)]


@transaction
def declare_backlog(ctx: Context, seat: Seat) -> SchoolSigning:
    """The school says that the destinations collected before are reported; twice is once. Raises NotAllowed."""
    signing = _own(seat)
    if signing.backlog_done_at is None:
        signing.change(signing.version, backlog_done_at=ctx.clock())
        journal.write(signing, "declare_backlog", seat.actor)
    return signing


def set_stamp(ctx: Context, seat: Seat, pieces: Iterator[bytes], signer_name: str) -> SchoolSigning:
    """Keeps the picture of the school's seal, and who signs for the school. Raises NotAllowed, Invalid."""
    _need(seat, Role.SCHOOL)
    signer = personal.fold_name(signer_name)
    if not 2 <= len(signer) <= _LONGEST_SIGNER:
        raise Invalid.field("signer_name", "bad_name")
    terms.need_printable(signer_name=signer)
    picture = paper_from(pieces, "stamp", "stamp_kind", pictures_only=True)
    shelf = vault(ctx)
    stored = shelf.store([picture.data], owner=STAMP)
    signing, former = _name_stamp(ctx, seat, stored, signer)
    shelf.settle(STAMP, stored, is_named=True)
    if former:
        shelf.delete(former)
    return signing


@transaction
def _name_stamp(ctx: Context, seat: Seat, stored: str, signer: str) -> tuple[SchoolSigning, str]:
    signing = _own(seat)
    former = str(signing.stamp)
    signing.change(signing.version, stamp=stored, stamp_signer=signer)
    journal.write(signing, "set_stamp", seat.actor)
    return signing, former


def stamp(ctx: Context, school_id: int) -> bytes:
    """The picture of a school's seal; empty where there is none. Raises Damaged."""
    signing = SchoolSigning.get_or_none(SchoolSigning.unit == school_id)
    return b"".join(vault(ctx).pieces(signing.stamp)) if signing and signing.stamp else b""


@transaction
def open_school(ctx: Context, seat: Seat) -> SchoolSigning:
    """Opens 网上签约 for the school's graduates; twice is once.

    Raises NotAllowed, and Conflict ``signing_not_ready`` whose fields are the steps that are missing.
    """
    _need(seat, Role.SCHOOL)
    signing = _own(seat)
    if signing.opened_at is not None:
        return signing
    rules = rules_or_none(seat.scope.unit)
    if rules is not None:
        rules.hold()  # no other mode is set meanwhile
    missing = [step.name for step in readiness(ctx, seat.scope.unit) if not step.is_done]
    if missing:
        raise Conflict("signing_not_ready", fields={name: _MISSING[name] for name in missing})
    signing.change(signing.version, opened_at=ctx.clock(), opened_by=seat.staff)
    journal.write(signing, "open_signing", seat.actor)
    return signing


def is_open(school_id: int) -> bool:
    """Whether a school has opened 网上签约."""
    mine = (SchoolSigning.unit == school_id) & SchoolSigning.opened_at.is_null(False)
    return bool(SchoolSigning.select(SchoolSigning.id).where(mine).exists())


def need_open(school_id: int) -> None:
    """Raises Conflict ``signing_not_open`` where a school has not opened yet."""
    if not is_open(school_id):
        raise Conflict("signing_not_open")


def _own(seat: Seat) -> SchoolSigning:
    _need(seat, Role.SCHOOL)
    signing, _is_new = SchoolSigning.add_or_get({"unit": seat.scope.unit}, {})
    return signing


def _need(seat: Seat, level: Role) -> None:
    if seat.level is not level:
        raise NotAllowed()


def offer_life(rules: SigningRules) -> timedelta:
    """应约有效期: how long an offer may be answered."""
    return timedelta(days=rules.offer_days)
