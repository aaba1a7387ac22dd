"""What the platform does for a page that uses its JavaScript: checks the signature, keeps the card to be shared,
asks whether subscription notices may come.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html, appendices 1 and 5
"""

import hashlib
import hmac
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from sandbox.browsing import Screen
from sandbox.phones import Hands
from sandbox.state import Card, Phone, SdkPage
from sandbox.world import World

PREFIX = "/open/js/"
SCRIPT = Path(__file__).parent / "static" / "open" / "jweixin.js"
CARDS = {
    "updateAppMessageShareData": "friend",
    "onMenuShareAppMessage": "friend",
    "updateTimelineShareData": "timeline",
    "onMenuShareTimeline": "timeline",
}
ITEMS = ("menuItem:share:appMessage", "menuItem:share:timeline", "menuItem:copyUrl")
LARGEST = 20_000
TAG = "wx-open-subscribe"
MOST_ASKED = 3  # notices that one prompt may ask for


class Config(BaseModel):
    """What a page gives to wx.config, and where it stands."""

    url: str
    appId: str = ""  # noqa: N815 - the platform's own name
    timestamp: int = 0
    nonceStr: str = ""  # noqa: N815 - the platform's own name
    signature: str = ""
    jsApiList: list[str] = Field(default_factory=list)  # noqa: N815 - the platform's own name
    openTagList: list[str] = Field(default_factory=list)  # noqa: N815 - the platform's own name


class Invocation(BaseModel):
    """One call of the page's script."""

    url: str
    api: str
    data: dict[str, Any] = Field(default_factory=dict)


class Prompt(BaseModel):
    """The tag of subscription notices was tapped; with ``answers`` the holder has answered the prompt."""

    url: str
    templates: list[str] = Field(default_factory=list)
    answers: dict[str, Literal["accept", "reject"]] = Field(default_factory=dict)


class JsSdk:
    """Serves the script and what it asks, on a phone's own origin."""

    def __init__(self, world: World, screen: Screen, hands: Hands) -> None:
        self._world = world
        self._screen = screen
        self._hands = hands

    async def serve(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """The script, ``config`` and ``invoke``; answers carry the platform's errMsg."""
        what = request.path.removeprefix(PREFIX)
        if request.method == "GET" and what == "jweixin.js":
            return web.FileResponse(SCRIPT, headers={"Cache-Control": "no-cache"})
        if request.method != "POST" or what not in ("config", "invoke", "subscribe"):
            raise web.HTTPNotFound
        raw = (await request.content.read(LARGEST)).decode(errors="replace")
        try:
            return web.json_response(self._answer(phone, what, raw))
        except ValidationError:
            return web.json_response({"errMsg": f"{what}:fail, invalid parameters"})

    def _answer(self, phone: Phone, what: str, raw: str) -> dict[str, Any]:
        """What the script is told. Raises ValidationError."""
        if what == "config":
            return {"errMsg": self._config(phone, Config.model_validate_json(raw))}
        if what == "invoke":
            return {"errMsg": self._invoke(phone, Invocation.model_validate_json(raw))}
        return self._subscribe(phone, Prompt.model_validate_json(raw))

    def _config(self, phone: Phone, wish: Config) -> str:
        """``config:ok``, or why the page may do nothing."""
        problem = self._problem(phone, wish)
        if phone.browser:
            phone.browser.sdk = SdkPage(
                url=self._page(phone, wish.url), apis=wish.jsApiList, tags=wish.openTagList, problem=problem
            )
        self._world.log.count(f"js config {problem or 'ok'}")
        self._world.touch(phone.key)
        return f"config:{problem or 'ok'}"

    def _problem(self, phone: Phone, wish: Config) -> str:
        options = self._world.options
        if wish.appId != options.app_id:
            return "invalid appid"
        page = self._page(phone, wish.url)
        if not self._is_ours(page):
            return "invalid url domain"
        ticket = self._world.state.jsapi_ticket
        if ticket is None or ticket.dead_at < self._world.now():
            return "invalid signature"
        text = f"jsapi_ticket={ticket.value}&noncestr={wish.nonceStr}&timestamp={wish.timestamp}&url={page}"
        right = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return "" if hmac.compare_digest(right.encode(), wish.signature.encode()) else "invalid signature"

    def _invoke(self, phone: Phone, call: Invocation) -> str:
        """``<api>:ok``, or a refusal in the platform's words."""
        browser = phone.browser
        page = browser.sdk if browser else None
        if browser is None or page is None or page.problem or page.url != self._page(phone, call.url):
            return f"{call.api}:fail, permission denied"
        if call.api not in page.apis:
            return f"{call.api}:fail, permission denied"
        if call.api in CARDS:
            return self._take_card(phone, page, call)
        if call.api in ("showMenuItems", "hideMenuItems"):
            named = {str(one) for one in call.data.get("menuList") or []} & set(ITEMS)
            hidden = set(page.hidden)
            page.hidden = sorted(hidden - named if call.api == "showMenuItems" else hidden | named)
            self._world.touch(phone.key)
            return f"{call.api}:ok"
        return f"{call.api}:fail, function not exist"

    def _subscribe(self, phone: Phone, prompt: Prompt) -> dict[str, Any]:
        """The titles to ask for, or, once answered, nothing but that it was heard: the event goes beside."""
        page = phone.browser.sdk if phone.browser else None
        if page is None or page.problem or page.url != self._page(phone, prompt.url) or TAG not in page.tags:
            return {"errMsg": "subscribe:fail, permission denied"}
        wanted = prompt.templates or list(prompt.answers)
        known = {key: one for key, one in self._world.templates.items() if one.kind == "subscribe"}
        if not 1 <= len(wanted) <= MOST_ASKED or not set(wanted) <= known.keys():
            return {"errMsg": "subscribe:fail, invalid template"}
        if prompt.answers:
            self._world.spawn(self._hands.answer_prompt(phone, prompt.answers))
        return {
            "errMsg": "subscribe:ok",
            "notices": [{"id": key, "title": known[key].title} for key in wanted],
        }

    def _take_card(self, phone: Phone, page: SdkPage, call: Invocation) -> str:
        """The link must stand on the account's own domain, as for the page itself."""
        card = {name: str(call.data.get(name) or "") for name in ("title", "desc", "link", "imgUrl")}
        if not self._is_ours(card["link"] or page.url):
            return f"{call.api}:fail, link domain not authorized"
        page.cards[CARDS[call.api]] = Card(
            title=card["title"] or (phone.browser.title if phone.browser else ""),
            text=card["desc"],
            url=card["link"] or page.url,
            picture=card["imgUrl"],
        )
        self._world.touch(phone.key)
        return f"{call.api}:ok"

    def _page(self, phone: Phone, url: str) -> str:
        """The page's address as the product knows it, without what follows #."""
        options = self._world.options
        return url.partition("#")[0].replace(options.phone_origin(phone.key), options.product_url, 1)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}" == self._world.options.product_url
