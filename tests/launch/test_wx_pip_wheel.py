"""pip's pinned wheel comes through the user's own pip settings, or not at all."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from launch import pip_settings, pip_wheel
from launch.pip_settings import PipSettings
from launch.say import Trouble

WHEEL = "pip-9.9-py3-none-any.whl"
CONTENT = b"the wheel itself"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Index:
    """A small index on loopback; `pages` may be changed, `seen` tells who asked with which credentials."""

    address: str
    pages: dict[str, bytes] = field(default_factory=dict)
    seen: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def index() -> Iterator[Index]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.seen.append((self.path, self.headers.get("Authorization")))
            content = known.pages.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Index(f"127.0.0.1:{server.server_port}")
    known.pages["/simple/pip/"] = (
        f'<a href="../../files/pip-1.0-py3-none-any.whl#sha256=1">pip-1.0</a>'
        f'<a href="../../files/{WHEEL}#sha256={SHA256}">{WHEEL}</a>'
    ).encode()
    known.pages[f"/files/{WHEEL}"] = CONTENT
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def settings(*indexes: str) -> PipSettings:
    return PipSettings(indexes, None)


def fetch(where: PipSettings, into: Path) -> Path:
    return pip_wheel.fetch(where, into, wheel=WHEEL, sha256=SHA256)


def test_the_pinned_wheel_is_fetched(index: Index, tmp_path: Path) -> None:
    path = fetch(settings(f"http://{index.address}/simple"), tmp_path)
    assert path.read_bytes() == CONTENT
    assert path.name == WHEEL


def test_a_dead_index_is_passed_over(index: Index, tmp_path: Path) -> None:
    where = settings("http://127.0.0.1:9/simple", f"http://{index.address}/simple")
    assert fetch(where, tmp_path).exists()


def test_another_content_is_refused_with_what_to_do(index: Index, tmp_path: Path) -> None:
    index.pages[f"/files/{WHEEL}"] = b"something else"
    with pytest.raises(Trouble, match=r"another hash(?s:.*)python3-venv"):
        fetch(settings(f"http://{index.address}/simple"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_index_without_the_version_is_told(index: Index, tmp_path: Path) -> None:
    index.pages["/simple/pip/"] = b"<html></html>"
    with pytest.raises(Trouble, match=f"no {WHEEL}"):
        fetch(settings(f"http://{index.address}/simple"), tmp_path)


def test_credentials_go_to_their_own_host_and_are_never_told(index: Index, tmp_path: Path) -> None:
    fetch(settings(f"http://lin:s%40fe@{index.address}/simple"), tmp_path)
    expected = "Basic " + base64.b64encode(b"lin:s@fe").decode()
    assert {who for _, who in index.seen} == {expected}
    index.pages.clear()
    with pytest.raises(Trouble) as refused:
        fetch(settings(f"http://lin:s%40fe@{index.address}/simple"), tmp_path)
    assert "fe@" not in str(refused.value)
    assert "lin" not in str(refused.value).split("could not")[1].split("Install")[0]


def test_an_index_without_credentials_gets_none(index: Index, tmp_path: Path) -> None:
    fetch(settings("http://lin:safe@127.0.0.1:9/simple", f"http://{index.address}/simple"), tmp_path)
    assert {who for _, who in index.seen} == {None}


def test_settings_come_from_files_and_variables_win(tmp_path: Path) -> None:
    system, user = tmp_path / "system.conf", tmp_path / "user.conf"
    system.write_text("[global]\nindex-url = http://system/simple/\ncert = /ca.pem\n")
    user.write_text(
        "[global]\nindex-url = http://user/simple\nextra-index-url =\n  http://a/simple\n  http://b/simple\n"
    )
    read = pip_settings.read({}, [system, user])
    assert read.indexes == ("http://user/simple", "http://a/simple", "http://b/simple")
    assert read.certificates == "/ca.pem"
    read = pip_settings.read({"PIP_INDEX_URL": "http://variable/simple"}, [system, user])
    assert read.indexes[0] == "http://variable/simple"


def test_without_settings_no_index_is_guessed(tmp_path: Path) -> None:
    damaged = tmp_path / "pip.conf"
    damaged.write_text("index-url without a section")
    assert pip_settings.read({}, [tmp_path / "none", damaged]).indexes == ()


def test_without_an_index_the_sentence_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="name no index") as trouble:
        pip_wheel.fetch(PipSettings((), None), tmp_path)
    assert "apt-get install" in str(trouble.value)


def test_a_settings_file_of_ones_own_choice_weighs_most(tmp_path: Path) -> None:
    files = pip_settings.config_files({"PIP_CONFIG_FILE": "/own.conf"}, tmp_path)
    assert files[-1] == Path("/own.conf")
    assert tmp_path / ".config/pip/pip.conf" in files
    assert pip_settings.config_files({"PIP_CONFIG_FILE": "/dev/null"}, tmp_path) == []
