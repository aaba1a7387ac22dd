"""Template messages (模板消息): the account's templates, sending, and what stands in the way."""

from collections import defaultdict, deque

from sandbox.api.call import Answer, Body, Call, Route, done, word
from sandbox.api.field_rules import EMOJI, trouble_with_all
from sandbox.api.refusal import ApiRefusal
from sandbox.catalogue import Template
from sandbox.receipts import Receipts
from sandbox.state import Card, Phone
from sandbox.world import World

MINUTE = 60
REPEAT_WINDOW = 600  # how long the same client_msg_id is one message
CLIENT_ID_LENGTH = 32
LINK_BYTES = 1024


class TemplateDesk:
    """Sends template messages; remembers the last minutes to know repeats and rates."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self._world = world
        self._receipts = receipts
        self._repeats: dict[tuple[str, str], tuple[float, int]] = {}
        self._rates: dict[str, deque[float]] = defaultdict(deque)

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("POST", "/cgi-bin/message/template/send", self.send, quota=100_000),
            Route("GET", "/cgi-bin/template/get_all_private_template", self.list_all, quota=100_000),
        )

    async def list_all(self, _call: Call) -> Answer:
        """GET /cgi-bin/template/get_all_private_template."""
        return {
            "template_list": [
                {
                    "template_id": template.id,
                    "title": template.title,
                    "primary_industry": "",
                    "deputy_industry": "",
                    "content": template.content,
                    "example": "\n".join(f"{field.label}：示例" for field in template.fields),
                }
                for template in self._world.templates.values()
                if template.kind == "template"
            ]
        }

    async def send(self, call: Call) -> Answer:
        """POST /cgi-bin/message/template/send."""
        body = call.json()
        client_id = word(body, "client_msg_id")
        if len(client_id) > CLIENT_ID_LENGTH:
            raise ApiRefusal(40035, "client_msg_id")
        template = known_template(self._world, body, "template")
        phone = reachable_phone(self._world, body)
        trouble = trouble_with_all(template.fields, body.get("data"))
        if trouble:
            raise ApiRefusal(47003, trouble)
        self._check_link(body)
        earlier = self._earlier(phone.openid, client_id)
        if earlier is not None:
            return done(msgid=earlier)
        self._check_rate(phone.openid)
        self._world.state.last_msgid += 1
        msgid = self._world.state.last_msgid
        if client_id:
            self._repeats[phone.openid, client_id] = (self._world.now(), msgid)
        self._arrive(phone, template, body)
        self._receipts.owe(phone, msgid)
        return done(msgid=msgid)

    def _arrive(self, phone: Phone, template: Template, body: Body) -> None:
        """Whether the message is shown is decided here, as on the platform: errcode 0 is not yet delivery."""
        if phone.rejects or self._world.faults.receipt.startswith("failed"):
            return
        self._world.arrivals[word(body, "client_msg_id")] += 1
        self._world.show(phone, "account", "template", cards=[template_card(template, body)])

    def _check_link(self, body: Body) -> None:
        url = word(body, "url")
        if len(url.encode()) > LINK_BYTES or (url and not url.startswith(("http://", "https://"))):
            raise ApiRefusal(40035, "url")
        mini = body.get("miniprogram")
        if isinstance(mini, dict) and mini and mini.get("appid") != self._world.options.mini_app_id:
            raise ApiRefusal(40013, "miniprogram.appid")

    def _earlier(self, openid: str, client_id: str) -> int | None:
        now = self._world.now()
        while self._repeats:  # oldest first, for they stand in the order in which they came
            oldest = next(iter(self._repeats))
            if now - self._repeats[oldest][0] < REPEAT_WINDOW:
                break
            del self._repeats[oldest]
        found = self._repeats.get((openid, client_id)) if client_id else None
        return found[1] if found else None

    def _check_rate(self, openid: str) -> None:
        now = self._world.now()
        recent = self._rates[openid]
        while recent and now - recent[0] > MINUTE:
            recent.popleft()
        if len(recent) >= self._world.options.template_rate:
            raise ApiRefusal(43117)
        recent.append(now)


def known_template(world: World, body: Body, kind: str) -> Template:
    """The template named in ``body``; refuses 40037."""
    template = world.templates.get(word(body, "template_id"))
    if template is None or template.kind != kind:
        raise ApiRefusal(40037)
    return template


def reachable_phone(world: World, body: Body) -> Phone:
    """The follower named in ``body``; refuses 40003, 43019, 43004."""
    phone = world.phone_of(word(body, "touser"))
    if phone is None:
        raise ApiRefusal(40003)
    if phone.blacklisted:
        raise ApiRefusal(43019)
    if not phone.following:
        raise ApiRefusal(43004)
    return phone


def template_card(template: Template, body: Body) -> Card:
    """The card in the chat; with both a link and a mini program the mini program wins."""
    data = body["data"]
    lines = [(field.label, EMOJI.sub("", data[field.key]["value"])) for field in template.fields]
    mini = body.get("miniprogram") or {}
    page = str(mini.get("pagepath", "")) if isinstance(mini, dict) else ""
    url = "" if mini else word(body, "url") or word(body, "page")
    return Card(title=template.title, lines=lines, url=url, mini=page)
