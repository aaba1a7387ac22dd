"""One sandbox for the tests of a module, forgotten before each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.boxes import Box, box


@pytest.fixture(scope="session")
def base_url() -> str:
    """Addresses are given in full; pytest-base-url's own fixture is of a kind that pytest 10 drops."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with box() as one:
        yield one


@pytest.fixture
def wechat(running: Box) -> Box:
    """A fresh platform in plain mode."""
    running.idle()
    running.machine("POST", "/reset")
    running.product.seen.clear()
    running.product.answer = lambda _seen: b"success"
    return running
