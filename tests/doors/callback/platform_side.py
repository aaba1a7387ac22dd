"""The platform's side of the callback: signs and encrypts with another library than the product's, posts to the
WSGI callable, reads the answer."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto

from config.settings import Settings

RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "wechat"


def recorded(name: str, **changes: object) -> str:
    """A recorded payload by file name (``.xml`` unless it says otherwise), with some fields' texts changed."""
    text = (RECORDED / (name if "." in name else f"{name}.xml")).read_text(encoding="utf-8")
    for field, value in changes.items():
        text, count = re.subn(rf"<{field}>.*?</{field}>", lambda _, f=field, v=value: f"<{f}>{v}</{f}>", text)
        assert count == 1, field
    return text


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """A passive reply, opened: the fields of the message; empty when the platform shows nothing."""

    fields: dict[str, str]

    @property
    def text(self) -> str:
        return self.fields.get("Content", "")


class PlatformSide:
    """One account of the platform, in one mode, posting to one product."""

    def __init__(
        self, door: Callable[..., Any], settings: Settings, now: Callable[[], float], mode: str = "safe"
    ) -> None:
        self._door = door
        self._token = settings.wechat_token.get_secret_value()
        self._crypto = WeChatCrypto(
            self._token, settings.wechat_aes_key.get_secret_value(), settings.wechat_app_id
        )
        self._now = now
        self.mode = mode

    def sign(self, *parts: str) -> str:
        return sha1("".join(sorted((self._token, *parts))).encode()).hexdigest()

    def query(self, **changes: str) -> dict[str, str]:
        """What every call carries; ``changes`` replace parameters."""
        stamp, nonce = str(int(self._now())), "1320562132"
        return {"signature": self.sign(stamp, nonce), "timestamp": stamp, "nonce": nonce} | changes

    def wrap(self, payload: str) -> tuple[dict[str, str], bytes]:
        """Query and body as the platform would post this payload in its mode."""
        query = self.query()
        if self.mode == "plain":
            return query, payload.encode()
        sealed = re.search(
            r"<Encrypt><!\[CDATA\[(.*?)\]\]>",
            self._crypto.encrypt_message(payload, query["nonce"], query["timestamp"]),
        )
        assert sealed
        encrypt = sealed[1]
        query |= {
            "encrypt_type": "aes",
            "msg_signature": self.sign(query["timestamp"], query["nonce"], encrypt),
        }
        if payload.startswith("{"):
            fields = (
                payload.rstrip()[1:-1] if self.mode == "compatible" else '"ToUserName": "gh_0a1b2c3d4e5f"'
            )
            return query, f'{{{fields}, "Encrypt": "{encrypt}"}}'.encode()
        if self.mode == "compatible":
            return query, payload.replace(
                "</xml>", f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
            ).encode()
        return query, (
            f"<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        ).encode()

    def call(
        self, query: dict[str, str] | str, body: bytes = b"", *, method: str = "POST", **environ: Any
    ) -> Answer:
        """One HTTP request to the door."""
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            got.update(status=int(status.split()[0]), headers=dict(headers))

        chunks = self._door(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": "/wechat/callback",
                "QUERY_STRING": query if isinstance(query, str) else urlencode(query),
                "CONTENT_LENGTH": str(len(body)),
                "CONTENT_TYPE": "text/xml",
                "wsgi.input": io.BytesIO(body),
                **environ,
            },
            start_response,
        )
        return Answer(got["status"], got["headers"], b"".join(chunks))

    def post(self, payload: str) -> Reply:
        """Delivers one payload and opens the reply; anything but 200 fails."""
        answer = self.call(*self.wrap(payload))
        assert answer.status == 200, answer
        return self.read(answer.body)

    def read(self, body: bytes) -> Reply:
        """The reply inside an answer's body."""
        if body in (b"", b"success"):
            return Reply({})
        text = body.decode()
        if self.mode != "plain":
            text = self._opened(text)
        if text.startswith("{"):
            return Reply({name: str(value) for name, value in json.loads(text).items()})
        return Reply(
            {node.tag: node.text or "" for node in ElementTree.fromstring(text).iter() if not len(node)}
        )

    def _opened(self, text: str) -> str:
        if text.startswith("{"):
            outer = json.loads(text)
            text = f"<xml><Encrypt><![CDATA[{outer['Encrypt']}]]></Encrypt></xml>"
        else:
            outer = {node.tag: node.text or "" for node in ElementTree.fromstring(text)}
        opened = self._crypto.decrypt_message(
            text, outer["MsgSignature"], str(outer["TimeStamp"]), outer["Nonce"]
        )
        return opened if isinstance(opened, str) else opened.decode()
