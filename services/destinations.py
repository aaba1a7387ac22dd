"""毕业去向: how a graduate's destination stands, answered here and nowhere else.

Agreements alone say it as yet. The records of the other destinations (其他去向信息登记) are to hang here: once they
exist, ``standing`` reads them beside the agreements, and every page that asks it shows them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.destinations import TABLE, Branch, edition_of
from domain.agreements import BINDING, IN_FORCE
from models.agreement import Agreement
from models.graduate import Graduate
from services import code_tables
from services.context import Context

# The graduate has applied for a numbered form.
_FORMS = frozenset({"form_college", "form_school", "form_returned"})
_BEFORE = BINDING - IN_FORCE
_UNDONE = frozenset({"released", "voided"})


class State(StrEnum):
    """How it stands: 已签约, 解约中, 签约中, 已解约, 作废, 暂未登记."""

    SIGNED = "signed"
    RELEASING = "releasing"
    SIGNING = "signing"
    RELEASED = "released"
    VOIDED = "voided"
    NONE = "none"


_STATES = {
    "effective": State.SIGNED,
    "releasing": State.RELEASING,
    "released": State.RELEASED,
    "voided": State.VOIDED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """``name`` is the 毕业去向 as the 届别's table calls it; ``agreement`` the one that says so, without its terms."""

    state: State
    name: str
    agreement: Agreement | None

    @property
    def is_bound(self) -> bool:
        """Whether an agreement binds the graduate, so that no other one can be begun."""
        return self.agreement is not None and self.agreement.live_key is not None


@dataclass(frozen=True, slots=True)
class Guide:
    """One of the three cases for a 届别; ``names`` is category → the 毕业去向 it is registered as."""

    branch: Branch
    names: dict[str, str]


def standing(ctx: Context, graduate: Graduate) -> Standing:
    """How the destination of one graduate stands, by one query.

    What binds goes before a form that was applied for, and that before what has ended; an offer that the graduate has
    not signed says nothing.
    """
    row = _deciding(graduate)
    state = _STATES.get(row.status, State.SIGNING) if row is not None else State.NONE
    edition = edition_of(graduate.year)
    code = edition.agreement if state in (State.SIGNED, State.RELEASING) else edition.open
    return Standing(state, code_tables.name_of(ctx, TABLE, graduate.year, code), row)


def guide(ctx: Context, year: int) -> list[Guide]:
    """What a 届别 may register besides an agreement, by the three cases."""
    return [
        Guide(
            branch,
            {one.name: code_tables.name_of(ctx, TABLE, year, one.code) for one in branch.categories},
        )
        for branch in edition_of(year).branches
    ]


def _deciding(graduate: Graduate) -> Agreement | None:
    columns = (
        *(Agreement.id, Agreement.code, Agreement.kind, Agreement.status, Agreement.unit_name),
        *(Agreement.number, Agreement.effective_on, Agreement.ended_at, Agreement.live_key),
    )
    telling = Agreement.status.in_(BINDING | _FORMS | _UNDONE)
    found = Agreement.select(*columns).where((Agreement.graduate == graduate.id) & telling)
    rows = list(found.order_by(Agreement.ended_at.desc(), Agreement.id.desc()))
    return _first(rows, IN_FORCE) or _first(rows, _BEFORE) or _first(rows, _FORMS) or _first(rows, _UNDONE)


def _first(rows: Sequence[Agreement], statuses: Collection[str]) -> Agreement | None:
    return next((row for row in rows if row.status in statuses), None)
