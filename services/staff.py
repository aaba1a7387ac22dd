"""Staff accounts."""

import secrets

from domain import personal
from domain.actors import SYSTEM, Role
from domain.refusals import Conflict
from models import journal
from models.account import PHONE, Account
from models.db import Keys, transaction
from models.org import OrgUnit, Staff
from services.context import Context


def create_first_admin(ctx: Context, name: str, phone: str, unit_name: str) -> str:
    """Creates a 部级 account in the top unit and answers its first password, which must be changed.

    Raises Invalid for a bad name or phone, Conflict when the phone has an account already.
    """
    name, number = personal.person_name(name), personal.mobile(phone)
    password = f"{secrets.token_urlsafe(9)}7k"
    _create(name, number, unit_name, ctx.passwords.hash(password))
    return password


@transaction
def _create(name: str, number: str, unit_name: str, password_hash: str) -> None:
    if Account.by_phone(number) is not None:
        raise Conflict("phone_registered")
    account = Account.create(
        subject=secrets.token_urlsafe(12),
        name=name,
        phone=number,
        phone_index=Keys.ring.blind(number, PHONE),
        password_hash=password_hash,
        must_change_password=True,
    )
    unit = OrgUnit.root(unit_name) or OrgUnit.add(Role.MINISTRY, unit_name, None)
    staff = Staff.create(account=account, level=Role.MINISTRY, unit=unit)
    journal.write(staff, "create", SYSTEM)
