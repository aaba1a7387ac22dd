"""毕业生: proving to be somebody on the school's roster, and saying what one wishes for."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.codes import code_table
from domain import personal
from domain.actors import Role
from domain.posts import HIDEABLE, MAJOR_MATCHES
from domain.refusals import Conflict, Invalid, NotAllowed, Stale
from domain.years import current_year
from models import journal
from models.account import Account
from models.db import transaction
from models.graduate import Graduate, Intention
from services import code_tables, identity
from services.callbacks import account_card_changed
from services.context import Context
from services.resumes import standing
from services.sessions import Visitor
from services.throttle import IDENTIFY, IDENTIFY_DAILY, IDENTIFY_TARGET

MAX_PLACES = 3  # of places, industries, position kinds and unit natures each
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
    """求职意愿 as a form gives it: codes of the tables, yuan a month.

    ``major_match`` is one of domain.posts.MAJOR_MATCHES; ``hides`` is what employers do not see of a résumé.
    """

    direction: str
    work_type: str
    places: tuple[str, ...]
    industries: tuple[str, ...]
    pay_floor: int
    remark: str
    kinds: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    major_match: str = "class"
    hides: tuple[str, ...] = ()


def intention_of(visitor: Visitor) -> Intention | None:
    """What the graduate has registered, if anything."""
    return Intention.of_graduate(visitor.actor.graduate_id) if visitor.actor.graduate_id else None


def register_intention(ctx: Context, visitor: Visitor, wish: Wish, seen: str = "") -> Intention:
    """Registers or changes the graduate's 求职意愿; ``seen`` is the version on the page.

    Raises Invalid naming every wrong field, Conflict.
    """
    _check(ctx, wish)
    intention = _save_intention(visitor, wish, seen)
    account_card_changed(ctx, visitor.account)
    return intention


def places_to_choose(ctx: Context) -> dict[str, str]:
    """The whole country, its provinces, and their cities as far as a table of 行政区划 is held."""
    provinces = code_table("province")
    cities: dict[str, list[tuple[str, str]]] = {}
    for code, name in code_tables.names(ctx, "region", current_year(ctx.clock())).items():
        if code.endswith("00") and code not in provinces:
            cities.setdefault(code[:2], []).append((code, name))
    found: dict[str, str] = {}
    for code, name in provinces.items():
        found[code] = name
        found |= {city: f"{name} {called}" for city, called in cities.get(code[:2], ())}
    return found


def _check(ctx: Context, wish: Wish) -> None:
    year = current_year(ctx.clock())
    several = {
        "places": places_to_choose(ctx),
        "industries": code_table("industry"),
        "kinds": code_tables.names(ctx, "position", year),
        "natures": code_tables.names(ctx, "unit_nature", year),
    }
    wrong = {
        name: "bad_choice" for name, table in several.items() if not _are_few(getattr(wish, name), table)
    }
    if wish.direction not in code_table("direction"):
        wrong["direction"] = "bad_choice"
    if wish.work_type and wish.work_type not in code_table("work_type"):
        wrong["work_type"] = "bad_choice"
    if wish.major_match not in MAJOR_MATCHES:
        wrong["major_match"] = "bad_choice"
    if any(name not in HIDEABLE for name in wish.hides):
        wrong["hides"] = "bad_choice"
    if not 0 <= wish.pay_floor <= MAX_PAY:
        wrong["pay_floor"] = "bad_pay"
    if len(wish.remark) > 200:
        wrong["remark"] = "too_long"
    if wrong:
        raise Invalid("form", fields=wrong)


def _are_few(codes: tuple[str, ...], table: Mapping[str, str]) -> bool:
    return len(codes) <= MAX_PLACES and all(code in table for code in codes)


@transaction
def _save_intention(visitor: Visitor, wish: Wish, seen: str) -> Intention:
    if not visitor.actor.is_a(Role.GRADUATE):
        raise NotAllowed("identify_first")
    columns = {
        "direction": wish.direction,
        "work_type": wish.work_type,
        "places": list(wish.places),
        "industries": list(wish.industries),
        "kinds": list(wish.kinds),
        "natures": list(wish.natures),
        "major_match": wish.major_match,
        "hides": sorted(wish.hides),
        "pay_floor": wish.pay_floor,
        "remark": personal.prose(wish.remark),
    }
    intention, is_new = Intention.add_or_get({"graduate": visitor.actor.graduate_id}, columns)
    if not is_new and not intention.edit(seen, columns):
        return intention
    journal.write(intention, "register" if is_new else "change", visitor.actor)
    standing.recount(intention.graduate_id)  # 求职意向 is a part of the 简历
    return intention
