"""The application and browsers of the cast."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from services import binding, sessions
from services.context import Context
from tests.browser import DESKTOP, WECHAT, Browser
from tests.cast import Persona
from tests.fakes import OidcDesk
from wechat.oauth import OAuthUser
from wx_backend.web import create_app

ClientOf = Callable[..., Browser]


@pytest.fixture
def app(ctx: Context) -> Flask:
    return create_app(ctx)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A stranger's, on a desktop."""
    return Browser(app)


@pytest.fixture
def phone(app: Flask) -> Browser:
    """A stranger's, inside WeChat."""
    return Browser(app, WECHAT)


@pytest.fixture
def client_of(app: Flask, ctx: Context) -> ClientOf:
    """A browser in which a persona is logged in; inside WeChat they are bound as well."""

    def make(persona: Persona, *, in_wechat: bool = False) -> Browser:
        made = Browser(app, WECHAT if in_wechat else DESKTOP)
        if persona.account is None:
            return made
        openid = persona.openid if in_wechat else None
        if openid:
            binding.bind(ctx, persona.account, openid)
        token = sessions.open_session(ctx, persona.account, "wechat" if in_wechat else "desktop", openid)
        with made.client.session_transaction(base_url="http://wx.test") as kept:
            kept["token"] = token
        return made

    return make


@pytest.fixture
def oidc() -> OidcDesk:
    return OidcDesk()


@pytest.fixture
def app_with_oidc(ctx: Context, oidc: OidcDesk) -> Flask:
    return create_app(dataclasses.replace(ctx, oidc=oidc))


@pytest.fixture
def comes_by_wechat(gateway) -> Callable[[Persona], str]:
    """Lets a persona's WeChat answer the platform's question; answers the code."""

    def code(persona: Persona, is_snapshot: bool = False) -> str:
        word = f"code-of-{persona.key}"
        gateway.codes[word] = OAuthUser(persona.openid, is_snapshot=is_snapshot)
        return word

    return code


