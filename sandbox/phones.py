"""What the holder of a phone does in the chat, and the callbacks that follow from it."""

import time
from collections.abc import Mapping
from typing import Any

from sandbox.callbacks import Courier, Delivery
from sandbox.markup import Fields
from sandbox.replies import OUT_OF_ORDER, Reply
from sandbox.state import Phone, Window
from sandbox.world import World

# Customer messages (客服消息): how long and how many after each kind of contact.
CUSTOMER_WINDOWS = {"message": (48 * 3600, 5), "contact": (60, 3)}

PLATFORM = "o_platform_of_the_sandbox_00"


class NotPossible(Exception):
    """The phone cannot do that now; the sentence is for the person."""


class Hands:
    """The hands of all phone holders."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier

    # Following

    async def follow(self, phone: Phone, searched: bool = False) -> Delivery | None:
        """Follow the account; after a scan the code's scene goes along unless the account was searched for."""
        if phone.following:
            return None
        ticket = "" if searched else phone.pending_scene
        scene = self._world.state.qr[ticket].scene if ticket else ""
        phone.pending_scene = ""
        phone.following = phone.ever_followed = True
        phone.followed_at = int(time.time())
        phone.qr_scene = scene
        phone.follow_scene = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"
        self.open_window(phone, "contact")
        extra: Fields = {"EventKey": f"qrscene_{scene}", "Ticket": ticket} if scene else {"EventKey": ""}
        return await self.event(phone, "subscribe", extra, loud=True)

    async def unfollow(self, phone: Phone) -> Delivery | None:
        """Stop following; the chat goes with it."""
        if not phone.following:
            return None
        phone.following = False
        phone.chat, phone.windows = [], {}
        self._world.touch(phone.key)
        return await self.event(phone, "unsubscribe", {"EventKey": ""})

    # Messages

    async def say(self, phone: Phone, text: str, menu_id: str = "") -> Delivery:
        """Send text; ``menu_id`` when it came from tapping a choice inside a message."""
        extra = {"bizmsgmenuid": menu_id} if menu_id else {}
        return await self._message(phone, "text", {"Content": text, **extra}, text)

    async def send_picture(self, phone: Phone, picture: str) -> Delivery:
        """Send a picture, given as base64."""
        media_id = f"sandbox_media_{self._world.next_id()}"
        self._world.state.media[media_id] = picture
        url = f"{self._world.options.origin}/sandbox/media/{media_id}"
        return await self._message(phone, "image", {"PicUrl": url, "MediaId": media_id}, media_id)

    async def send_voice(self, phone: Phone) -> Delivery:
        """Send a voice message; there is no sound in it."""
        media_id = f"sandbox_media_{self._world.next_id()}"
        self._world.state.media[media_id] = ""
        return await self._message(phone, "voice", {"MediaId": media_id, "Format": "amr"}, media_id)

    async def send_place(self, phone: Phone, latitude: float, longitude: float, label: str) -> Delivery:
        """Send a place."""
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label}
        return await self._message(phone, "location", place, label)

    async def _message(self, phone: Phone, kind: str, content: Fields, shown: str) -> Delivery:
        if not phone.following:
            raise NotPossible("还没有关注公众号")
        self._world.show(phone, "me", kind, shown)
        self.open_window(phone, "message")
        fields = {**self._addressed(phone, kind), **content, "MsgId": self.next_msgid()}
        return await self._deliver(phone, fields, loud=True)

    # Menu

    async def tap(self, phone: Phone, item: dict[str, Any]) -> Delivery | None:
        """Tap a menu item; returns its callback, None for the kinds that send none."""
        if not phone.following:
            raise NotPossible("还没有关注公众号")
        if item["type"] == "click":
            self.open_window(phone, "contact")
            return await self.event(phone, "CLICK", {"EventKey": item["key"]}, loud=True)
        if item["type"] == "view":
            extra = {"EventKey": item["url"], "MenuId": self._world.options.original_id[3:]}
            return await self.event(phone, "VIEW", extra)
        return None

    def menu_item(self, path: list[int]) -> dict[str, Any]:
        """The item at ``path``: top index, then maybe sub index."""
        level = (self._world.state.menu or {}).get("button", [])
        item: dict[str, Any] = {}
        for index in path:
            if not 0 <= index < len(level):
                raise NotPossible("菜单里没有这一项")
            item = level[index]
            level = item.get("sub_button", [])
        if "type" not in item:
            raise NotPossible("这一项只是打开子菜单")
        return item

    # Other events

    async def scanned(self, phone: Phone, scene: str, ticket: str) -> Delivery:
        """A follower scanned a parametric code."""
        self.open_window(phone, "contact")
        return await self.event(phone, "SCAN", {"EventKey": scene, "Ticket": ticket}, loud=True)

    async def report_place(self, phone: Phone, latitude: float, longitude: float) -> Delivery:
        """The phone tells the account where it is, as it does when the chat is opened."""
        place = {"Latitude": latitude, "Longitude": longitude, "Precision": 30.0}
        return await self.event(phone, "LOCATION", place)

    async def revoke(self, phone: Phone, info: list[str]) -> Delivery:
        """Withdraw consent to ``info`` (201 address, 205 nickname, 206 location)."""
        return await self._platform_event(phone, "user_authorization_revoke", {"RevokeInfo": ",".join(info)})

    async def cancel(self, phone: Phone) -> Delivery:
        """The WeChat account was closed for good."""
        return await self._platform_event(phone, "user_authorization_cancellation", {})

    async def answer_popup(self, phone: Phone, template_id: str, accepts: bool) -> Delivery:
        """Answer a subscription prompt for one notice."""
        return await self.answer_prompt(phone, {template_id: "accept" if accepts else "reject"})

    async def answer_prompt(self, phone: Phone, answers: Mapping[str, str]) -> Delivery:
        """Answer a subscription prompt: each "accept" is the right to one message."""
        for template_id, answer in answers.items():
            if answer == "accept":
                phone.credits[template_id] = phone.credits.get(template_id, 0) + 1
        self._world.touch(phone.key)
        entries = [
            {"TemplateId": template_id, "SubscribeStatusString": answer, "PopupScene": "2"}
            for template_id, answer in answers.items()
        ]
        return await self.event(
            phone, "subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": entries}}
        )

    async def stop_subscription(self, phone: Phone, template_id: str) -> Delivery:
        """Refuse a subscription notice in the settings: all credits are gone."""
        phone.credits.pop(template_id, None)
        self._world.touch(phone.key)
        entry = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        return await self.event(
            phone, "subscribe_msg_change_event", {"SubscribeMsgChangeEvent": {"List": [entry]}}
        )

    async def event(self, phone: Phone, event: str, extra: Fields, loud: bool = False) -> Delivery:
        """Send an event; ``loud`` ones show their reply, or that the service is out of order."""
        return await self._deliver(phone, {**self._addressed(phone, "event"), "Event": event, **extra}, loud)

    # Shared

    def next_msgid(self) -> int:
        self._world.state.last_msgid += 1
        return self._world.state.last_msgid

    def open_window(self, phone: Phone, contact: str) -> None:
        """Contact happened: customer messages are allowed for a while."""
        seconds, count = CUSTOMER_WINDOWS[contact]
        phone.windows[contact] = Window(until=self._world.now() + seconds, left=count)

    def _addressed(self, phone: Phone, kind: str) -> Fields:
        return {
            "ToUserName": self._world.options.original_id,
            "FromUserName": phone.openid,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }

    async def _platform_event(self, phone: Phone, event: str, extra: Fields) -> Delivery:
        """Here the sender is the platform and the user stands in OpenID."""
        about = {"OpenID": phone.openid, "AppID": self._world.options.app_id, **extra}
        fields = {**self._addressed(phone, "event"), "FromUserName": PLATFORM, "Event": event, **about}
        return await self._deliver(phone, fields, loud=False)

    async def _deliver(self, phone: Phone, fields: Fields, loud: bool) -> Delivery:
        delivery = await self._courier.deliver(fields, phone.openid)
        if loud and phone.following:
            self._show(phone, delivery.reply)
        return delivery

    def _show(self, phone: Phone, reply: Reply | None) -> None:
        if reply is None:
            self._world.show(phone, "notice", "fault", OUT_OF_ORDER)
        elif reply.kind == "transfer":
            self._world.show(phone, "notice", "transfer", "已转接人工客服")
        elif reply.kind != "silence":
            self._world.show(phone, "account", reply.kind, reply.text, reply.cards)
