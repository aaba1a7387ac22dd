"""The pages of signing on a small phone, in every state: nothing cut, nothing wider, no control too small."""

import pytest
from playwright.sync_api import Browser, Page

from models.graduate import Graduate
from services.context import Context
from tests.cast import Cast
from tests.desks import pass_second_factor
from tests.e2e.signing_pages import LONG, Gallery, Seen
from tests.e2e.test_pages_fit import LONGEST_NAME, PHONE, listen
from tests.live import Served

pytestmark = pytest.mark.e2e

# What a person with a thumb and no patience would complain of. The console is made for a mouse: its buttons may be
# lower, but nothing of it is cut either.
COMPLAINTS = """(low) => {
    const found = new Set(), wide = innerWidth;
    const name = (one) => `${one.tagName.toLowerCase()}.${one.className || one.name || ""} `
        + `${(one.textContent || one.value || one.placeholder || "").trim().slice(0, 30)}`;
    if (document.scrollingElement.scrollWidth > wide) { found.add(`wider: ${document.scrollingElement.scrollWidth}`); }
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    const shown = (one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && !one.closest(".unseen, .skip")
            && getComputedStyle(one).visibility !== "hidden";
    };
    const controls = "button, select, textarea, summary, input:not([type=hidden]), a.weui-btn, a.btn, nav a, li > a";
    for (const one of document.querySelectorAll(controls)) {
        if (!shown(one)) { continue; }
        const touched = ["checkbox", "radio"].includes(one.type) && one.labels[0] ? one.labels[0] : one;
        const box = touched.getBoundingClientRect();
        if (box.height < low || box.width < low) {
            found.add(`small: ${name(touched)} ${Math.round(box.width)} x ${Math.round(box.height)}`);
        }
        if (one.placeholder) {
            const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(one);
            pen.font = style.font;
            const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
            if (pen.measureText(one.placeholder).width > room + 1) { found.add(`cut: ${one.placeholder}`); }
        }
    }
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const text = words.currentNode, holder = text.parentElement;
        if (!text.data.trim() || !shown(holder) || holder.closest("select, textarea, script, noscript")) { continue; }
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getBoundingClientRect();
        let moves = false;
        for (let one = holder; one && one !== document.body; one = one.parentElement) {
            const style = getComputedStyle(one), room = one.getBoundingClientRect();
            // What can be moved sideways is reached; what is one pixel wide is for those who listen to the page.
            moves = ["auto", "scroll"].includes(style.overflowX) || room.width <= 1;
            if (moves) { break; }
            if (style.overflowX === "hidden" && (box.right > room.right + 1 || box.left < room.left - 1)
                || style.overflowY === "hidden" && (box.bottom > room.bottom + 1 || box.top < room.top - 1)) {
                found.add(`cut: ${name(holder)}`);
            }
        }
        if (!moves && (box.left < -1 || box.right > wide + 1)) { found.add(`outside: ${name(holder)}`); }
    }
    return [...found];
}"""
THUMB, MOUSE = 44, 20  # CSS pixels


def look(page: Page, site: Served, seen: Seen) -> list[str]:
    """What there is to complain of on a page."""
    page.goto(f"{site.url}{seen.path}")
    low = MOUSE if seen.path.startswith("/console/") else THUMB
    said = page.evaluate(COMPLAINTS, low)
    first, _second = LONG["other"].splitlines()
    said += [
        f"one line: {words}"
        for words in page.locator("dd", has_text=first).all_inner_texts()
        if "\n" not in words
    ]
    came = page.url.removeprefix(site.url)
    return said if came == seen.path else [*said, f"led to {came}"]


def test_every_page_of_signing_fits_a_small_phone(
    site: Served, ctx: Context, cast: Cast, browser: Browser
) -> None:
    for persona in (cast.graduate, cast.other_graduate):
        Graduate.update(name=LONGEST_NAME).where(Graduate.id == persona.graduate.id).execute()
    pages = Gallery(site.ctx, cast).pages
    assert len(pages) > 100
    complaints = {}
    with browser.new_context(viewport=PHONE) as context:
        page, now = context.new_page(), ("", "")
        said = listen(page)
        for seen in sorted(pages, key=lambda seen: (seen.who, seen.held)):
            if now != (now := (seen.who, seen.held)):
                context.clear_cookies()
                context.add_cookies([site.cookie(getattr(cast, seen.who), signer=site.kept(codes=seen.held))])
                pass_second_factor()
            said.clear()
            found = look(page, site, seen)
            if found := [*found, *(text for text in said if "Policy" in text or "Error:" in text)]:
                complaints[seen.path] = found
    assert complaints == {}
