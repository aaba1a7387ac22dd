"""Lists taken out of the product: each one is journaled."""

from dataclasses import dataclass

from models import journal
from models.db import transaction
from models.graduate import Link
from models.org import Staff
from services import links
from services.context import Context
from services.sessions import Visitor


@dataclass(frozen=True, slots=True)
class LinkedGraduate:
    """One row of 我的毕业生 as it is taken out."""

    link: Link
    is_followed: bool
    is_bound: bool


def linked_graduates(ctx: Context, visitor: Visitor) -> list[LinkedGraduate]:
    """Every graduate linked with the counselor, newest link first."""
    rows: list[LinkedGraduate] = []
    after = ""
    while True:
        page = links.my_graduates(ctx, visitor, after=after)
        rows += [
            LinkedGraduate(
                link, link.graduate.account_id in page.followed, link.graduate.account_id in page.bound
            )
            for link in page.links
        ]
        after = page.after
        if not after:
            break
    if visitor.counselor is not None:
        _note(visitor.counselor, visitor, len(rows))
    return rows


@transaction
def _note(staff: Staff, visitor: Visitor, rows: int) -> None:
    journal.write(staff, "export", visitor.actor, note={"list": "my_graduates", "rows": rows})
