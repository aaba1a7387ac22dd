"""The rules of the shared token, one by one, on a real store."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from valkey_server import Valkey

from wechat.outcomes import Outcome, WeChatTrouble
from wechat.tokens import FORCES_A_DAY, Fetched, TokenStore

pytestmark = pytest.mark.slow

KEY = "{wxb}:t"


class Source:
    """Hands out t1, t2 … ; `same` keeps repeating the last one unless forced."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.same = False
        self.life = 7200.0
        self.slow = 0.0
        self.trouble: WeChatTrouble | None = None
        self._lock = threading.Lock()
        self._number = 0

    def __call__(self, force: bool) -> Fetched:
        with self._lock:
            self.asked.append(force)
            if self.trouble:
                time.sleep(self.slow)
                raise self.trouble
            if not self._number or force or not self.same:
                self._number += 1
            value = f"t{self._number}"
        time.sleep(self.slow)
        return Fetched(value, self.life)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def make(store: redis.Redis, source: Source) -> Callable[[], TokenStore]:
    """Each call is another process."""
    return lambda: TokenStore(store, KEY, source, forcible=True)


@pytest.fixture
def commands(valkey: Valkey) -> Iterator[Callable[[], int]]:
    """How many commands the store has served so far, these questions left out."""
    asked = 0
    with valkey.connect() as client:

        def served() -> int:
            nonlocal asked
            total = int(client.info("stats")["total_commands_processed"])
            asked += 1
            return total - asked

        yield served


