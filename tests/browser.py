"""A browser for door tests: it opens pages, fills in the forms it finds there, and follows where it is led."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, BinaryIO

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156"
WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile MicroMessenger/8.0.50"


@dataclass
class FoundForm:
    """A form as it stands on a page: where it goes, and what its fields hold."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self.words: list[str] = []
        self._select = ""
        self._textarea: str | None = None
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(got.get("action", ""), got.get("method", "get")))
            self._is_open = True
        elif not self._is_open:
            return
        elif tag == "input" and "name" in got:
            is_choice = got.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in got:
                self._add(got["name"], got.get("value", "on" if is_choice else ""))
        elif tag == "select":
            self._select = got.get("name", "")
        elif tag == "option" and self._select and "selected" in got:
            self._add(self._select, got.get("value", ""))
        elif tag == "textarea":
            self._textarea = got.get("name", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._textarea:
            self._add(self._textarea, data)

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].fields.append((name, value))


class Page:
    """What the browser shows after following every redirect within the product."""

    def __init__(self, browser: "Browser", response: TestResponse) -> None:
        self._browser = browser
        self.response = response
        self.status = response.status_code
        self.path = response.request.path
        self.html = response.data.decode("utf-8", "replace")
        reader = _Reader()
        reader.feed(self.html)
        self.forms = reader.forms
        self.text = " ".join(" ".join(reader.words).split())

    def form(self, action: str) -> FoundForm:
        """The form that goes to ``action``."""
        return next(form for form in self.forms if form.action == action)

    def submit(self, action: str, to: str = "", **values: Any) -> "Page":
        """Fills in the form that goes to ``action`` and sends it there, or to ``to`` as a button of its own may."""
        form = self.form(action)
        data: dict[str, Any] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        return self._browser.post(to or action, data | values)


class Browser:
    """One browser with its cookies."""

    def __init__(self, app: Flask, agent: str = DESKTOP) -> None:
        self.client: FlaskClient = app.test_client()
        self._base: dict[str, Any] = {"base_url": "http://wx.test", "headers": {"User-Agent": agent}}

    def remembers(self) -> AbstractContextManager[Any]:
        """What the browser's signed cookie holds, to be read and written."""
        return self.client.session_transaction(base_url=self._base["base_url"])

    def open(self, path: str) -> Page:
        """Opens an address as a person would type it."""
        return self._follow(self.client.get(path, **self._base))

    def post(self, path: str, data: dict[str, Any] | bytes, **how: Any) -> Page:
        """Sends a form."""
        return self._follow(self.client.post(path, data=data, **self._base, **how))

    def led(self, path: str) -> str:
        """Where opening ``path`` is led to at once, the address as sent."""
        return self.client.get(path, **self._base).headers.get("Location", "")

    def token(self) -> str:
        """A token for forms that this browser may send."""
        page = self.open("/h5/reset")
        return dict(page.form("/h5/reset").fields)["csrf_token"]

    def _follow(self, response: TestResponse) -> Page:
        for _ in range(10):
            target = response.headers.get("Location", "")
            if response.status_code not in (301, 302, 303) or not target.startswith("/"):
                return Page(self, response)
            response = self.client.get(target, **self._base)
        raise AssertionError("led in circles")


def send_file(
    browser: Browser, page: str, to: str, files: dict[str, tuple[BinaryIO, str]], **values: Any
) -> Page:
    """Fills in a form with files of any size; a client that writes them to disk leaves them open."""
    fields: dict[str, Any] = dict(browser.open(page).form(to).fields) | values
    fields |= {name: FileStorage(stream, filename) for name, (stream, filename) in files.items()}
    boundary, body = encode_multipart(fields)
    return browser.post(to, body, content_type=f'multipart/form-data; boundary="{boundary}"')
