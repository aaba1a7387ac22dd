"""Styles and scripts: our own, and those of the pinned front-end packages, by an allow-list of names."""

import gzip
import hashlib
import json
import mimetypes
from functools import cache
from pathlib import Path

from flask import Response, request

from domain.refusals import NotFound
from handlers.guards import Door, Guard

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path(__file__).with_name("static")
VENDOR = {
    "signature_pad.js": ("signature_pad", "dist/signature_pad.umd.min.js"),
    "weui.css": ("weui", "dist/style/weui.min.css"),
    "squire.js": ("squire-rte", "dist/squire.js"),
}
_YEAR = 31_536_000
_FORGET_SOON = 300  # seconds, for an address without its version

door = Door("assets", reads_database=False)


@cache
def static_address(name: str) -> str:
    """Where a file of ours is fetched; a changed file has another address."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def vendor_address(name: str) -> str:
    """Where a package's file is fetched, under the version that package.json pins."""
    packages = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    return f"/vendor/{name}?v={packages[VENDOR[name][0]]}"


@door.on("/static/<name>", Guard.ANYONE)
def static(name: str) -> Response:
    """A file of ours."""
    if name not in _static_names():
        raise NotFound()
    return _answer(STATIC / name, static_address(name))


@door.on("/vendor/<name>", Guard.ANYONE)
def vendor(name: str) -> Response:
    """A file of a front-end package."""
    if name not in VENDOR:
        raise NotFound()
    package, path = VENDOR[name]
    return _answer(ROOT / "node_modules" / package / path, vendor_address(name))


@cache
def _static_names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir())


@cache
def _content(path: Path) -> tuple[bytes, bytes]:
    """The file as it is, and compressed."""
    plain = path.read_bytes()
    return plain, gzip.compress(plain, mtime=0)


def _answer(path: Path, address: str) -> Response:
    try:
        plain, small = _content(path)
    except FileNotFoundError:
        raise NotFound() from None
    is_small = request.accept_encodings["gzip"] > 0
    response = Response(small if is_small else plain, mimetype=mimetypes.guess_type(path.name)[0])
    if is_small:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    is_exact = request.full_path == address
    response.cache_control.max_age = _YEAR if is_exact else _FORGET_SOON
    response.cache_control.immutable = is_exact
    response.set_etag(address.rpartition("=")[2])
    response.make_conditional(request)
    return response