def at_once(count: int, work: Callable[[], str]) -> list[str]:
    got: list[str] = []
    crew = [threading.Thread(target=lambda: got.append(work())) for _ in range(count)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join(timeout=30)
    return got


def test_a_good_token_costs_no_round_trip(
    make: Callable[[], TokenStore], source: Source, commands: Callable[[], int]
) -> None:
    tokens = make()
    assert tokens.current() == "t1"
    before = commands()
    assert [tokens.current() for _ in range(100)] == ["t1"] * 100
    assert commands() == before
    assert source.asked == [False]


def test_another_process_takes_what_is_stored(make: Callable[[], TokenStore], source: Source) -> None:
    assert [make().current() for _ in range(3)] == ["t1"] * 3
    assert source.asked == [False]


def test_the_stored_token_ends_with_the_real_one(make: Callable[[], TokenStore], store: redis.Redis) -> None:
    make().current()
    assert 7_195_000 < int(store.pttl(KEY)) <= 7_200_000


def test_a_crowd_without_a_token_waits_for_one_fetch(make: Callable[[], TokenStore], source: Source) -> None:
    source.slow = 0.2
    processes = itertools.cycle([make() for _ in range(4)])
    got = at_once(16, lambda: next(processes).current())
    assert (got, source.asked) == (["t1"] * 16, [False])


def test_near_the_end_one_renews_while_the_others_go_on(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    store.hset(KEY, mapping={"value": "old", "margin_ms": 300_000})
    store.expire(KEY, 250)
    source.slow = 1.0
    winner, loser = make(), make()
    renewed: list[str] = []
    thread = threading.Thread(target=lambda: renewed.append(winner.current()))
    thread.start()
    while not source.asked:
        time.sleep(0.01)
    started = time.monotonic()
    assert loser.current() == "old"
    assert time.monotonic() - started < 0.5
    thread.join()
    assert (renewed, loser.current(), source.asked) == (["t1"], "t1", [False])


def test_within_a_process_one_thread_renews_while_the_others_go_on(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    store.hset(KEY, mapping={"value": "old", "margin_ms": 300_000})
    store.expire(KEY, 301)
    tokens = make()
    assert tokens.current() == "old"
    time.sleep(1.1)
    source.slow = 1.0
    thread = threading.Thread(target=tokens.current)
    thread.start()
    while not source.asked:
        time.sleep(0.01)
    started = time.monotonic()
    assert tokens.current() == "old"
    assert time.monotonic() - started < 0.5
    thread.join()
    assert tokens.current() == "t1"


def test_a_refused_token_is_replaced_once(make: Callable[[], TokenStore], source: Source) -> None:
    one, two = make(), make()
    assert (one.current(), two.current()) == ("t1", "t1")
    assert (one.replace("t1"), two.replace("t1")) == ("t2", "t2")
    assert source.asked == [False, False]


def test_nobody_picks_up_a_refused_token_while_it_is_replaced(
    make: Callable[[], TokenStore], source: Source
) -> None:
    one = make()
    one.current()
    source.slow = 0.5
    thread = threading.Thread(target=one.replace, args=("t1",))
    thread.start()
    while len(source.asked) < 2:
        time.sleep(0.01)
    assert make().current() == "t2"
    thread.join()
    assert source.asked == [False, False]


def test_a_late_complaint_about_yesterdays_token_costs_nothing(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    one = make()
    one.current()
    assert one.replace("t1") == "t2"
    assert (one.replace("t1"), make().replace("t1")) == ("t2", "t2")
    assert store.hget(KEY, "value") == b"t2"
    assert source.asked == [False, False]


def test_force_is_used_only_when_the_platform_repeats_a_refused_token(
    make: Callable[[], TokenStore], source: Source
) -> None:
    source.same = True
    tokens = make()
    tokens.current()
    assert tokens.replace("t1") == "t2"
    assert source.asked == [False, False, True]


def test_a_second_force_waits_thirty_seconds(make: Callable[[], TokenStore], source: Source) -> None:
    source.same = True
    tokens = make()
    tokens.current()
    tokens.replace("t1")
    assert tokens.replace("t2") == "t2"
    assert make().replace("t2") == "t2"
    assert source.asked.count(True) == 1


def test_a_day_has_twenty_forces(make: Callable[[], TokenStore], source: Source, store: redis.Redis) -> None:
    source.same = True
    tokens = make()
    bad = tokens.current()
    for _ in range(FORCES_A_DAY + 3):
        bad = tokens.replace(bad)
        store.delete(f"{KEY}:forced")
    assert source.asked.count(True) == FORCES_A_DAY == 20
    assert 86_000 < int(store.ttl(f"{KEY}:forces")) <= 86_400


def test_a_refused_force_leaves_the_token_that_there_is(store: redis.Redis) -> None:
    def fetch(force: bool) -> Fetched:
        if force:
            raise WeChatTrouble(Outcome.QUOTA_SPENT, 45009)
        return Fetched("t1", 7200)

    tokens = TokenStore(store, KEY, fetch, forcible=True)
    tokens.current()
    assert tokens.replace("t1") == "t1"


def test_a_ticket_is_never_forced(store: redis.Redis, source: Source) -> None:
    source.same = True
    tickets = TokenStore(store, KEY, source, forcible=False)
    tickets.current()
    assert tickets.replace("t1") == "t1"
    assert source.asked == [False, False]


def test_a_token_handed_out_late_in_its_life_is_not_fetched_at_every_call(
    make: Callable[[], TokenStore], source: Source
) -> None:
    source.life = 300
    tokens = make()
    assert {tokens.current() for _ in range(20)} == {"t1"}
    assert make().current() == "t1"
    assert source.asked == [False]


def test_a_winner_whose_lock_ran_out_does_not_overwrite_a_newer_token(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    source.slow = 0.4
    slow = make()
    thread = threading.Thread(target=slow.current)
    thread.start()
    while not source.asked:
        time.sleep(0.01)
    store.delete(f"{KEY}:lock")
    store.hset(KEY, mapping={"value": "newer", "margin_ms": 300_000})
    store.expire(KEY, 7200)
    thread.join()
    assert store.hget(KEY, "value") == b"newer"


class StoreBehindTheWinner(redis.Redis):
    """Another process stores its token and lets go of the lock just before ours is taken."""

    def eval(self, script: str, numkeys: int, *keys_and_args: str | int) -> object:  # type: ignore[override]  # narrower than its overloads
        if "'NX', 'PX'" in script:
            self.hset(KEY, mapping={"value": "winners", "margin_ms": 300_000})
            self.expire(KEY, 7200)
        return super().eval(script, numkeys, *keys_and_args)


def test_whoever_gets_the_lock_looks_again_before_fetching(valkey: Valkey, source: Source) -> None:
    with StoreBehindTheWinner(unix_socket_path=str(valkey.socket)) as store:
        tokens = TokenStore(store, KEY, source, forcible=True)
        assert (tokens.current(), source.asked) == ("winners", [])
        assert store.get(f"{KEY}:lock") is None


@pytest.mark.parametrize("store_runs", [True, False])
def test_a_failed_renewal_goes_on_with_the_old_token(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis, valkey: Valkey, store_runs: bool
) -> None:
    store.hset(KEY, mapping={"value": "old", "margin_ms": 300_000})
    store.expire(KEY, 301)
    tokens = make()
    assert tokens.current() == "old"
    time.sleep(1.1)
    if not store_runs:
        valkey.stop()
    source.trouble = WeChatTrouble(Outcome.RETRY)
    assert [tokens.current() for _ in range(20)] == ["old"] * 20
    assert source.asked == [False]


def test_a_new_process_too_goes_on_with_the_old_token(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    store.hset(KEY, mapping={"value": "old", "margin_ms": 300_000})
    store.expire(KEY, 100)
    source.trouble = WeChatTrouble(Outcome.RETRY)
    tokens = make()
    assert [tokens.current() for _ in range(20)] == ["old"] * 20
    assert source.asked == [False]


def test_a_dead_winners_lock_makes_way(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    store.set(f"{KEY}:lock", "dead", px=400)
    assert make().current() == "t1"
    assert store.get(f"{KEY}:lock") is None


def test_a_failed_fetch_frees_the_lock_and_is_tried_anew(
    make: Callable[[], TokenStore], source: Source, store: redis.Redis
) -> None:
    source.trouble = WeChatTrouble(Outcome.MISCONFIGURED, 40125)
    tokens = make()
    with pytest.raises(WeChatTrouble) as caught:
        tokens.current()
    assert caught.value.errcode == 40125
    assert store.get(f"{KEY}:lock") is None
    source.trouble = None
    assert tokens.current() == "t1"


def test_those_who_queued_behind_a_failure_fail_with_it(
    make: Callable[[], TokenStore], source: Source
) -> None:
    """Else sixteen threads behind a platform that hangs would wait sixteen time-outs."""
    source.trouble = WeChatTrouble(Outcome.RETRY, 0, "", "no connection")
    source.slow = 0.5
    tokens = make()

    def attempt() -> str:
        try:
            return tokens.current()
        except WeChatTrouble as trouble:
            return trouble.detail

    assert at_once(16, attempt) == ["no connection"] * 16
    assert source.asked == [False]


def test_without_the_store_a_process_fetches_for_itself_and_remembers(
    make: Callable[[], TokenStore], source: Source, valkey: Valkey
) -> None:
    valkey.stop()
    tokens = make()
    assert [tokens.current() for _ in range(50)] == ["t1"] * 50
    assert source.asked == [False]
    assert tokens.replace("t1") == "t2"
    assert source.asked == [False, False]


def test_without_the_store_nobody_forces(
    make: Callable[[], TokenStore], source: Source, valkey: Valkey
) -> None:
    """Forcing kills the token of all the others, who could not be told."""
    source.same = True
    valkey.stop()
    tokens = make()
    tokens.current()
    assert tokens.replace("t1") == "t1"
    assert source.asked == [False, False]


def test_a_store_that_stops_during_the_fetch_costs_no_second_one(
    make: Callable[[], TokenStore], source: Source, valkey: Valkey
) -> None:
    source.slow = 0.4
    tokens = make()
    got: list[str] = []
    thread = threading.Thread(target=lambda: got.append(tokens.current()))
    thread.start()
    while not source.asked:
        time.sleep(0.01)
    valkey.stop()
    thread.join()
    assert (got, source.asked) == (["t1"], [False])
