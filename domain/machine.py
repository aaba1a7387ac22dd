"""Status tables. A machine is data: from which status, by which verb, for whom, to which status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.refusals import IllegalMove, NotAllowed


@dataclass(frozen=True, slots=True)
class To:
    """Where an arrow leads and whose hand may draw it."""

    status: str
    by: frozenset[str]


def to(status: str, *by: str) -> To:
    """An arrow to ``status`` open to the named roles."""
    return To(status, frozenset(by))


class Machine:
    """A named status table; ``next`` is pure and answers where a verb leads.

    ``initial`` is the status of a new row. Raises ValueError when built with an arrow to nowhere or a status
    that nothing reaches, so a wrong table fails at import.
    """

    def __init__(self, name: str, initial: str, arrows: Mapping[tuple[str, str], To]) -> None:
        self.name = name
        self.initial = initial
        self.arrows: Mapping[tuple[str, str], To] = MappingProxyType(dict(arrows))
        unreachable = self.statuses - self._reached(initial)
        if unreachable:
            raise ValueError(f"{name}: nothing leads to {sorted(unreachable)}")

    @property
    def statuses(self) -> frozenset[str]:
        sources = {status for status, _verb in self.arrows}
        return frozenset(sources | {arrow.status for arrow in self.arrows.values()} | {self.initial})

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(verb for _status, verb in self.arrows)

    def next(self, status: str, verb: str, roles: Iterable[str]) -> str:
        """The status after ``verb``; raises IllegalMove without an arrow, NotAllowed for a wrong hand."""
        arrow = self.arrows.get((status, verb))
        if arrow is None:
            raise IllegalMove(self.name, status, verb)
        if arrow.by.isdisjoint(roles):
            raise NotAllowed()
        return arrow.status

    def _reached(self, start: str) -> set[str]:
        reached, todo = {start}, [start]
        while todo:
            here = todo.pop()
            for (status, _verb), arrow in self.arrows.items():
                if status == here and arrow.status not in reached:
                    reached.add(arrow.status)
                    todo.append(arrow.status)
        return reached
