"""What tests of services share: many hands at once, what was owed and journalled, a count of statements."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from domain.refusals import Invalid, Refusal
from models.db import connected
from models.journal import Journal
from models.message import Message
from services.sessions import Visitor
from tests.cast import Persona

PATIENCE = 30  # seconds that hands at once may take


Meet = Callable[[Persona], Visitor]


def together(*verbs: Callable[[], Any]) -> list[Any]:
    """Runs every verb in a thread and a connection of its own, all let go at the same moment.

    Answers, in order, what each returned, or the Refusal it raised. Any other exception fails the test.
    """
    gate = threading.Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        with connected():
            gate.wait(PATIENCE)
            try:
                return verb()
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(verbs)) as hands:
        return [done.result(PATIENCE) for done in [hands.submit(run, verb) for verb in verbs]]


def refusal_of(verb: Callable[[], object]) -> Refusal:
    """The refusal that the verb answers with; without one the test fails."""
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value


def fields_of(verb: Callable[[], object]) -> set[str]:
    """The fields that the verb finds wrong; without any the test fails."""
    with pytest.raises(Invalid) as refused:
        verb()
    return set(refused.value.fields)


def codes_of(results: list[Any]) -> list[str]:
    """The refusal's code of each result, ``ok`` for what was not refused, sorted."""
    return sorted(result.code if isinstance(result, Refusal) else "ok" for result in results)


def owed(template: str | None = None) -> list[Message]:
    """Every message in the outbox, or those of one kind, oldest first."""
    rows = Message.select().order_by(Message.id)
    return [row for row in rows if template in (None, row.template)]


def acts(kind: str | None = None) -> list[tuple[str, str, str, str]]:
    """(verb, role, before, after) of every act in the journal, or those on one table, oldest first."""
    rows = Journal.select().order_by(Journal.id)
    return [
        (row.verb, row.role, row.status_before, row.status_after) for row in rows if kind in (None, row.kind)
    ]


class Statements(logging.Handler):
    """Every SQL statement that is run while this handler listens, without those that only frame a transaction."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = str(record.msg[0]) if isinstance(record.msg, tuple) else ""
        if text and not text.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")):
            self.texts.append(text)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements run inside, as a list that grows."""
    logger, ear = logging.getLogger("peewee"), Statements()
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(ear)
    try:
        yield ear.texts
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
