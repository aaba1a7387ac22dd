"""One process of a fleet: builds a Gateway, waits for the word on stdin, calls, tells how it went.

Arguments: platform address, socket of the store, calls per thread, threads.
"""

import json
import sys
import threading

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from wechat.gateway import Account, Gateway
from wechat.outcomes import WeChatTrouble


def main(api_url: str, socket: str, calls: int, threads: int) -> None:
    # stdout is for the report alone.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    store = redis.Redis(
        unix_socket_path=socket, socket_connect_timeout=0.5, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    gateway = Gateway(Account("wxapp", "s3cret", api_url, api_url), store, in_transaction=lambda: False)
    failures: list[str] = []
    done: list[int] = []

    def work() -> None:
        for _ in range(calls):
            try:
                gateway.delete_menu()
                done.append(1)
            except WeChatTrouble as trouble:
                failures.append(str(trouble))

    print("ready", flush=True)
    sys.stdin.readline()
    crew = [threading.Thread(target=work) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    print(json.dumps({"done": len(done), "failures": failures}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
