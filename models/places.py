"""Whose range a row lies in: the province, the school and the college above it."""

from typing import Any

from domain.actors import Actor
from models.account import Account
from models.graduate import Graduate
from models.org import OrgUnit, Staff

# By these a row names the place it belongs to; the first that it has counts.
_TIES = ("graduate", "unit", "school", "staff", "employer", "account")
_COLUMNS = ("province_id", "school_id", "college_id")
Place = dict[str, int | None]


def place_of(row: Any, by: Actor) -> Place:
    """Ids of the units above a row; of a row that has none itself, those above whoever acts on it."""
    found = _of_row(row)
    if found is None and by.staff_id is not None:
        found = _of_row(Staff.get_by_id(by.staff_id))
    return found or _of_account(by.account_id)


def _of_row(row: Any) -> Place | None:
    if isinstance(row, OrgUnit):
        return of_path(row.path)
    if isinstance(row, Graduate):
        return {name: getattr(row, name) for name in _COLUMNS}
    if isinstance(row, Account):
        return _of_account(row.id)
    for name in _TIES:
        if name in row._meta.fields and getattr(row, name) is not None:
            return _of_row(getattr(row, name))
    return None


def _of_account(account_id: int | None) -> Place:
    """Where somebody works, or else graduates; nowhere for a newcomer and for the product itself."""
    if account_id is None:
        return of_path("")
    staff = Staff.active_of(account_id)
    if staff:
        return of_path(staff[-1].unit.path)
    graduate = Graduate.of_account(account_id)
    return (_of_row(graduate) if graduate is not None else None) or of_path("")


def of_path(path: str) -> Place:
    """The ids in a unit's path ``/部/省/校/院/``."""
    ids = [int(part) for part in path.split("/") if part][1:]
    return dict(zip(_COLUMNS, (*ids, None, None, None), strict=False))
