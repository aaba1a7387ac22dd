"""What the records that a journal names are called now; journals themselves hold codes alone."""

from collections.abc import Iterable

from domain import personal
from models.account import Account
from models.agreement import Agreement, Release, SigningTicket
from models.base import Record
from models.codes import CodeSet
from models.graduate import Graduate, Intention, Link
from models.job import Job
from models.org import OrgUnit, Staff
from models.people import AccountRequest
from models.signing_rules import SchoolSigning, SigningRules
from models.wechat_user import Binding

_TABLES: dict[str, type[Record]] = {
    model._meta.table_name: model
    for model in (
        *(Account, AccountRequest, Binding, CodeSet, Graduate, Intention, Job, Link, OrgUnit, Staff),
        *(Agreement, Release, SigningTicket, SchoolSigning, SigningRules),
    )
}


def names_of(kind: str, codes: Iterable[str]) -> dict[str, str]:
    """Code → name, of the records of one table that are still there; empty for a table without names."""
    model = _TABLES.get(kind)
    return {row.code: _name(row) for row in model.select().where(model.code.in_(set(codes)))} if model else {}


def _name(row: Record) -> str:
    if isinstance(row, Graduate):
        return f"{row.name} {personal.mask_student_number(row.student_number)}"
    if isinstance(row, Staff | Binding):
        return row.account.name
    if isinstance(row, SchoolSigning | SigningRules):
        return row.unit.name
    if isinstance(row, Agreement | Intention | Link | Release | SigningTicket):
        return _name(row.graduate)
    if isinstance(row, Job):
        return row.file_name or row.kind
    return row.name
