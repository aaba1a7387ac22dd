"""How often somebody may try: counters in Redis, in this process while Redis is away."""

import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis, RedisError

from config.metrics import REDIS_AWAY
from domain.refusals import TooMany


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many in a window; ``name`` keeps its counters apart."""

    name: str
    limit: RateLimitItem


WRONG_PER_ACCOUNT = Rule("wrong-account", RateLimitItemPerMinute(5, 15))
# A right password costs a hash like a wrong one: a single account must not keep the hashing slot busy.
LOGINS_PER_ACCOUNT = Rule("logins-account", RateLimitItemPerMinute(30, 15))
WRONG_PER_ADDRESS = Rule("wrong-address", RateLimitItemPerMinute(60, 10))
SECOND_FACTOR_TRIES = Rule("second-factor", RateLimitItemPerMinute(5, 15))
# Who has the password and patience could go on for a year: three codes of a million are right at any moment.
SECOND_FACTOR_WRONG = Rule("second-factor-daily", RateLimitItemPerDay(30, 1))
IDENTIFY = Rule("identify", RateLimitItemPerHour(6, 1))
# Who knows a classmate's birthday and county has a thousand numbers to try: from one account or from many.
IDENTIFY_DAILY = Rule("identify-daily", RateLimitItemPerDay(20, 1))
IDENTIFY_TARGET = Rule("identify-target", RateLimitItemPerDay(30, 1))
# Numbers shown in part: a superior looks up a few people an hour, a guesser has hundreds of numbers to try.
WHOLE_NUMBERS = Rule("whole-numbers", RateLimitItemPerHour(60, 1))
# A page is set in a fifth of a second on one core; the same page again costs nothing.
RESUME_PDF = Rule("resume-pdf", RateLimitItemPerHour(60, 1))
# A dormitory or a recruiting fair shares one address, and a token of 128 bits is not found by trying.
SIGNING_SCANS = Rule("signing-scans", RateLimitItemPerHour(600, 1))
SIGNING_DRAFTS = Rule("signing-drafts", RateLimitItemPerHour(60, 1))
# Codes for one agreement, to whatever phones.
SIGNING_CODES = Rule("signing-codes", RateLimitItemPerHour(10, 1))
# Signatures of somebody under one agreement: each is drawn, kept, and mostly told to the other side.
SIGNING_INK = Rule("signing-ink", RateLimitItemPerHour(30, 1))
# Pictures are unpacked and drawn anew.
SIGNING_FILES = Rule("signing-files", RateLimitItemPerHour(120, 1))
# The public page of an agreement.
VERIFYING = Rule("verifying", RateLimitItemPerHour(300, 1))
# Each file that is compared takes a process of its own, of which there are two at a time for everybody.
COMPARING = Rule("comparing", RateLimitItemPerHour(30, 1))
WRITES = Rule("writes", RateLimitItemPerMinute(60, 1))


class Throttle:
    """Counts what people try. Every answer costs one Redis round trip and never fails for want of Redis."""

    def __init__(self, redis: Redis) -> None:
        shared = RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix="{wxb}:limit")
        self._shared = FixedWindowRateLimiter(shared)
        self._local = FixedWindowRateLimiter(MemoryStorage())

    def check(self, rule: Rule, who: str) -> None:
        """Raises TooMany when ``who`` has used the rule up; counts nothing."""
        if not self._ask("test", rule, who):
            raise TooMany("too_many_tries", self._wait(rule, who))

    def count(self, rule: Rule, who: str) -> None:
        """Counts one more try."""
        self._ask("hit", rule, who)

    def use(self, rule: Rule, who: str) -> None:
        """Counts one more try; raises TooMany when that is one too many."""
        if not self._ask("hit", rule, who):
            raise TooMany("too_many_tries", self._wait(rule, who))

    def forget(self, rule: Rule, who: str) -> None:
        """Clears the count, as after a right password."""
        self._ask("clear", rule, who)

    def _ask(self, verb: str, rule: Rule, who: str) -> bool:
        try:
            answer = getattr(self._shared, verb)(rule.limit, rule.name, who)
        except RedisError:
            REDIS_AWAY.labels("throttle").inc()
            answer = getattr(self._local, verb)(rule.limit, rule.name, who)
        return answer is not False

    def _wait(self, rule: Rule, who: str) -> int:
        try:
            reset = self._shared.get_window_stats(rule.limit, rule.name, who).reset_time
        except RedisError:
            reset = self._local.get_window_stats(rule.limit, rule.name, who).reset_time
        return max(1, int(reset - time.time()) + 1)
