"""wechatpy's client with the three things it lacks: a shared token, one retry at most, time-outs.

Left as it is, it repeats a refused token without limit, fetches tokens without a lock or a time-out, and
speaks to a fixed host.
"""

from collections.abc import Callable
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from wechat.outcomes import BAD_TOKEN
from wechat.tokens import TokenStore
from wechat.wire import TIMEOUT, decoded

_REAL_HOST = "https://api.weixin.qq.com"


class Client(WeChatClient):  # type: ignore[misc]  # wechatpy publishes no types
    """All of wechatpy's sub-APIs, over one session and one `TokenStore`.

    Raises WeChatClientException and requests.RequestException; `calls.Calls` translates them.
    """

    def __init__(self, app_id: str, session: requests.Session, api_url: str, tokens: TokenStore) -> None:
        super().__init__(app_id, secret="", timeout=TIMEOUT, auto_retry=False)
        self._http = session
        self._api_url = api_url.rstrip("/")
        self.API_BASE_URL = f"{self._api_url}/cgi-bin/"
        self._tokens = tokens

    @property
    def access_token(self) -> str:
        """The fleet's token."""
        return self._tokens.current()

    def fetch_access_token(self) -> Any:
        """Never used: tokens come from the store alone."""
        raise NotImplementedError

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        def once(token: str) -> Any:
            # wechatpy writes into what it is given, so each try gets its own.
            what = {**kwargs, "params": {**kwargs.get("params", {}), "access_token": token}}
            what.setdefault("allow_redirects", False)
            base = what.pop("api_base_url", self.API_BASE_URL)
            address = url_or_endpoint if "://" in url_or_endpoint else f"{base}{url_or_endpoint}"
            if address.startswith(_REAL_HOST):
                address = self._api_url + address.removeprefix(_REAL_HOST)
            return super(Client, self)._request(method, address, **what)

        return self._with_token(once)

    def _with_token(self, once: Callable[[str], Any]) -> Any:
        token = self._tokens.current()
        try:
            return once(token)
        except WeChatClientException as refusal:
            if refusal.errcode not in BAD_TOKEN:
                raise
        return once(self._tokens.replace(token))

    def _decode_result(self, res: requests.Response) -> dict[str, Any]:
        return decoded(res.content)[0]
