"""First answers, kept for a while: who asks the same again gets the same again, fleet-wide.

Used where the platform lets a question be asked only once. The store holds, per question, either the mark
of whoever is asking right now or the answer; without the store each process remembers its own.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

import redis
import structlog

from wechat.outcomes import Outcome, WeChatTrouble

ASKING_SECONDS = 15.0
"""Longer than one call may take, so that the mark of a process that died makes way."""
_POLL_SECONDS = 0.05
_MOST_KEPT = 20_000
_ASKING, _ANSWERED = "?", "="

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

log = structlog.get_logger(__name__)


class Firsts:
    """`answer(digest, ask)` asks once per digest and `seconds`; threads and processes share the result.

    An `ask` that raises leaves nothing behind: the next one asks anew.
    """

    def __init__(self, store: redis.Redis, prefix: str, seconds: int) -> None:
        self._redis = store
        self._prefix = prefix
        self._seconds = seconds
        self._mutex = threading.Lock()
        self._own: dict[str, tuple[float, Future[str]]] = {}

    def answer(self, digest: str, ask: Callable[[], str]) -> str:
        """The first answer to this question. Raises what `ask` raises."""
        future, mine = self._place(digest)
        if mine:
            try:
                future.set_result(self._shared(self._prefix + digest, ask))
            except BaseException as trouble:
                with self._mutex:
                    self._own.pop(digest, None)
                future.set_exception(trouble)
                raise
        try:
            return future.result(timeout=2 * ASKING_SECONDS)
        except FutureTimeout:
            raise WeChatTrouble(Outcome.RETRY, detail="the same question is still being asked") from None

    def _place(self, digest: str) -> tuple[Future[str], bool]:
        """This process's place for the question, and whether the caller is the one to fill it."""
        now = time.monotonic()
        with self._mutex:
            kept = self._own.get(digest)
            if kept and now < kept[0]:
                return kept[1], False
            self._forget(now)
            future: Future[str] = Future()
            # Re-inserted at the end: the order of the dict is the order of expiry.
            self._own.pop(digest, None)
            self._own[digest] = (now + self._seconds, future)
            return future, True

    def _forget(self, now: float) -> None:
        while self._own:
            oldest = next(iter(self._own))
            if now < self._own[oldest][0] and len(self._own) < _MOST_KEPT:
                return
            del self._own[oldest]

    def _shared(self, key: str, ask: Callable[[], str]) -> str:
        mark = _ASKING + secrets.token_hex(16)
        try:
            found = self._found_or_marked(key, mark)
        except redis.RedisError as error:
            log.warning("first_answers_away", error=type(error).__name__)
            return ask()
        if found is not None:
            return found
        try:
            result = ask()
        except BaseException:
            with contextlib.suppress(redis.RedisError):
                self._redis.eval(_RELEASE, 1, key, mark)
            raise
        # Kept even if the mark has made way to another process meanwhile: an answer beats a refusal.
        with contextlib.suppress(redis.RedisError):
            self._redis.set(key, _ANSWERED + result, ex=self._seconds)
        return result

    def _found_or_marked(self, key: str, mark: str) -> str | None:
        """Another process's answer, or None once the mark is ours and we are to ask."""
        give_up_at = time.monotonic() + ASKING_SECONDS + 1
        while not self._redis.set(key, mark, nx=True, px=int(ASKING_SECONDS * 1000)):
            found = self._redis.get(key)
            text = found.decode() if isinstance(found, bytes) else found
            if text and text.startswith(_ANSWERED):
                return str(text.removeprefix(_ANSWERED))
            if time.monotonic() >= give_up_at:
                raise WeChatTrouble(Outcome.RETRY, detail="another process is still asking")
            time.sleep(_POLL_SECONDS)
        return None
