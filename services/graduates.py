"""毕业生: proving to be somebody on the school's roster, and saying what one wishes for."""

from dataclasses import dataclass

from config.codes import code_table
from domain import personal
from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotAllowed, Stale
from models import journal
from models.account import Account
from models.db import transaction
from models.graduate import Graduate, Intention
from services import identity
from services.callbacks import account_card_changed
from services.context import Context
from services.sessions import Visitor
from services.throttle import IDENTIFY, IDENTIFY_DAILY, IDENTIFY_TARGET

MAX_PLACES = 3
MAX_PAY = 200_000


def identify(
    ctx: Context, visitor: Visitor, name: str, student_number: str, identity_number: str
) -> Graduate:
    """Ties the account to the roster row that carries all three; again gives the same row.

    The refusals speak of a person's record only to somebody who gave all three of its facts:
    ``already_claimed``, ``duplicate_roster``; everything else is ``no_match``. Raises TooMany.
    """
    fields = _facts(name, student_number, identity_number)
    ctx.throttle.use(IDENTIFY, visitor.account.code)
    ctx.throttle.use(IDENTIFY_DAILY, visitor.account.code)
    ctx.throttle.use(IDENTIFY_TARGET, ctx.keyring.mark(f"{fields[0]} {fields[1]}"))
    graduate = _claim(visitor, *fields)
    account_card_changed(ctx, visitor.account)
    return graduate


def _facts(name: str, student_number: str, identity_number: str) -> tuple[str, str, str]:
    wrong: dict[str, str] = {}
    good: list[str] = []
    checks = (
        (personal.person_name, name),
        (personal.student_number, student_number),
        (personal.identity_number, identity_number),
    )
    for check, text in checks:
        try:
            good.append(check(text))
        except Invalid as refusal:
            wrong |= dict.fromkeys(refusal.fields, refusal.code)
    if wrong:
        raise Invalid("form", fields=wrong)
    return good[0], good[1], good[2]


@transaction
def _claim(visitor: Visitor, name: str, student_number: str, identity_number: str) -> Graduate:
    matches = Graduate.matching(name, student_number, identity_number)
    mine = visitor.graduate or Graduate.of_account(visitor.account.id)
    if mine is not None:
        if [row.id for row in matches] == [mine.id]:
            return mine
        raise Conflict("already_identified")
    if not matches or not _may_be_called(visitor.account, name):
        raise Invalid("no_match")
    if len(matches) > 1:
        raise Conflict("duplicate_roster")
    graduate = matches[0]
    if graduate.account_id is not None:
        raise Conflict("already_claimed")
    if not graduate.claim(visitor.account):
        raise Stale()
    if visitor.account.name != name:
        visitor.account.change(name=name)
    journal.write(graduate, "identify", visitor.actor)
    return graduate


def _may_be_called(account: Account, name: str) -> bool:
    """Whether an account may belong to somebody of this name: a provider that vouches for a name has the word."""
    known = personal.fold_name(account.name)
    return account.directory == identity.BUILTIN or known in ("", name)


@dataclass(frozen=True, slots=True)
class Wish:
    """求职意愿 as a form gives it: codes of the tables, yuan a month."""

    direction: str
    work_type: str
    places: tuple[str, ...]
    industries: tuple[str, ...]
    pay_floor: int
    remark: str


def intention_of(visitor: Visitor) -> Intention | None:
    """What the graduate has registered, if anything."""
    return Intention.of_graduate(visitor.actor.graduate_id) if visitor.actor.graduate_id else None


def register_intention(ctx: Context, visitor: Visitor, wish: Wish) -> Intention:
    """Registers or changes the graduate's 求职意愿; raises Invalid naming every wrong field."""
    _check(wish)
    intention = _save_intention(visitor, wish)
    account_card_changed(ctx, visitor.account)
    return intention


def _check(wish: Wish) -> None:
    wrong: dict[str, str] = {}
    if wish.direction not in code_table("direction"):
        wrong["direction"] = "bad_choice"
    if wish.work_type and wish.work_type not in code_table("work_type"):
        wrong["work_type"] = "bad_choice"
    if len(wish.places) > MAX_PLACES or any(code not in code_table("province") for code in wish.places):
        wrong["places"] = "bad_choice"
    if len(wish.industries) > MAX_PLACES or any(
        code not in code_table("industry") for code in wish.industries
    ):
        wrong["industries"] = "bad_choice"
    if not 0 <= wish.pay_floor <= MAX_PAY:
        wrong["pay_floor"] = "bad_pay"
    if len(wish.remark) > 200:
        wrong["remark"] = "too_long"
    if wrong:
        raise Invalid("form", fields=wrong)


@transaction
def _save_intention(visitor: Visitor, wish: Wish) -> Intention:
    if not visitor.actor.is_a(Role.GRADUATE):
        raise NotAllowed("identify_first")
    columns = {
        "direction": wish.direction,
        "work_type": wish.work_type,
        "places": list(wish.places),
        "industries": list(wish.industries),
        "pay_floor": wish.pay_floor,
        "remark": personal.prose(wish.remark),
    }
    intention, is_new = Intention.add_or_get({"graduate": visitor.actor.graduate_id}, columns)
    if not is_new:
        intention.change(**columns)
    journal.write(intention, "register" if is_new else "change", visitor.actor)
    return intention
