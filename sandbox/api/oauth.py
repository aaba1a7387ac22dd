"""The server's half of web log-in (网页授权): codes against openids."""

import secrets

from aiohttp import web

from sandbox.api.call import Answer, Call, Route
from sandbox.api.refusal import ApiRefusal
from sandbox.state import OAuthCode, Phone, identifier
from sandbox.world import World

CODE_LIFETIME = 300
TOKEN_LIFETIME = 7200
USERINFO = "snsapi_userinfo"


def issue_code(world: World, phone: Phone, scope: str) -> str:
    """A code for the browser: good once, for five minutes."""
    code = secrets.token_hex(16)
    world.state.oauth_codes[code] = OAuthCode(
        code=code, phone=phone.key, scope=scope, until=world.now() + CODE_LIFETIME
    )
    world.touch()
    return code


async def access_token(call: Call) -> Answer:
    """GET /sns/oauth2/access_token: 40029 for an unknown or old code, 40163 for a used one."""
    options, state = call.world.options, call.world.state
    if call.query.get("appid") != options.app_id:
        raise ApiRefusal(40013)
    if call.query.get("secret") != options.app_secret:
        raise ApiRefusal(40125)
    if call.query.get("grant_type") != "authorization_code":
        raise ApiRefusal(40002)
    given = call.query.get("code", "")
    if not given:
        raise ApiRefusal(41008)
    code = state.oauth_codes.get(given)
    if code is None or code.until <= call.world.now():
        raise ApiRefusal(40029)
    if code.used:
        raise ApiRefusal(40163)
    code.used = True
    phone = state.phones[code.phone]
    token = secrets.token_urlsafe(64)
    until = call.world.now() + TOKEN_LIFETIME
    state.oauth_tokens[token] = OAuthCode(code=token, phone=code.phone, scope=code.scope, until=until)
    call.world.touch()
    answer: dict[str, object] = {
        "access_token": token,
        "expires_in": TOKEN_LIFETIME,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": openid_seen(call.world, phone),
        "scope": code.scope,
    }
    if phone.snapshot:
        answer["is_snapshotuser"] = 1
    if code.scope == USERINFO:
        answer["unionid"] = phone.unionid
    return as_text(answer)


async def userinfo(call: Call) -> Answer:
    """GET /sns/userinfo with an OAuth token, which is not an API token."""
    token = call.world.state.oauth_tokens.get(call.query.get("access_token", ""))
    if token is None:
        raise ApiRefusal(40001)
    if token.until <= call.world.now():
        raise ApiRefusal(42001)
    if token.scope != USERINFO:
        raise ApiRefusal(48001)
    phone = call.world.state.phones[token.phone]
    if call.query.get("openid") != openid_seen(call.world, phone):
        raise ApiRefusal(40003)
    return as_text(
        {
            "openid": openid_seen(call.world, phone),
            "nickname": "微信用户" if phone.snapshot else call.world.personas[phone.key].name,
            "sex": 0,
            "province": "",
            "city": "",
            "country": "",
            "headimgurl": f"{call.world.options.origin}/sandbox/avatar/{phone.key}.svg",
            "privilege": [],
            "unionid": phone.unionid,
        }
    )


def openid_seen(world: World, phone: Phone) -> str:
    """The openid a web page learns: in snapshot mode a made-up one that belongs to nobody."""
    return identifier(world.options.app_id, f"snapshot {phone.key}") if phone.snapshot else phone.openid


def as_text(answer: dict[str, object]) -> web.Response:
    """The sns calls answer JSON that says it is text/plain."""
    return web.json_response(answer, content_type="text/plain")


ROUTES = (
    Route("GET", "/sns/oauth2/access_token", access_token, token=False),
    Route("GET", "/sns/userinfo", userinfo, token=False),
)
