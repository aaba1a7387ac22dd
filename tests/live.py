"""The pages served for a real browser, over a Context with recording hands."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.serving import make_server

from handlers import visit
from launch.ports import free_port
from services import sessions
from services.context import Context
from tests.cast import Persona
from wx_backend.web import create_app


@dataclasses.dataclass
class Served:
    """An application on an address of its own."""

    ctx: Context
    app: Flask
    url: str

    def cookie(self, persona: Persona | None = None, **remembered: object) -> dict[str, str]:
        """The cookie of a browser in which a persona is logged in, or that remembers something, for Playwright."""
        client = self.app.test_client()
        with client.session_transaction(base_url=self.url) as kept:
            kept.update(remembered)
            if persona is not None and persona.account is not None:
                kept["token"] = sessions.open_session(self.ctx, persona.account, "desktop")
        cookie = client.get_cookie("sid", domain="127.0.0.1")
        assert cookie is not None
        return {"name": "sid", "value": cookie.value, "url": self.url}

    def openid_in_hand(self, openid: str) -> str:
        """What a browser remembers of a WeChat that is not bound yet, under the name ``openid``."""
        return self.kept(openid=openid)

    def kept(self, **values: str) -> str:
        """Values as a browser's signed cookie keeps them."""
        with self.app.app_context():
            return visit.sealed(values)


@contextmanager
def served(ctx: Context, templates: FileSystemBytecodeCache | None = None) -> Iterator[Served]:
    """Serves the pages over ``ctx`` on a free port until the end of the block; ``templates`` keeps compiled pages."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = ctx.settings.model_copy(update={"public_url": url})
    here = dataclasses.replace(ctx, settings=settings)
    app = create_app(here)
    app.jinja_env.bytecode_cache = templates
    server = make_server("127.0.0.1", port, app, threaded=True)
    # It looks every so many seconds whether it should stop.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Served(here, app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
