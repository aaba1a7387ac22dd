"""Every template message there is, by name."""

from templates_msg.account import AccountBound, AccountMoved
from templates_msg.base import Template
from templates_msg.links import CounselorLinked, LinkEnded
from templates_msg.tasks import (
    CheckInCloses,
    CheckInOpens,
    TaskAssigned,
    TaskDue,
    TaskUnfinished,
    TaskWithdrawn,
)

_ALL: tuple[type[Template], ...] = (
    AccountBound,
    AccountMoved,
    CounselorLinked,
    LinkEnded,
    TaskAssigned,
    TaskDue,
    TaskUnfinished,
    CheckInOpens,
    CheckInCloses,
    TaskWithdrawn,
)
CATALOGUE: dict[str, type[Template]] = {template.name: template for template in _ALL}
