"""Puts the sandbox together: one server, told apart by host name and path."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.api import media, menu, oauth, people, qr, quotas, tickets, tokens
from sandbox.api.door import ApiDoor
from sandbox.api.messages import MessageDesk
from sandbox.api.mini import MiniDesk
from sandbox.api.templates import TemplateDesk
from sandbox.authenticator import Authenticator
from sandbox.browsing import Scanner, Screen
from sandbox.callbacks import Courier
from sandbox.connect import Connect
from sandbox.jssdk import JsSdk
from sandbox.machine import Machine, words_for_trouble
from sandbox.options import Options
from sandbox.pages import Pages
from sandbox.phone_api import PhoneApi
from sandbox.phones import Hands
from sandbox.proxy import PhoneProxy
from sandbox.receipts import Receipts
from sandbox.sms import SmsGateway
from sandbox.world import World

PHONE_HOST = re.compile(r"(?P<key>[a-z][a-z0-9-]*)\.localhost(?::\d+)?")
LARGEST = 16 * 1024 * 1024


def build_app(options: Options) -> web.Application:
    """The whole sandbox as an aiohttp application."""
    world = World(options)
    courier = Courier(world)
    hands = Hands(world, courier)
    receipts = Receipts(world, courier)
    screen = Screen(world)
    proxy = PhoneProxy(world, screen, Connect(world, screen), JsSdk(world, screen, hands))
    templates, messages, mini = TemplateDesk(world, receipts), MessageDesk(world, hands), MiniDesk(world)

    app = web.Application(client_max_size=LARGEST, middlewares=[_by_host(world, proxy)])
    modules = (tokens, menu, people, qr, tickets, quotas, media, oauth)
    routes = [route for module in modules for route in module.ROUTES]
    ApiDoor(world, [*routes, *templates.routes, *messages.routes, *mini.routes]).register(app)
    SmsGateway(world).register(app)
    Pages(world).register(app)
    Authenticator().register(app)

    machine = web.Application(client_max_size=LARGEST, middlewares=[words_for_trouble])
    Machine(world, courier, receipts, screen).register(machine)
    PhoneApi(world, hands, screen, Scanner(world, hands, screen)).register(machine)
    app.add_subapp("/sandbox/api", machine)

    app.cleanup_ctx.append(_life(world))
    app.on_shutdown.append(_farewell(world))
    return app


def _by_host(world: World, proxy: PhoneProxy) -> Middleware:
    """A request on a phone's own host is that phone's browser; any other is the platform's."""

    @web.middleware
    async def by_host(request: web.Request, handler: Handler) -> web.StreamResponse:
        found = PHONE_HOST.fullmatch(request.host)
        if found is None:
            return await handler(request)
        phone = world.state.phones.get(found["key"])
        if phone is None:
            raise web.HTTPNotFound(text="没有这部手机")
        return await proxy.serve(request, phone)

    return by_host


def _life(world: World) -> Callable[[web.Application], AsyncIterator[None]]:
    async def life(_app: web.Application) -> AsyncIterator[None]:
        await world.open()
        saving = asyncio.create_task(world.keep_saving())
        yield
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        await world.close()

    return life


def _farewell(world: World) -> Callable[[web.Application], Awaitable[None]]:
    async def farewell(_app: web.Application) -> None:
        world.hub.close()

    return farewell
