"""How often somebody may try: shared through Redis, counted here while Redis is away."""

import threading
import time

import pytest
from limits import RateLimitItemPerHour, RateLimitItemPerSecond
from prometheus_client import REGISTRY
from redis import Redis

from domain.refusals import TooMany
from services.throttle import (
    IDENTIFY,
    IDENTIFY_DAILY,
    IDENTIFY_TARGET,
    LOGINS_PER_ACCOUNT,
    WRITES,
    WRONG_PER_ACCOUNT,
    WRONG_PER_ADDRESS,
    Rule,
    Throttle,
)
from wx_backend.redis_client import connect

pytestmark = pytest.mark.slow

THREE = Rule("three", RateLimitItemPerHour(3, 1))
QUICK = Rule("quick", RateLimitItemPerSecond(1, 1))


@pytest.fixture(params=["with Redis", "without Redis"])
def throttle(request: pytest.FixtureRequest, redis: Redis, tmp_path: object) -> Throttle:
    """One that finds Redis, and one that never does."""
    return Throttle(redis if request.param == "with Redis" else connect(f"unix://{tmp_path}/nobody"))


def refused(throttle: Throttle, rule: Rule, who: str) -> bool:
    try:
        throttle.use(rule, who)
    except TooMany:
        return True
    return False


def test_so_many_and_no_more(throttle: Throttle) -> None:
    assert [refused(throttle, THREE, "a") for _ in range(5)] == [False] * 3 + [True] * 2


def test_everybody_has_their_own_count(throttle: Throttle) -> None:
    for _ in range(3):
        throttle.use(THREE, "a")
    throttle.use(THREE, "b")
    throttle.use(Rule("other", THREE.limit), "a")


def test_checking_counts_nothing(throttle: Throttle) -> None:
    for _ in range(10):
        throttle.check(THREE, "a")
    for _ in range(3):
        throttle.count(THREE, "a")
    with pytest.raises(TooMany) as too_many:
        throttle.check(THREE, "a")
    assert too_many.value.code == "too_many_tries"
    assert 0 < too_many.value.retry_after <= 3601


def test_counting_never_refuses(throttle: Throttle) -> None:
    for _ in range(5):
        throttle.count(THREE, "a")


def test_forgetting_begins_anew(throttle: Throttle) -> None:
    for _ in range(3):
        throttle.use(THREE, "a")
    throttle.forget(THREE, "a")
    throttle.use(THREE, "a")


def test_a_new_window_begins_anew(throttle: Throttle) -> None:
    throttle.use(QUICK, "a")
    give_up = time.monotonic() + 5
    while refused(throttle, QUICK, "a"):
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_two_processes_share_one_count(redis: Redis) -> None:
    one, other = Throttle(redis), Throttle(redis)
    throttles = [one, other, one, other]
    assert [refused(throttle, THREE, "a") for throttle in throttles] == [False, False, False, True]


def test_many_at_once_get_no_more_than_their_share(redis: Redis) -> None:
    throttle, got, gate = Throttle(redis), [], threading.Barrier(12)

    def tries() -> None:
        gate.wait(10)
        got.append(refused(throttle, THREE, "a"))

    threads = [threading.Thread(target=tries) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(False) == 3


def test_that_redis_was_away_is_counted(tmp_path: object) -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("wxb_redis_away_total", {"where": "throttle"}) or 0.0

    before = count()
    Throttle(connect(f"unix://{tmp_path}/nobody")).check(THREE, "a")
    assert count() == before + 1


def test_keys_share_one_slot_of_a_cluster_and_say_nothing_of_people(redis: Redis) -> None:
    Throttle(redis).use(THREE, "mark-of-a-person")
    keys = [key.decode() for key in redis.scan_iter("*")]
    assert keys
    assert all(key.startswith("{wxb}:") for key in keys)
    assert 0 < redis.ttl(keys[0]) <= 3600


def test_the_rules_keep_their_counters_apart() -> None:
    log_ins = (LOGINS_PER_ACCOUNT, WRONG_PER_ACCOUNT, WRONG_PER_ADDRESS)
    rules = (*log_ins, IDENTIFY, IDENTIFY_DAILY, IDENTIFY_TARGET, WRITES)
    assert len({rule.name for rule in rules}) == len(rules)
