"""The card: what a callback's reply may depend on, as a few letters and no personal data."""

from peewee import fn

from models.graduate import Graduate, Intention, Link
from models.org import Staff
from models.wechat_user import Binding

STRANGER = "-"


def card_of(app_id: str, openid: str) -> str:
    """``-`` for a stranger, else letters: p bound, g graduate, i intention registered, l linked with a counselor,
    c counselor, s other staff. One SELECT."""
    exists = _exists_columns()
    row = (
        Binding.select(*exists)
        .where((Binding.app_id == app_id) & (Binding.openid == openid))
        .tuples()
        .first()
    )
    if row is None:
        return STRANGER
    return "p" + "".join(letter for letter, has in zip("gilcs", row, strict=True) if has)


def _exists_columns() -> list[object]:
    graduate = Graduate.select().where(Graduate.account == Binding.account)
    intention = Intention.select().join(Graduate).where(Graduate.account == Binding.account)
    link = (
        Link.select().join(Graduate).where((Graduate.account == Binding.account) & (Link.status == "linked"))
    )
    staff = Staff.select().where((Staff.account == Binding.account) & Staff.ended_at.is_null())
    counselor = staff.where(Staff.level == "counselor")
    other = staff.where(Staff.level != "counselor")
    return [fn.EXISTS(query) for query in (graduate, intention, link, counselor, other)]
