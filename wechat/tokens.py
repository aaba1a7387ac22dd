"""One access token for the whole fleet, refreshed by one process at a time.

The platform's advice is a central server that alone fetches tokens; here the shared store plays that part.
A token near its end is renewed by whoever gets the lock, the others go on with the old one; a token that
the platform refused is thrown away only if the store still holds exactly that one, so a late complaint
about yesterday's token never costs today's.

https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import redis
import structlog

from wechat.outcomes import Outcome, WeChatTrouble

MARGIN_SECONDS = 300.0
"""The platform renews five minutes before the end and honours both tokens in between."""
LOCK_SECONDS = 15.0
"""Longer than one fetch may take (3 s to connect, 10 s to read)."""
_POLL_SECONDS = 0.05
PAUSE_SECONDS = 10.0
"""After a failed renewal of a value that still holds."""
FORCE_PAUSE_SECONDS = 30
FORCES_A_DAY = 20

log = structlog.get_logger(__name__)


class Fetched(NamedTuple):
    """What the platform handed out: the value, and for how many seconds from now it holds."""

    value: str
    seconds: float


class _Held(NamedTuple):
    """A value with its two instants on the local monotonic clock."""

    value: str
    renew_at: float
    ends_at: float


# A lock that outlived its holder may belong to someone else by now; only the holder's own store counts.
_STORE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'value', ARGV[2], 'margin_ms', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[2])
return 1
"""
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
# Throwing the refused value out and claiming its renewal is one step: a process that found nothing in
# between would fetch, and might be handed the refused value again.
_CLAIM = """
if redis.call('HGET', KEYS[1], 'value') == ARGV[1] then redis.call('DEL', KEYS[1]) end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then return 1 end
return 0
"""
_READ = (
    "return {redis.call('HGET', KEYS[1], 'value'), redis.call('HGET', KEYS[1], 'margin_ms'), "
    "redis.call('PTTL', KEYS[1])}"
)
# Forced refreshes kill the token in use, so the fleet shares their allowance.
_MAY_FORCE = """
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[2]) then return 0 end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], 86400) end
return 1
"""


