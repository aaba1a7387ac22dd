"""The one object that everything shares: options, state, faults, log, clock, and the tasks under way."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import aiohttp

from sandbox.catalogue import Persona, load_personas, load_templates
from sandbox.faults import Faults
from sandbox.hub import Hub
from sandbox.log import Log
from sandbox.options import Options
from sandbox.state import CHAT_KEPT, Card, Message, Phone, State, identifier
from sandbox.store import Store

SAVE_EVERY = 0.5


class World:
    """Holds the platform. All access is from one event loop, so there are no locks."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.personas = load_personas(options.personas)
        self.templates = load_templates(options.templates)
        self.faults = Faults()
        self.log = Log()
        self.hub = Hub()
        self.arrivals: Counter[str] = Counter()  # template messages shown, by client_msg_id
        self.ahead = 0.0  # how far the platform's clock was pushed forward, seconds
        self._store = Store(options.state)
        self.state = self._store.load()
        self._greet_personas()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._dirty = False
        self._http: aiohttp.ClientSession | None = None

    # Life

    async def open(self) -> None:
        # The product's cookies belong to a phone, never to this client.
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0),
        )

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http:
            await self._http.close()
        self._store.save(self.state)
        self._store.close()

    async def keep_saving(self) -> None:
        """Write the state down whenever it changed; runs for the life of the process."""
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if self._dirty:
                self._dirty = False
                self.state.forget_old(self.now())
                self._store.save(self.state)

    def reset(self) -> None:
        """Forget everything but the options."""
        self.state = State()
        self.faults = Faults()
        self.log.clear()
        self.arrivals.clear()
        self.ahead = 0.0
        self._greet_personas()
        self.touch(*self.personas, "log", "faults", "menu")

    def _greet_personas(self) -> None:
        known = self.state.phones
        self.state.phones = {
            key: known.get(key) or self._new_phone(one) for key, one in self.personas.items()
        }

    def _new_phone(self, persona: Persona) -> Phone:
        return Phone(
            key=persona.key,
            openid=identifier(self.options.app_id, persona.key),
            mini_openid=identifier(self.options.mini_app_id, persona.key),
            unionid=identifier("union", persona.key),
            snapshot=persona.snapshot,
        )

    # Shared hands

    @property
    def http(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("the world is not open")
        return self._http

    def now(self) -> float:
        """The platform's clock: expiry, windows and quotas follow it; what goes over the wire does not."""
        return time.time() + self.ahead

    def touch(self, *what: str) -> None:
        """Something changed: save it soon and tell the pages."""
        self._dirty = True
        self.hub.tell(*what)

    def next_id(self) -> int:
        self.state.last_id += 1
        return self.state.last_id

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` beside; ``idle`` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def idle(self, timeout: float) -> bool:
        """Wait until nothing is under way; False when it took longer than ``timeout`` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        return not self._tasks

    # Phones

    def phone_of(self, openid: str) -> Phone | None:
        return next((phone for phone in self.state.phones.values() if phone.openid == openid), None)

    def show(
        self, phone: Phone, side: str, kind: str, text: str = "", cards: list[Card] | None = None
    ) -> Message:
        """Put a message into the chat of ``phone``."""
        message = Message.model_validate(
            {
                "id": self.next_id(),
                "at": time.time(),
                "side": side,
                "kind": kind,
                "text": text,
                "cards": [card.model_dump() for card in cards or []],
            }
        )
        phone.chat = [*phone.chat[-CHAT_KEPT + 1 :], message]
        self.touch(phone.key)
        return message


def random_word(length: int) -> str:
    """A word of letters and digits that nobody can guess."""
    return secrets.token_hex(length // 2 + 1)[:length]
