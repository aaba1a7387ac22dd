"""What every call to the platform has in common: the guard, the clock, the log line, the translation."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
import structlog
from wechatpy.exceptions import WeChatException

from wechat.outcomes import Outcome, WeChatTrouble
from wechat.wire import GarbledAnswer, trouble_of

T = TypeVar("T")
Observe = Callable[[str, str, float], None]
"""Told of every call: api name, outcome, seconds it took."""

log = structlog.get_logger(__name__)


def observe_nothing(_api: str, _outcome: str, _seconds: float) -> None:
    """The observer of those who count nothing."""


class Calls:
    """Runs calls for the Gateway and its parts; keeps nothing between them."""

    def __init__(self, in_transaction: Callable[[], bool], observe: Observe) -> None:
        self._in_transaction = in_transaction
        self._observe = observe

    def guard(self) -> None:
        """Raises RuntimeError inside a database transaction.

        A slow platform would otherwise hold row locks for thirteen seconds, and a rollback could not
        take a message back.
        """
        if self._in_transaction():
            raise RuntimeError("WeChat must not be called inside a database transaction")

    def run(
        self,
        api: str,
        ask: Callable[[], dict[str, Any]],
        read: Callable[[dict[str, Any]], T],
        *,
        repeatable: bool = True,
    ) -> T:
        """`read(ask())`, where `ask` speaks to the platform and `read` takes its answer apart.

        Raises WeChatTrouble for whatever goes wrong outside, RuntimeError inside a transaction.
        """
        self.guard()
        started = time.perf_counter()
        outcome = Outcome.BUG
        try:
            result = self._translated(ask, read, repeatable)
            outcome = Outcome.ACCEPTED
        except WeChatTrouble as trouble:
            outcome = trouble.outcome
            log.warning(
                "wechat_trouble",
                api=api,
                outcome=outcome.value,
                errcode=trouble.errcode,
                rid=trouble.rid,
                detail=trouble.detail,
            )
            raise
        finally:
            self._observe(api, outcome.value, time.perf_counter() - started)
        return result

    @staticmethod
    def _translated(
        ask: Callable[[], dict[str, Any]], read: Callable[[dict[str, Any]], T], repeatable: bool
    ) -> T:
        try:
            answer = ask()
        except (WeChatException, requests.RequestException) as failure:
            trouble = trouble_of(failure, repeatable=repeatable)
        else:
            try:
                return read(answer)
            except (KeyError, TypeError, ValueError, AttributeError) as misfit:
                trouble = trouble_of(GarbledAnswer(type(misfit).__name__), repeatable=repeatable)
        # Raised out here, so that no traceback carries the address with its token along.
        raise trouble
