"""The Flask application: every door but the callback's, which stands in front of it."""

from flask import Flask

from handlers import assets, dress, errors, health, security, trace
from handlers.guards import check_guards
from handlers.h5 import DOORS
from handlers.visit import CONTEXT
from services.context import Context


def create_app(ctx: Context) -> Flask:
    """The pages over ``ctx``; raises RuntimeError when a route has no guard."""
    app = Flask("handlers", static_folder=None, template_folder="pages")
    app.extensions[CONTEXT] = ctx
    trace.set_up(app)
    security.set_up(app, ctx.settings, ctx.keyring)
    dress.set_up(app)
    errors.set_up(app)
    for door in (health.door, assets.door, *DOORS):
        app.register_blueprint(door)
    check_guards(app)
    return app
