"""Customer messages (客服消息) within their windows, and subscription notices (订阅通知) by credit."""

from typing import Any

from sandbox.api.call import Answer, Body, Call, Route, done, word
from sandbox.api.field_rules import trouble_with_all
from sandbox.api.refusal import ApiRefusal
from sandbox.api.templates import known_template, template_card
from sandbox.phones import Hands
from sandbox.state import Card, Phone
from sandbox.world import World

TEXT_BYTES = 2048


class MessageDesk:
    """Sends customer messages and subscription notices."""

    def __init__(self, world: World, hands: Hands) -> None:
        self._world = world
        self._hands = hands

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("POST", "/cgi-bin/message/custom/send", self.send_custom, quota=500_000),
            Route("POST", "/cgi-bin/message/subscribe/bizsend", self.send_subscribed, quota=10_000_000),
            Route("GET", "/wxaapi/newtmpl/gettemplate", self.list_subscribed, quota=100_000),
        )

    async def send_custom(self, call: Call) -> Answer:
        """POST /cgi-bin/message/custom/send: 45015 outside every window, 45047 when they are used up."""
        body = call.json()
        phone = self._world.phone_of(word(body, "touser"))
        if phone is None:
            raise ApiRefusal(40003)
        kind = word(body, "msgtype")
        readers = {"text": _text, "image": self._picture, "news": _news, "msgmenu": _choices}
        if kind not in readers:
            raise ApiRefusal(40008)
        content = body.get(kind)
        if not isinstance(content, dict):
            raise ApiRefusal(47001)
        text, cards = readers[kind](content)
        self._take_from_window(phone)
        self._world.show(phone, "account", "text" if kind == "msgmenu" else kind, text, cards)
        return done()

    async def list_subscribed(self, _call: Call) -> Answer:
        """GET /wxaapi/newtmpl/gettemplate: the subscription notices of the account."""
        own = [template for template in self._world.templates.values() if template.kind == "subscribe"]
        return done(
            data=[
                {"priTmplId": one.id, "title": one.title, "content": one.content, "example": "", "type": 2}
                for one in own
            ]
        )

    async def send_subscribed(self, call: Call) -> Answer:
        """POST /cgi-bin/message/subscribe/bizsend: one credit is one message, followed or not."""
        body = call.json()
        template = known_template(self._world, body, "subscribe")
        phone = self._world.phone_of(word(body, "touser"))
        if phone is None:
            raise ApiRefusal(40003)
        trouble = trouble_with_all(template.fields, body.get("data"))
        if trouble:
            raise ApiRefusal(47003, trouble)
        if phone.credits.get(template.id, 0) <= 0:
            raise ApiRefusal(43101)
        phone.credits[template.id] -= 1
        self._world.show(phone, "account", "template", cards=[template_card(template, body)])
        self._world.spawn(self._tell_sent(phone, template.id))
        return done()

    async def _tell_sent(self, phone: Phone, template_id: str) -> None:
        entry = {
            "TemplateId": template_id,
            "MsgID": str(self._hands.next_msgid()),
            "ErrorCode": "0",
            "ErrorStatus": "success",
        }
        extra = {"SubscribeMsgSentEvent": {"List": [entry]}}
        await self._hands.event(phone, "subscribe_msg_sent_event", extra)

    def _take_from_window(self, phone: Phone) -> None:
        now = self._world.now()
        live = sorted(
            (window for window in phone.windows.values() if window.until > now),
            key=lambda window: window.until,
        )
        if not live:
            raise ApiRefusal(45015)
        for window in live:
            if window.left > 0:
                window.left -= 1
                return
        raise ApiRefusal(45047)

    def _picture(self, content: Body) -> tuple[str, list[Card]]:
        media_id = word(content, "media_id")
        if media_id not in self._world.state.media:
            raise ApiRefusal(40007)
        return media_id, []


def _text(content: Body) -> tuple[str, list[Card]]:
    text = word(content, "content")
    if not text.strip():
        raise ApiRefusal(44004)
    if len(text.encode()) > TEXT_BYTES:
        raise ApiRefusal(45002)
    return text, []


def _news(content: Body) -> tuple[str, list[Card]]:
    articles: Any = content.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
        raise ApiRefusal(45008)
    article = articles[0]
    card = Card(
        title=word(article, "title"),
        text=word(article, "description"),
        url=word(article, "url"),
        picture=word(article, "picurl"),
    )
    return "", [card]


def _choices(content: Body) -> tuple[str, list[Card]]:
    choices: Any = content.get("list")
    if not isinstance(choices, list) or not choices:
        raise ApiRefusal(47001)
    links = [
        f'<a href="weixin://bizmsgmenu?msgmenuid={one["id"]}&msgmenucontent={one["content"]}">{one["content"]}</a>'
        for one in choices
        if isinstance(one, dict) and "id" in one and "content" in one
    ]
    lines = [word(content, "head_content"), *links, word(content, "tail_content")]
    return "\n".join(line for line in lines if line), []
