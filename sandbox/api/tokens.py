"""Access tokens: the old call and stable_token, with overlap, expiry and limits.

Rules: developers.weixin.qq.com, 获取接口调用凭据 and 获取稳定版接口调用凭据. The two kinds live apart.
"""

import hmac
import secrets

from sandbox.api.call import Answer, Body, Call, Route, word
from sandbox.api.refusal import ApiRefusal
from sandbox.state import Token
from sandbox.world import World

LEFT_AT_LEAST = 300  # what a stable token still has when it is handed out
FORCED_A_DAY = 20
FORCED_APART = 30
TOKEN_LENGTH = 136
SHORTEST_TOKEN = 32


async def plain_token(call: Call) -> Answer:
    """GET /cgi-bin/token: a new token each time; the one before lives on for the overlap."""
    if call.query.get("grant_type") != "client_credential":
        raise ApiRefusal(40002)
    _check_account(call, call.query.get("appid", ""), call.query.get("secret", ""))
    call.world.log.count("token_refreshes")
    return _handed_out(call.world, _replace(call.world, "plain", call.world.options.token_overlap))


async def stable_token(call: Call) -> Answer:
    """POST /cgi-bin/stable_token: the same token while it has 300 s left; force_refresh kills it at once."""
    body = call.json()
    if word(body, "grant_type") != "client_credential":
        raise ApiRefusal(40002)
    _check_account(call, word(body, "appid"), word(body, "secret"))
    world = call.world
    if body.get("force_refresh") is True:
        _count_forced(world)
        world.log.count("token_refreshes")
        return _handed_out(world, _replace(world, "stable", 0))
    current = _current(world, "stable")
    margin = min(LEFT_AT_LEAST, world.options.token_lifetime // 2)
    if current and current.dead_at - world.now() > margin:
        return _handed_out(world, current)
    world.log.count("token_refreshes")
    return _handed_out(world, _replace(world, "stable", world.options.token_overlap))


def check_token(world: World, value: str) -> None:
    """Refuse a token that is missing, malformed, unknown, replaced or expired."""
    if not value:
        raise ApiRefusal(41001)
    if len(value) < SHORTEST_TOKEN:
        raise ApiRefusal(40014)
    found = next((token for token in world.state.tokens if hmac.compare_digest(token.value, value)), None)
    if found is None or found.revoked:
        raise ApiRefusal(40001)
    if found.dead_at <= world.now():
        raise ApiRefusal(42001)


def kill_tokens(world: World) -> int:
    """Make every live token invalid, as when somebody else refreshed; says how many."""
    alive = [token for token in world.state.tokens if not token.revoked]
    for token in alive:
        token.revoked = True
    world.touch()
    return len(alive)


def _check_account(call: Call, app_id: str, secret: str) -> None:
    options = call.world.options
    accounts = {options.app_id: options.app_secret, options.mini_app_id: options.mini_app_secret}
    if not app_id:
        raise ApiRefusal(41002)
    if not secret:
        raise ApiRefusal(41004)
    if app_id not in accounts:
        raise ApiRefusal(40013)
    if not hmac.compare_digest(accounts[app_id].encode(), secret.encode()):
        raise ApiRefusal(40125)
    refused = options.allowed_ips and call.remote not in options.allowed_ips
    if refused or call.world.faults.ip_refused:
        raise ApiRefusal(40164, f"ip {call.remote} ipv6 ::ffff:{call.remote}")


def _count_forced(world: World) -> None:
    now = world.now()
    past_day = [moment for moment in world.state.forced_refreshes if now - moment < 86_400]
    if len(past_day) >= FORCED_A_DAY or (past_day and now - past_day[-1] < FORCED_APART):
        raise ApiRefusal(45009)
    world.state.forced_refreshes = [*past_day, now]


def _current(world: World, kind: str) -> Token | None:
    for token in reversed(world.state.tokens):
        if token.kind == kind and not token.revoked:
            return token
    return None


def _replace(world: World, kind: str, overlap: int) -> Token:
    now = world.now()
    for token in world.state.tokens:
        if token.kind == kind and not token.revoked:
            if overlap:
                token.dead_at = min(token.dead_at, now + overlap)
            else:
                token.revoked = True
    fresh = Token.model_validate(
        {
            "value": f"{len(world.state.tokens)}_{secrets.token_urlsafe(TOKEN_LENGTH)}"[:TOKEN_LENGTH],
            "made_at": now,
            "dead_at": now + world.options.token_lifetime,
            "kind": kind,
        }
    )
    world.state.tokens = [*world.state.tokens[-50:], fresh]
    world.touch()
    return fresh


def _handed_out(world: World, token: Token) -> Body:
    return {"access_token": token.value, "expires_in": int(token.dead_at - world.now())}


ROUTES = (
    Route("GET", "/cgi-bin/token", plain_token, token=False, quota=2000),
    Route("POST", "/cgi-bin/stable_token", stable_token, token=False, quota=500_000),
)
