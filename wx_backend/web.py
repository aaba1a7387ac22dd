"""The Flask application: every door but the callback's, which stands in front of it."""

from flask import Flask

from handlers import (
    assets,
    console,
    dress,
    embed,
    employer,
    errors,
    h5,
    health,
    security,
    sign,
    trace,
    verification,
)
from handlers import open as partners
from handlers.console import shell
from handlers.employer import shell as employer_shell
from handlers.guards import check_guards
from handlers.visit import CONTEXT
from services.context import Context


def create_app(ctx: Context) -> Flask:
    """The pages over ``ctx``; raises RuntimeError when a route has no guard."""
    app = Flask("handlers", static_folder=None, template_folder="pages")
    app.extensions[CONTEXT] = ctx
    trace.set_up(app)
    security.set_up(app, ctx.settings, ctx.keyring)
    dress.set_up(app)
    shell.set_up(app)
    employer_shell.set_up(app)
    errors.set_up(app)
    partners.set_up(app)
    for door in (
        health.door,
        assets.door,
        *h5.DOORS,
        *employer.DOORS,
        *console.DOORS,
        *sign.DOORS,
        embed.door,
        verification.door,
        *partners.DOORS,
    ):
        app.register_blueprint(door)
    check_guards(app)
    return app
