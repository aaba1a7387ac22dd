"""What every page must keep to: no inline script or style, labels for every field, one heading, ids that are unique."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from handlers import assets
from models.graduate import Link
from services import links, sessions
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast
from tests.desks import pass_second_factor
from tests.seen_pages import CASES, SEEN_BY

PAGES = Path(assets.__file__).with_name("pages")
TEMPLATES = sorted(PAGES.rglob("*.html"))
VOID = {"meta", "link", "input", "img", "br", "hr", "path", "rect", "source"}


class Reader(HTMLParser):
    """Notes what a page is made of, and whether its tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.inline: list[str] = []
        self.labelled_within: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if "label" in self.open:
            self.labelled_within.add(len(self.tags))
        self.tags.append((tag, got))
        if tag not in VOID:
            self.open.append(tag)
        self.inline += [f"{tag} {name}" for name in got if name == "style" or name.startswith("on")]
        self.inline += [tag for _ in [0] if tag == "style" or (tag == "script" and "src" not in got)]
        if got.get("href", "").startswith("javascript:"):
            self.inline.append(f"{tag} javascript:")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def all(self, tag: str) -> list[dict[str, str]]:
        return [got for name, got in self.tags if name == tag]


@pytest.fixture
def seen(cast: Cast, ctx: Context, client_of: Callable[..., Browser]) -> Callable[[str, str], str]:
    """The page that a person sees; 陈浩然 is linked with 王建国 and puts off the intention."""
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.other_graduate.account, "desktop"))
    assert visitor is not None
    links.link(ctx, visitor, [cast.counselor.staff.code])
    assert Link.select().count() == 1

    def see(path: str, who: str) -> str:
        browser = client_of(getattr(cast, who))
        pass_second_factor(path)
        with browser.remembers() as kept:
            kept["later"] = True
        return browser.open(path).html

    return see


@pytest.mark.parametrize(("path", "who"), CASES)
def test_a_page_is_well_made(path: str, who: str, seen: Callable[[str, str], str]) -> None:
    page = Reader()
    page.feed(seen(path, who))
    page.close()
    assert page.open == []
    assert page.inline == []
    assert page.all("html")[0]["lang"] == "zh-CN"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    ids = [got["id"] for _, got in page.tags if "id" in got]
    assert len(ids) == len(set(ids))
    check_fields(page, set(ids))
    check_forms(page)
    assert all("alt" in picture for picture in page.all("img"))


def check_fields(page: Reader, ids: set[str]) -> None:
    labels = {got.get("for") for got in page.all("label")}
    for nth, (tag, got) in enumerate(page.tags):
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(got.get(name, "").split()) <= ids, got
        if tag not in ("input", "select", "textarea") or got.get("type") == "hidden":
            continue
        is_named = got.get("id") in labels or "aria-label" in got or nth in page.labelled_within
        assert is_named or got.get("aria-hidden") == "true", got
    assert labels <= ids | {None}


def check_forms(page: Reader) -> None:
    posts = [got for got in page.all("form") if got.get("method") == "post"]
    tokens = [got for got in page.all("input") if got.get("name") == "csrf_token"]
    assert len(posts) == len(tokens)
    assert all(
        got["action"].startswith(("/h5/", "/console/", "/employer/", "/s/")) for got in page.all("form")
    )


def test_every_page_is_looked_at(app: Flask) -> None:
    shown = {path.partition("?")[0] for path in SEEN_BY}
    leads_on = {"/", "/h5/oauth/begin", "/h5/oauth/back", "/h5/oidc/begin", "/h5/oidc/back", "/h5/move"}
    for_scripts = {"/h5/js-signature", "/employer/licence/file"}
    for rule in app.url_map.iter_rules():
        is_page = (
            rule.rule.startswith(("/h5", "/console", "/employer"))
            and "." not in rule.rule
            and "<" not in rule.rule
        )
        if is_page and "GET" in (rule.methods or set()):
            assert rule.rule in shown | leads_on | for_scripts


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_escapes_and_names_only_assets_that_exist(template: Path) -> None:
    text = template.read_text("utf-8")
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
    assert not re.search(r"<style|style=|\son[a-z]+=|<script(?![^>]*src=)", text)
    for name in re.findall(r"static\('([^']+)'\)", text):
        assert (assets.STATIC / name).is_file()
    for name in re.findall(r"vendor\('([^']+)'\)", text):
        assert name in assets.VENDOR
    assert "http://" not in re.sub(r'xmlns="[^"]+"', "", text)


def test_our_styles_and_scripts_fetch_nothing_from_elsewhere() -> None:
    for path in assets.STATIC.glob("*.[cj]s*"):
        assert "//" not in re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.M).replace("*/", "")
