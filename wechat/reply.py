"""Answers given within the callback itself (被动回复), in XML or JSON, as the account is set.

Forms and limits: developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html.
"""

import json
import re
from dataclasses import dataclass

from wechat.inbound import Inbound

LONGEST_TEXT = 2047  # bytes of UTF-8
_MOST_ARTICLES = 8
_ELLIPSIS = "…"

# What XML 1.0 cannot hold, lone surrogates included.
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_HEAD = (
    "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{}]]></FromUserName>"
    "<CreateTime>{}</CreateTime><MsgType><![CDATA[{}]]></MsgType>{}</xml>"
)


def clean(text: str) -> str:
    """The text with line breaks as ``\\n`` and without characters that no reply can hold."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str, limit: int = LONGEST_TEXT) -> str:
    """The text within ``limit`` bytes, cut between characters and then ending in ``…``."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return whole[: limit - len(_ELLIPSIS.encode())].decode(errors="ignore") + _ELLIPSIS


def _element(name: str, text: str) -> str:
    """One element. ``]]>`` inside is written across two CDATA sections, so no text can leave its element."""
    return f"<{name}><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _dress(event: Inbound, kind: str, xml: str, tree: dict[str, object]) -> bytes:
    """The whole reply. CreateTime is the event's own, so a repeat is answered with the very same bytes."""
    if event.form == "json":
        return json.dumps(
            {
                "ToUserName": event.openid,
                "FromUserName": event.account,
                "CreateTime": event.created,
                "MsgType": kind,
                **tree,
            },
            ensure_ascii=False,
        ).encode()
    return _HEAD.format(event.openid, event.account, event.created, kind, xml).encode()


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is shown to the person."""

    def render(self, event: Inbound) -> bytes:
        """The empty reply: it stops the platform from asking again."""
        return b""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, with links as ``<a href="…">…</a>``, which the chat shows as links."""

    content: str

    def render(self, event: Inbound) -> bytes:
        content = cut(clean(self.content))
        return _dress(event, "text", _element("Content", content), {"Content": content})


@dataclass(frozen=True, slots=True)
class Article:
    """A card that opens ``url``; ``picture`` may be empty."""

    title: str
    description: str
    url: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """Cards with a title: at most one in answer to a message, eight in answer to an event; the rest is left out."""

    articles: tuple[Article, ...]

    def render(self, event: Inbound) -> bytes:
        shown = [
            {
                "Title": clean(card.title),
                "Description": clean(card.description),
                "PicUrl": clean(card.picture),
                "Url": clean(card.url),
            }
            for card in self.articles[: _MOST_ARTICLES if event.event else 1]
        ]
        items = "".join(
            f"<item>{''.join(_element(name, text) for name, text in card.items())}</item>" for card in shown
        )
        return _dress(
            event,
            "news",
            f"<ArticleCount>{len(shown)}</ArticleCount><Articles>{items}</Articles>",
            {"ArticleCount": len(shown), "Articles": shown},
        )


@dataclass(frozen=True, slots=True)
class TransferToDesk:
    """Hands the person's message to the people at the account's customer-service desk (转发消息到客服)."""

    def render(self, event: Inbound) -> bytes:
        return _dress(event, "transfer_customer_service", "", {})


Reply = Silence | Text | News | TransferToDesk
