"""Rules of the house that no linter of the shelf knows."""

import ast

import pytest

from tests.architecture.source import ASIDE, FLOORS, ROOT, calls, functions, modules, name_of, texts

EVERYTHING = (*FLOORS, *ASIDE)
MOST_LINES = 400
LONGEST_FUNCTION = 50

# Where sentences for people live.
SPEAKING = ("handlers/", "templates_msg/", "config/", "domain/refusal_words.py")
# Chinese that is not a sentence for people of the product.
DATA = {
    "services/sharing/schema.py": "terms and examples of the OpenAPI document",
    "wx_backend/commands.py": "the name of the top unit, as an option's default",
    "wx_backend/seed.py": "what is printed to whoever starts the demo",
}


def test_modules_stay_short() -> None:
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in modules(*EVERYTHING)}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{path}:{function.name}": function.end_lineno - function.lineno + 1
        for path, tree in modules(*EVERYTHING).items()
        for function in functions(tree)
        if function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*EVERYTHING).items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_nothing_is_printed() -> None:
    """People read logs and pages; the command line speaks through click."""
    printing = [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        for call in calls(tree)
        if name_of(call.func) in ("print", "pprint.pprint")
    ]
    assert printing == []


def test_every_module_class_and_public_function_says_what_it_is() -> None:
    """Of the floors below the doors: what others build on."""
    silent = [path for path, tree in modules(*EVERYTHING).items() if not ast.get_docstring(tree)]
    for path, tree in modules("domain", "models", "services", "templates_msg", "providers", "wechat").items():
        silent += [
            f"{path}:{node.name}"
            for node in tree.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []


def test_chinese_stands_only_where_people_are_spoken_to() -> None:
    elsewhere = sorted(
        {
            f"{path}:{text.lineno}: {text.value}"
            for path, tree in modules().items()
            if not path.startswith(SPEAKING) and path not in DATA
            for text in texts(tree)
            if any("\u3400" <= char <= "\u9fff" for char in text.value)
        }
    )
    assert elsewhere == []


def test_the_exceptions_are_still_needed() -> None:
    for path in DATA:
        tree = modules()[path]
        assert any("\u4e00" <= char <= "\u9fff" for text in texts(tree) for char in text.value), path


def test_statuses_move_through_step_alone() -> None:
    """Law 3: the journal's ``step``, and the outbox for messages, which are many."""
    writing = sorted(
        f"{path}:{call.lineno}"
        for path, tree in modules("models", "services", "handlers", "scheduler", "wx_backend").items()
        for call in calls(tree)
        if name_of(call.func).rpartition(".")[2] in ("update", "change", "create", "save")
        if any(keyword.arg == "status" for keyword in call.keywords)
        if path != "models/message.py"
    )
    assert writing == []


@pytest.mark.parametrize("word", ["datetime.now", "datetime.utcnow", "datetime.today", "date.today"])
def test_services_and_doors_ask_the_contexts_clock(word: str) -> None:
    asking = [
        f"{path}:{call.lineno}"
        for path, tree in modules("domain", "services", "scheduler", "templates_msg").items()
        for call in calls(tree)
        if name_of(call.func).endswith(word)
    ]
    assert asking == []


def test_nobody_outside_may_be_told_a_row_id() -> None:
    """Law 9: addresses carry random codes. No route takes a number."""
    routes = [
        f"{path}:{text.lineno}: {text.value}"
        for path, tree in modules("handlers").items()
        for text in texts(tree)
        if "<int:" in text.value
    ]
    assert routes == []


def test_the_product_is_what_is_imported() -> None:
    """Plain package names: another package of the same name must not come first."""
    for package in EVERYTHING:
        assert __import__(package).__file__ == str(ROOT / package / "__init__.py")
