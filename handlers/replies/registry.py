"""Which small handler answers which callback. A handler registers itself with a decorator; see ``@click``,
``@event`` and ``@message``.

A handler is a pure function of the event and the card: it reads neither clock nor database, so that a repeat of
the same callback is answered with the very same words from the card stored with the first.
"""

from collections.abc import Callable
from dataclasses import dataclass

from domain.card import Card
from handlers.replies.known import Known
from wechat.inbound import Inbound
from wechat.reply import Reply

Answer = Callable[[Inbound, Card, Known], Reply]
Test = Callable[[Inbound, Known], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """``label`` names the rule in counters. ``effect`` names what must be written before the answer (a key of
    ``services.callbacks.EFFECTS``), empty where nothing is. ``when`` narrows the rule to some events."""

    label: str
    answer: Answer
    effect: str = ""
    when: Test | None = None


_clicks: dict[str, Rule] = {}
_events: dict[str, list[Rule]] = {}
_messages: dict[str, list[Rule]] = {}
_others: dict[str, Rule] = {}


def click(key: str) -> Callable[[Answer], Answer]:
    """Answers taps on the menu item with this key."""

    def register(answer: Answer) -> Answer:
        if key in _clicks:
            raise ValueError(f"two replies for the menu key {key}")
        _clicks[key] = Rule(f"click:{key}", answer)
        return answer

    return register


def event(*names: str, effect: str = "", when: Test | None = None) -> Callable[[Answer], Answer]:
    """Answers events by name, lower case; rules are tried in the order they were written."""
    return _into(_events, names, effect, when)


def message(*kinds: str, effect: str = "", when: Test | None = None) -> Callable[[Answer], Answer]:
    """Answers messages by type; rules are tried in the order they were written."""
    return _into(_messages, kinds, effect, when)


def otherwise(sort: str) -> Callable[[Answer], Answer]:
    """Answers what nothing else does; ``sort`` is ``event``, ``message`` or ``click``."""

    def register(answer: Answer) -> Answer:
        _others[sort] = Rule(f"other_{sort}", answer)
        return answer

    return register


def find(inbound: Inbound, known: Known) -> Rule:
    """The rule for a callback; there always is one."""
    if inbound.event == "click":
        return _clicks.get(inbound.key) or _others["click"]
    rules = _events.get(inbound.event) if inbound.event else _messages.get(inbound.kind)
    for rule in rules or ():
        if rule.when is None or rule.when(inbound, known):
            return rule
    return _others["event" if inbound.event else "message"]


def click_keys() -> frozenset[str]:
    """Menu keys that have a reply."""
    return frozenset(_clicks)


def rules() -> list[Rule]:
    """Every rule there is."""
    lists = [*_events.values(), *_messages.values()]
    return [*_clicks.values(), *(rule for some in lists for rule in some), *_others.values()]


def _into(
    table: dict[str, list[Rule]], names: tuple[str, ...], effect: str, when: Test | None
) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        for name in names:
            rows = table.setdefault(name, [])
            if rows and rows[-1].when is None:
                raise ValueError(f"a rule for {name} that an earlier one always hides")
            rows.append(Rule(name, answer, effect, when))
        return answer

    return register
