"""The product's own source, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = (
    "config",
    "domain",
    "models",
    "wechat",
    "providers",
    "documents",
    "templates_msg",
    "matching",
    "services",
    "handlers",
    "scheduler",
    "wx_backend",
)
ASIDE = ("sandbox", "launch")


@cache
def modules(*packages: str) -> dict[str, ast.Module]:
    """Path below the root → syntax tree of every module of these packages, all floors when none is named."""
    found = {}
    for package in packages or FLOORS:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[path.relative_to(ROOT).as_posix()] = _tree(path)
    assert found
    return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every string literal that is not a docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def name_of(node: ast.expr) -> str:
    """The dotted name that an expression spells, as far as it does: ``Invalid.field``, ``datetime.now``."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
