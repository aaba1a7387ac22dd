"""What pages need to be sent on inside WeChat: the platform's script, and the signature it asks for.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
"""

import re
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from domain.refusals import NotFound
from handlers import assets, visit
from handlers.guards import Door, Guard
from handlers.patience import Patience
from wechat.outcomes import WeChatTrouble

door = Door("js_sdk", reads_database=False)

# Pages that may be signed, as the browser shows them; the platform adds words of its own behind the question mark.
_SIGNED = re.compile(r"/(?:h5|t|p)/[A-Za-z0-9_./-]{0,100}(?:\?[A-Za-z0-9_./?=&%+~,-]{0,600})?")


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What a friend sees in the chat, and where it leads."""

    title: str
    text: str
    link: str
    picture: str


def share_card(title: str, text: str, path: str) -> ShareCard:
    """The card of a page of ours at ``path``."""
    settings = visit.ctx().settings
    return ShareCard(title, text, settings.url(path), settings.url(assets.static_address("share.png")))


def sdk_address() -> str:
    """Where the page is to load the platform's script from, which its policy then allows; empty outside WeChat."""
    if not visit.is_in_wechat():
        return ""
    g.loads_sdk = True
    return visit.ctx().settings.wechat_js_url


@door.on("/h5/js-signature", Guard.ANYONE)
def js_signature() -> ResponseReturnValue:
    """What ``wx.config`` needs for the page in ``page``; 503 while the platform gives no ticket."""
    page = request.args.get("page", "")
    if not _SIGNED.fullmatch(page):
        raise NotFound()
    ctx = visit.ctx()
    signed = _patience().wait_for(
        lambda: ctx.gateway.js_signature(ctx.settings.url(page)), failure=WeChatTrouble
    )
    return jsonify(
        appId=signed.app_id, timestamp=signed.timestamp, nonceStr=signed.nonce, signature=signed.signature
    )


def _patience() -> Patience:
    """This application's own: whoever opens a page that was sent on asks for a signature."""
    return cast(Patience, current_app.extensions.setdefault("js_sdk", Patience()))
