"""One sandbox for the tests of a module, forgotten before each test."""

from collections.abc import Iterator

import pytest

from tests.sandbox.boxes import Box, box


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
