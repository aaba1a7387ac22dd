"""Tells open pages what has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress


class Hub:
    """Each listener has a set of the things that changed since it last looked, so a slow one loses nothing."""

    def __init__(self) -> None:
        self._listeners: list[tuple[set[str], asyncio.Event]] = []
        self.closing = False

    def tell(self, *what: str) -> None:
        """Note that ``what`` (a phone's key, ``log``, ``faults``, ``menu``) changed."""
        for changed, wake in self._listeners:
            changed.update(what)
            wake.set()

    def close(self) -> None:
        self.closing = True
        self.tell()

    async def changes(self, heartbeat: float = 15.0) -> AsyncIterator[list[str]]:
        """Sets of changed things as they come; an empty list as a sign of life."""
        listener: tuple[set[str], asyncio.Event] = (set(), asyncio.Event())
        self._listeners.append(listener)
        changed, wake = listener
        try:
            while not self.closing:
                with suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), heartbeat)
                wake.clear()
                told = sorted(changed)
                changed.clear()
                yield told
        finally:
            self._listeners.remove(listener)
