"""pip itself, where Python came without it: one pinned wheel from the index of the user's pip settings."""

import base64
import hashlib
import ssl
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from launch.pip_settings import PipSettings
from launch.say import Trouble, say

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
TIMEOUT = 60


class _Links(HTMLParser):
    """Collects the addresses on a "simple" index page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for each opening tag."""
        if tag == "a":
            self.addresses += [value for name, value in attrs if name == "href" and value]


def fetch(settings: PipSettings, into: Path, *, wheel: str = PIP_WHEEL, sha256: str = PIP_SHA256) -> Path:
    """Download the pinned wheel into the folder `into` and return its path.

    Indexes are asked in order; one that is dead or lacks the file is passed over. Raises `Trouble` when none
    has a file with the pinned hash.
    """
    reasons = [] if settings.indexes else ["your pip settings name no index to fetch it from"]
    for index in settings.indexes:
        page = f"{index}/pip/"
        try:
            address = _find(page, wheel, settings)
            content = _get(address, settings) if address else b""
        except (OSError, ValueError, urllib.error.URLError) as error:
            reasons.append(f"{_bare(index)}: {error}")
            continue
        if hashlib.sha256(content).hexdigest() == sha256:
            path = into / wheel
            path.write_bytes(content)
            say(f"Python came without pip; fetched {wheel} through your pip settings.")
            return path
        reasons.append(f"{_bare(index)}: {'another hash than the pinned one' if content else f'no {wheel}'}")
    raise Trouble(
        f"Python came without pip, and {wheel} could not be fetched ({'; '.join(reasons)}). "
        "Install pip with your system's package manager (Debian: sudo apt-get install python3-venv), then repeat."
    )


def _find(page: str, wheel: str, settings: PipSettings) -> str | None:
    links = _Links()
    links.feed(_get(page, settings).decode("utf-8", "replace"))
    for link in links.addresses:
        address = urldefrag(urljoin(page, link)).url
        if unquote(urlsplit(address).path).rsplit("/", 1)[-1] == wheel:
            return address
    return None


def _get(address: str, settings: PipSettings) -> bytes:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https", "file"):
        raise ValueError(f"cannot fetch from a {parts.scheme or 'nameless'} address")
    request = urllib.request.Request(_bare(address), headers={"Accept": "text/html, */*;q=0.1"})
    owner = _credentials(parts.netloc, settings)
    if owner:
        token = base64.b64encode(unquote(owner).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    secure = ssl.create_default_context(cafile=settings.certificates)
    with urllib.request.urlopen(request, timeout=TIMEOUT, context=secure) as answer:
        content: bytes = answer.read()
        return content


def _credentials(netloc: str, settings: PipSettings) -> str | None:
    """`user:password` for a host: from the address, or from the index on the same host."""
    owner, _, host = netloc.rpartition("@")
    if owner:
        return owner
    indexes = (urlsplit(index).netloc.rpartition("@") for index in settings.indexes)
    return next((known for known, _, at in indexes if known and at == host), None)


def _bare(address: str) -> str:
    """The address without credentials: for the wire and for sentences."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
