"""The chaos test in full: 20,000 messages on MariaDB, senders killed, every fault on: `./wx bench chaos`.

Nothing is compared: either each message arrived once, as the sandbox counts them, or the test tells which did not.
What the platform left in doubt for good ends as `unknown` and is counted apart. tests/services/test_chaos.py says
how; the test suite runs it with fewer messages.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from launch import mariadb, valkey
from launch.ports import free_port
from launch.processes import Supervisor

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Runs it; what pytest answers."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=20_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder = Path(name)
        store = valkey.Valkey(
            folder / "redis", free_port(), durable=False
        )  # tests take a database of it each
        base = mariadb.MariaDB(folder)
        with Supervisor(folder / "logs", dict(os.environ), cwd=ROOT) as supervisor:
            supervisor.start(store.part(valkey.find(Path(sys.executable))))
            supervisor.start(base.part())
            env = os.environ | {
                "WXB_TEST_CHAOS": str(args.messages),
                "WXB_TEST_DATABASE_URL": base.url,
                "WXB_TEST_REDIS_URL": store.url,
            }
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-rA",
                "--durations=1",
                "tests/services/test_chaos.py",
            ]
            return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
