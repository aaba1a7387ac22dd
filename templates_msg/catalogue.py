"""Every template message there is, by name."""

from templates_msg.account import AccountBound, AccountMoved
from templates_msg.base import Template
from templates_msg.links import CounselorLinked, LinkEnded

CATALOGUE: dict[str, type[Template]] = {
    template.name: template for template in (AccountBound, AccountMoved, CounselorLinked, LinkEnded)
}
