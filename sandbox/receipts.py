"""Results of template messages (TEMPLATESENDJOBFINISH): sent a while after the message, as faults ask."""

import asyncio
import random
import time

from sandbox.callbacks import Courier
from sandbox.markup import Fields
from sandbox.state import Phone
from sandbox.world import World

SHUFFLE_SPREAD = 2.0  # seconds within which shuffled results come


class Receipts:
    """Owes the product a result for each template message."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier

    def owe(self, phone: Phone, msgid: int) -> None:
        """Send the result of message ``msgid`` later."""
        if self._world.faults.receipt_lost:
            return
        self._world.spawn(self._send(phone, msgid))

    async def send_now(self, phone: Phone, msgid: int, status: str) -> None:
        """Send one result at once, whatever the faults say."""
        await self._courier.deliver(self._fields(phone, msgid, status), phone.openid)

    async def _send(self, phone: Phone, msgid: int) -> None:
        faults = self._world.faults
        delay = self._world.options.receipt_delay + faults.receipt_delay_ms / 1000
        if faults.receipt_shuffled:
            delay += random.uniform(0, SHUFFLE_SPREAD)
        status = faults.receipt or ("failed:user block" if phone.rejects else "success")
        shown_id = 0 if faults.receipt_zero_msgid else msgid
        copies = faults.receipt_copies
        await asyncio.sleep(delay)
        fields = self._fields(phone, shown_id, status)
        for _ in range(copies):
            await self._courier.deliver(fields, phone.openid)

    def _fields(self, phone: Phone, msgid: int, status: str) -> Fields:
        return {
            "ToUserName": self._world.options.original_id,
            "FromUserName": phone.openid,
            "CreateTime": int(time.time()),
            "MsgType": "event",
            "Event": "TEMPLATESENDJOBFINISH",
            "MsgID": msgid,
            "Status": status,
        }
