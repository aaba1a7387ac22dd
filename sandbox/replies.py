"""Reads what the product answers to a callback, strictly (被动回复用户消息).

Nothing or ``success`` is silence. Anything else must be a well-formed reply to this very user, encrypted
when the account is in safe mode; otherwise the chat shows that the service is out of order.
"""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.envelope import BadEnvelope, Envelope
from sandbox.markup import BadMarkup, Fields, from_json, from_xml
from sandbox.options import Options
from sandbox.state import Card

OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"
TEXT_BYTES = 2047
ARTICLES_FOR_MESSAGE = 1
ARTICLES_FOR_EVENT = 8
CLOCK_SLACK = 86_400


class BadReply(Exception):
    """The reply is not one that the platform takes; the message says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the chat shows: nothing, text, news cards, a picture, or a hand-over to the help desk."""

    kind: str
    text: str = ""
    cards: list[Card] = field(default_factory=list)


SILENCE = Reply("silence")


class ReplyReader:
    """Reads replies under the account's settings. ``media`` holds the media ids that exist."""

    def __init__(self, options: Options, media: dict[str, str]) -> None:
        self._options = options
        self._media = media
        self._envelope = Envelope(options.token, options.aes_key)

    def read(self, status: int, body: bytes, callback: Fields) -> Reply:
        """The reply to ``callback``; raises BadReply."""
        if status != 200:
            raise BadReply(f"HTTP {status}")
        if body in (b"", b"success"):
            return SILENCE
        try:
            fields = self._open(body)
        except (BadMarkup, BadEnvelope) as error:
            raise BadReply(str(error)) from error
        self._check_addressing(fields, callback)
        return self._content(fields, callback)

    def _parse(self, body: bytes) -> Fields:
        if self._options.format == "json" and body.lstrip().startswith(b"{"):
            return from_json(body)
        return from_xml(body)

    def _open(self, body: bytes) -> Fields:
        fields = self._parse(body)
        if "Encrypt" not in fields:
            if self._options.mode == "safe":
                raise BadReply("plain text in safe mode")
            return fields
        if self._options.mode == "plain":
            raise BadReply("ciphertext in plain mode")
        parts = {
            name: str(fields.get(name, "")) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        }
        empty = [name for name, value in parts.items() if not value]
        if empty:
            raise BadReply(f"{empty[0]} is missing beside Encrypt")
        self._envelope.check(parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"], parts["Encrypt"])
        return self._parse(self._envelope.decrypt(parts["Encrypt"], self._options.app_id))

    @staticmethod
    def _check_addressing(fields: Fields, callback: Fields) -> None:
        if fields.get("ToUserName") != callback["FromUserName"]:
            raise BadReply("ToUserName is not the user")
        if fields.get("FromUserName") != callback["ToUserName"]:
            raise BadReply("FromUserName is not the account")
        created = str(fields.get("CreateTime", ""))
        if not re.fullmatch(r"[0-9]{1,10}", created):
            raise BadReply("CreateTime is not in seconds")
        if abs(int(created) - time.time()) > CLOCK_SLACK:
            raise BadReply("CreateTime is more than a day off")

    def _content(self, fields: Fields, callback: Fields) -> Reply:
        kind = fields.get("MsgType", "")
        if kind == "text":
            return Reply("text", self._text(fields))
        if kind == "news":
            limit = ARTICLES_FOR_EVENT if callback["MsgType"] == "event" else ARTICLES_FOR_MESSAGE
            return Reply("news", cards=self._articles(fields, limit))
        if kind in ("image", "voice"):
            return Reply(kind, self._known_media(fields, kind.capitalize()))
        if kind == "transfer_customer_service":
            return Reply("transfer")
        raise BadReply(f"MsgType {kind!r} is not known")

    @staticmethod
    def _text(fields: Fields) -> str:
        content = fields.get("Content", "")
        if not isinstance(content, str) or not content.strip():
            raise BadReply("Content is empty")
        if len(content.encode()) > TEXT_BYTES:
            raise BadReply(f"Content is longer than {TEXT_BYTES} bytes")
        return content

    @staticmethod
    def _articles(fields: Fields, limit: int) -> list[Card]:
        articles: Any = fields.get("Articles")
        items: Any = articles.get("item", []) if isinstance(articles, dict) else articles
        items = [items] if isinstance(items, dict) else items
        if not isinstance(items, list) or not items:
            raise BadReply("Articles has no item")
        if str(fields.get("ArticleCount", "")) != str(len(items)):
            raise BadReply("ArticleCount is not the number of items")
        if len(items) > limit:
            raise BadReply(f"{len(items)} articles where {limit} may stand")
        cards = []
        for item in items:
            if not isinstance(item, dict) or not item.get("Title") or not item.get("Url"):
                raise BadReply("an article has no Title or Url")
            text, picture = str(item.get("Description", "")), str(item.get("PicUrl", ""))
            cards.append(Card(title=str(item["Title"]), text=text, picture=picture, url=str(item["Url"])))
        return cards

    def _known_media(self, fields: Fields, element: str) -> str:
        holder = fields.get(element)
        media_id = str(holder.get("MediaId", "")) if isinstance(holder, dict) else ""
        if media_id not in self._media:
            raise BadReply("MediaId is not known")
        return media_id
