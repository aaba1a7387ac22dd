"""One message over a line: its bytes, what its answer means, and a new token when the old one is refused."""

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from wechatpy.exceptions import WeChatClientException

from wechat.answers import Parcel, Sent
from wechat.connection import NoAnswer, NotSent
from wechat.line import Line
from wechat.outcomes import BAD_TOKEN, Outcome, WeChatTrouble
from wechat.tokens import TokenStore
from wechat.wire import GarbledAnswer, decoded, outcome_of_status, trouble_of

PATHS = {"template": "message/template/send", "subscribe": "message/subscribe/bizsend"}

_HEAD = (
    "POST {path}?access_token={token} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: ncssfwh\r\nAccept: */*\r\n"
    "Content-Type: application/json\r\nContent-Length: "
)
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Desk:
    """Where the hands of one turn post their parcels: it holds the token for all of them."""

    def __init__(self, api_url: str, tokens: TokenStore) -> None:
        parts = urlsplit(api_url)
        self._host, self._base = parts.netloc.rpartition("@")[2], f"{parts.path.rstrip('/')}/cgi-bin/"
        self._tokens = tokens
        self._token = ""
        self._heads: dict[str, bytes] = {}
        self._renewing = asyncio.Lock()
        self._replaced: set[str] = set()

    async def open(self) -> None:
        """Takes the token that holds now, for the parcels to come. Raises WeChatTrouble."""
        self._use(await asyncio.to_thread(self._tokens.current))
        self._replaced.clear()

    async def post(self, line: Line, parcel: Parcel) -> Sent:
        """One try, and a second one when the token was refused. Raises WeChatTrouble."""
        token, body = self._token, _written(body_of(parcel)).encode()
        answer, errcode = await self._asked(line, parcel.channel, body)
        if errcode in BAD_TOKEN:
            await self._renew(token)
            answer, errcode = await self._asked(line, parcel.channel, body)
        if errcode:
            raise trouble_of(WeChatClientException(errcode, str(answer.get("errmsg", ""))), repeatable=False)
        try:
            return Sent(Outcome.ACCEPTED, int(answer.get("msgid") or 0))
        except (TypeError, ValueError):
            raise trouble_of(GarbledAnswer("msgid"), repeatable=False) from None

    async def _asked(self, line: Line, channel: str, body: bytes) -> tuple[dict[str, Any], int]:
        try:
            status, content = await line.ask(b"%b%d\r\n\r\n%b" % (self._heads[channel], len(body), body))
        except NotSent as failure:
            raise WeChatTrouble(Outcome.RETRY, detail=f"no connection: {failure}") from None
        except NoAnswer as failure:
            raise WeChatTrouble(Outcome.AMBIGUOUS, detail=str(failure)) from None
        if status >= requests.codes.bad_request:
            raise WeChatTrouble(outcome_of_status(status, Outcome.AMBIGUOUS), detail=f"http {status}")
        try:
            return decoded(content)
        except GarbledAnswer as garbled:
            raise trouble_of(garbled, repeatable=False) from None

    def _use(self, token: str) -> None:
        if token != self._token:
            self._token = token
            self._heads = {
                channel: _HEAD.format(
                    path=self._base + path, token=quote(token, safe=""), host=self._host
                ).encode()
                for channel, path in PATHS.items()
            }

    async def _renew(self, bad: str) -> None:
        """Replaces a refused token, once however many parcels were refused with it."""
        async with self._renewing:
            if self._token == bad and bad not in self._replaced:
                self._replaced.add(bad)
                self._use(await asyncio.to_thread(self._tokens.replace, bad))


def body_of(parcel: Parcel) -> dict[str, Any]:
    """A message as the platform wants it."""
    data = {name: {"value": text} for name, text in parcel.data.items()}
    body: dict[str, Any] = {"touser": parcel.openid, "template_id": parcel.template_id, "data": data}
    if parcel.channel == "subscribe":
        return body | ({"page": parcel.link} if parcel.link else {})
    body["client_msg_id"] = parcel.client_msg_id
    return body | ({"url": parcel.link} if parcel.link else {})
