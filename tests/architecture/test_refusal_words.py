"""Every code that is refused with has its sentence, and no sentence waits in vain."""

import ast

from domain import refusals
from domain.refusal_words import SAY
from tests.architecture.source import calls, modules, name_of, texts

KINDS = {
    name
    for name, kind in vars(refusals).items()
    if isinstance(kind, type) and issubclass(kind, refusals.Refusal)
}


def spoken() -> dict[str, str]:
    """Code → one place that refuses with it."""
    found = {}
    for path, tree in modules().items():
        for call in calls(tree):
            kind, _, method = name_of(call.func).partition(".")
            if kind not in KINDS or method not in ("", "field"):
                continue
            place = call.args[1:2] if method else call.args[:1]
            for argument in place:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found[argument.value] = f"{path}:{call.lineno}"
    return found


def test_every_refusal_has_its_sentence() -> None:
    assert len(spoken()) > 20
    assert {code: place for code, place in spoken().items() if code not in SAY} == {}


def test_every_sentence_is_used() -> None:
    """Some codes reach a refusal through a variable, so any literal that spells one counts as its use."""
    sentences = modules()["domain/refusal_words.py"]
    table = next(
        node.value
        for node in sentences.body
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "SAY"
    )
    assert isinstance(table, ast.Dict)
    keys = {id(key) for key in table.keys}
    used = {text.value for tree in modules().values() for text in texts(tree) if id(text) not in keys}
    assert sorted(set(SAY) - used) == []


def test_no_sentence_is_written_twice() -> None:
    assert len(set(SAY.values())) == len(SAY)