class TokenStore:
    """Keeps one credential (an access token, a ticket) fresh for every thread of every process.

    `fetch(force)` asks the platform for it and raises WeChatTrouble. `forcible` says whether asking with
    force exists for this credential. Every method may raise what `fetch` raises.
    """

    def __init__(
        self,
        store: redis.Redis,
        key: str,
        fetch: Callable[[bool], Fetched],
        *,
        forcible: bool,
    ) -> None:
        self._redis = store
        self._key = key
        self._lock_key = f"{key}:lock"
        self._fetch = fetch
        self._forcible = forcible
        self._mutex = threading.Lock()
        self._held: _Held | None = None
        self._failed: tuple[float, WeChatTrouble] | None = None

    def current(self) -> str:
        """A value that holds by all we know; costs no round trip until near its end."""
        held, arrived = self._held, time.monotonic()
        if held and arrived < held.renew_at:
            return held.value
        if held and arrived < held.ends_at:
            # While one thread renews, the others need not wait as long as the old value holds.
            if not self._mutex.acquire(blocking=False):
                return held.value
        else:
            self._mutex.acquire()
        try:
            held = self._held
            if held and time.monotonic() < held.renew_at:
                return held.value
            return self._settle(None, arrived)
        finally:
            self._mutex.release()

    def replace(self, bad: str) -> str:
        """The value to use instead of one that the platform just refused.

        May be the same value again, if the platform insists on it and force is not to be had.
        """
        arrived = time.monotonic()
        with self._mutex:
            held = self._held
            if held and held.value != bad and time.monotonic() < held.ends_at:
                return held.value
            self._held = None
            return self._settle(bad, arrived)

    def _settle(self, bad: str | None, arrived: float) -> str:
        """Agrees with the fleet on a value and keeps it. The caller holds the mutex."""
        if self._failed and self._failed[0] >= arrived:
            # It failed while this thread stood in the queue; trying thread by thread would only
            # make each wait longer than the one before.
            trouble = self._failed[1]
            raise WeChatTrouble(trouble.outcome, trouble.errcode, trouble.rid, trouble.detail)
        try:
            self._held = self._agreed(bad)
        except WeChatTrouble as trouble:
            now, old = time.monotonic(), self._held
            if old is None or now >= old.ends_at:
                self._failed = (now, trouble)
                raise
            # The old value holds for minutes yet: no reason to fail, nor to try at every call.
            self._held = old._replace(renew_at=now + PAUSE_SECONDS)
        return self._held.value

    def _agreed(self, bad: str | None) -> _Held:
        try:
            return self._shared(bad)
        except redis.RedisError as error:
            # Asking without force is harmless for the others: the platform repeats the same token.
            log.warning("token_store_away", error=type(error).__name__)
            return self._asked(bad)

    def _shared(self, bad: str | None) -> _Held:
        """The stored value, or a new one fetched by whichever process gets the lock."""
        owner = secrets.token_hex(16)
        give_up_at = time.monotonic() + LOCK_SECONDS
        while True:
            found = self._stored(bad)
            if found and time.monotonic() < found.renew_at:
                return found
            self._held = found or self._held
            if self._claimed(owner, bad):
                return self._refreshed(owner, bad)
            if found:
                return found
            if time.monotonic() >= give_up_at:
                raise WeChatTrouble(Outcome.RETRY, detail="another process is still fetching the token")
            time.sleep(_POLL_SECONDS)

    def _claimed(self, owner: str, bad: str | None) -> bool:
        milliseconds = int(LOCK_SECONDS * 1000)
        return bool(self._redis.eval(_CLAIM, 2, self._key, self._lock_key, bad or "", owner, milliseconds))

    def _refreshed(self, owner: str, bad: str | None) -> _Held:
        """Fetches and stores, as the holder of the lock."""
        try:
            # Another winner may have come and gone between our look and our lock.
            found = self._stored(bad)
            if found and time.monotonic() < found.renew_at:
                return found
            fresh = self._asked(bad)
            with contextlib.suppress(redis.RedisError):
                self._keep(owner, fresh)
            return fresh
        finally:
            with contextlib.suppress(redis.RedisError):
                self._redis.eval(_UNLOCK, 1, self._lock_key, owner)

    def _keep(self, owner: str, fresh: _Held) -> None:
        left = max(1, int((fresh.ends_at - time.monotonic()) * 1000))
        margin = int((fresh.ends_at - fresh.renew_at) * 1000)
        self._redis.eval(_STORE, 2, self._key, self._lock_key, owner, fresh.value, left, margin)

    def _stored(self, bad: str | None) -> _Held | None:
        """What the store holds, unless it is nothing or the refused value."""
        now = time.monotonic()
        value, margin, left = self._redis.eval(_READ, 1, self._key)
        if value is None or margin is None:
            return None
        value = value.decode() if isinstance(value, bytes) else str(value)
        if value == bad:
            return None
        ends_at = now + int(left) / 1000
        return _Held(value, ends_at - int(margin) / 1000, ends_at)

    def _asked(self, bad: str | None) -> _Held:
        """Asks the platform; with force only if it repeats a value that it refuses elsewhere."""
        started = time.monotonic()
        fetched = self._fetch(False)
        if fetched.value == bad and self._forcible and self._may_force():
            # A refused force leaves us with what we have; the caller's own call will tell.
            with contextlib.suppress(WeChatTrouble):
                started, fetched = time.monotonic(), self._fetch(True)
        ends_at = started + fetched.seconds
        return _Held(fetched.value, ends_at - min(MARGIN_SECONDS, fetched.seconds / 2), ends_at)

    def _may_force(self) -> bool:
        """Whether the fleet has a forced refresh left: 30 s apart, 20 a day, never without the store."""
        keys = (f"{self._key}:forced", f"{self._key}:forces")
        try:
            return bool(self._redis.eval(_MAY_FORCE, 2, *keys, FORCE_PAUSE_SECONDS, FORCES_A_DAY))
        except redis.RedisError:
            return False
