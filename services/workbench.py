"""辅导员工作平台: what a member of staff sees first."""

from dataclasses import dataclass

from models.graduate import Link
from models.org import Responsibility
from services.sessions import Visitor


@dataclass(frozen=True, slots=True)
class Desk:
    """A counselor's own figures; both empty for other levels of staff."""

    linked: int
    duties: list[Responsibility]


def desk_of(visitor: Visitor) -> Desk:
    """How many graduates are linked with the visitor, and what the visitor answers for."""
    counselor = visitor.counselor
    if counselor is None:
        return Desk(0, [])
    return Desk(Link.count_of_staff(counselor.id), Responsibility.of_staff(counselor.id))
