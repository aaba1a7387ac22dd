"""What the web server calls: the callback door in front, the pages behind it."""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

from config import logging
from config.settings import load
from handlers.callback import CallbackDoor
from handlers.gate import LogInGate
from services.recommend import keeper
from wx_backend.context import build_context
from wx_backend.web import create_app

CALLBACK = "/wechat/callback"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_front(door: Wsgi, pages: Wsgi) -> Wsgi:
    """The callback is the hot path and never enters Flask."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == CALLBACK:
            return door(environ, start_response)
        return pages(environ, start_response)

    return application


def application() -> Wsgi:
    """Built once in each web process, from the environment."""
    settings = load()
    logging.configure(settings.log_level, settings.log_format)
    ctx = build_context(settings)
    # Beside serving: the first recommendation finds the index open, and nothing waits for it.
    Thread(target=keeper.warm, args=(ctx,), name="warm", daemon=True).start()
    return in_front(CallbackDoor(ctx), LogInGate(ctx, create_app(ctx)))
