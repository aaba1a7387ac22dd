"""Redis that is away or hangs costs the first caller a moment and the others nothing."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import RedisError
from redis.exceptions import ConnectionError as Away

from services.throttle import WRONG_PER_ACCOUNT, Throttle
from tests.databases import own_redis
from wx_backend.redis_client import READ_SECONDS, REST_SECONDS, connect


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with tempfile.TemporaryDirectory(prefix="vk") as folder, own_redis(Path(folder)) as (process, url):
        yield process, url
        process.send_signal(signal.SIGCONT)


def test_a_dead_server_is_not_asked_again_for_a_second(
    server: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, url = server
    with connect(url) as client:
        client.ping()
        process.kill()
        process.wait()
        with pytest.raises(RedisError):
            client.ping()
        with pytest.raises(Away, match="a moment ago"):
            client.ping()


@pytest.mark.slow
def test_a_server_that_hangs_costs_one_time_out_and_log_in_goes_on(
    server: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, url = server
    with connect(url) as client:
        throttle = Throttle(client)
        throttle.count(WRONG_PER_ACCOUNT, "somebody")
        os.kill(process.pid, signal.SIGSTOP)
        begun = time.monotonic()
        for _ in range(20):
            throttle.count(WRONG_PER_ACCOUNT, "somebody")
        spent = time.monotonic() - begun
        # Only the first one waits for its time-out; the others count in this process.
        assert spent < 2 * READ_SECONDS
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(REST_SECONDS)
        client.ping()


@pytest.mark.slow
def test_it_is_asked_again_after_its_rest(server: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = server
    with connect(url) as client:
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(RedisError):
            client.ping()
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(REST_SECONDS)
        assert client.ping()
