"""The signature that lets a page use the platform's JavaScript.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html, appendix 1
"""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class JsSignature:
    """What `wx.config` needs. `timestamp` in seconds; the page passes `nonce` as `nonceStr`."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


@dataclass(frozen=True, slots=True)
class JsTicket:
    """A jsapi ticket of one account."""

    app_id: str
    value: str = field(repr=False)

    def sign(self, url: str, *, nonce: str, timestamp: int) -> JsSignature:
        """Signs the page's whole address as the browser shows it; what follows `#` does not count."""
        page = url.partition("#")[0]
        text = f"jsapi_ticket={self.value}&noncestr={nonce}&timestamp={timestamp}&url={page}"
        # SHA-1 is what the platform prescribes.
        signature = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return JsSignature(self.app_id, timestamp, nonce, signature)
