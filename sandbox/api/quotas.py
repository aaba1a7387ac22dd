"""Calls a day by path, reset at midnight in China, and clear_quota."""

import time

from sandbox.api.call import Answer, Call, Route, done, word
from sandbox.api.refusal import ApiRefusal
from sandbox.world import World

CHINA = 8 * 3600
CLEARS_A_MONTH = 10
MONTH = 30 * 86_400
NEVER_SPENT = ("/cgi-bin/clear_quota", "/cgi-bin/token", "/cgi-bin/stable_token")


def count_call(world: World, path: str, quota: int) -> None:
    """Count one call of ``path``; refuses 45009 beyond the day's quota."""
    day = time.strftime("%Y-%m-%d", time.gmtime(world.now() + CHINA))
    if world.state.quota_day != day:
        world.state.quota_day, world.state.used_today = day, {}
    used = world.state.used_today.get(path, 0)
    limit = world.options.quotas.get(path, quota)
    spent = world.faults.quota_spent and path not in NEVER_SPENT and world.faults.concerns(path)
    if spent or (limit and used >= limit):
        raise ApiRefusal(45009)
    world.state.used_today[path] = used + 1


async def clear_quota(call: Call) -> Answer:
    """POST /cgi-bin/clear_quota: all counters back to nothing, ten times a month."""
    if word(call.json(), "appid") != call.world.options.app_id:
        raise ApiRefusal(40013)
    now = call.world.now()
    recent = [moment for moment in call.world.state.clears if now - moment < MONTH]
    if len(recent) >= CLEARS_A_MONTH:
        raise ApiRefusal(48006)
    call.world.state.clears = [*recent, now]
    call.world.state.used_today = {}
    call.world.faults.quota_spent = False
    call.world.touch("faults")
    return done()


ROUTES = (Route("POST", "/cgi-bin/clear_quota", clear_quota),)
