"""Employers as partners name them: by 统一社会信用代码, or else by the folded name."""

from domain import personal
from domain.actors import SYSTEM
from domain.employers import credit_code, name_key
from domain.hiring import STOPPED
from domain.refusals import Invalid
from domain.sharing import ItemRefused
from models import journal
from models.employer import Employer
from models.partner import Partner
from models.post import Post
from services.posts import gate
from services.sharing.schema import EmployerIn


def find(named: EmployerIn) -> Employer | None:
    """The employer that is meant. Raises ItemRefused for a wrong code or a unit that an office has stopped."""
    code = _code(named)
    if code:
        found = Employer.get_or_none(Employer.credit_code == code)
    else:
        same = Employer.select().where(Employer.name_key == name_key(named.name))
        found = same.order_by(Employer.credit_code.is_null(), Employer.id).first()
    if found is not None and found.status in STOPPED:
        raise ItemRefused("employer_stopped")
    return found


def add(named: EmployerIn, partner: Partner) -> Employer:
    """Notes an employer that nobody has registered."""
    row = Employer.create(
        name=personal.prose(named.name),
        name_key=name_key(named.name),
        credit_code=_code(named) or None,
        nature=named.nature,
        industry=named.industry,
    )
    journal.write(row, "create", SYSTEM, note={"partner": partner.code})
    return row


def post_key(named: EmployerIn, employer: Employer | None, title: str, places: list[str]) -> str:
    """What doubles of a post have in common."""
    unit = employer or Employer(name=named.name, credit_code=_code(named) or None)
    return gate.key_of(Post(employer=unit, title=title, places=places))


def _code(named: EmployerIn) -> str:
    if not named.credit_code:
        return ""
    try:
        return credit_code(named.credit_code)
    except Invalid:
        raise ItemRefused("bad_credit_code", {"employer.credit_code": "bad_credit_code"}) from None
