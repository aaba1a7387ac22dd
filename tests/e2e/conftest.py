"""Chromium as the system installed it, and a whole product for it to visit."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect

from services.context import Context
from tests import stack
from tests.live import Served, served
from tests.stack import Ground, Stack

# On a busy machine an answer takes many times as long as usual; a test that goes well does not wait.
expect.set_options(timeout=30_000)
_ACTION_MS = 60_000


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    program = os.environ.get("WXB_TEST_CHROMIUM", "/usr/bin/chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": program, "args": [*sandbox, "--disable-gpu", "--no-first-run"]}


@contextmanager
def opened(browser: Browser, width: int, height: int) -> Iterator[Page]:
    """A window of a browser that nobody has used yet."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(_ACTION_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A desktop window wide enough for three phones side by side."""
    with opened(browser, 1440, 900) as page:
        yield page


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A second person's own computer."""
    with opened(browser, 1200, 900) as page:
        yield page


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The demo's people and menu, made once."""
    return stack.lay_ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture
def running(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    """The whole product against the sandbox, as the demo begins, for this test alone."""
    with stack.running(ground, tmp_path) as up:
        yield up


@pytest.fixture
def site(ctx: Context, compiled_templates: FileSystemBytecodeCache) -> Iterator[Served]:
    """The pages over the test's own database."""
    with served(ctx, compiled_templates) as site:
        yield site
