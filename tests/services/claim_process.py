"""One worker's process for the test of the outbox: claims until nothing is due, prints the ids as JSON.

Arguments: database address, secret, how many at a time, the moment in ISO form.
"""

import json
import sys
from datetime import datetime, timedelta

from domain.keyring import Keyring
from models import db
from models.message import Message


def main() -> None:
    url, secret, limit, now = sys.argv[1:]
    db.open_database(url, Keyring(secret))
    sys.stdin.readline()  # every process is let go at once
    mine: list[int] = []
    idle = 0
    while idle < 3:  # an empty hand may only mean that somebody else was quicker
        with db.connected():
            rows = Message.claim_due(datetime.fromisoformat(now), int(limit), timedelta(minutes=5))
        mine += [row.id for row in rows]
        idle = 0 if rows else idle + 1
    print(json.dumps(mine))


if __name__ == "__main__":
    main()
