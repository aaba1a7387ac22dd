"""Takes the picture in the README: ``python -m tests.e2e.picture`` renews docs/phones.png."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import stack
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import (
    COUNSELOR,
    GRADUATE,
    counselor_binds,
    counselor_sees,
    graduate_binds,
    graduate_links,
)

PICTURE = stack.ROOT / "docs" / "phones.png"


def main() -> None:
    """Plays the first flow and photographs its end."""
    with (
        tempfile.TemporaryDirectory() as begun,
        tempfile.TemporaryDirectory() as folder,
        stack.running(stack.lay_ground(Path(begun)), Path(folder)) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        desk = browser.new_page(viewport={"width": 1240, "height": 860})
        desk.goto(running.sandbox)
        counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
        counselor_binds(counselor)
        graduate_binds(graduate)
        graduate_links(graduate)
        counselor_sees(counselor)
        desk.wait_for_timeout(500)
        desk.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
