"""One worker's process for the test of the push: turns until nobody waits, prints how many messages that made.

Arguments: database address, secret, the moment in ISO form, ids of the posts recommended to everybody (with commas).
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from config.settings import Settings
from domain.keyring import Keyring
from models import db
from models.graduate import Graduate
from services.context import Context
from services.push import graduates
from services.recommend.recommend import Recommended

APP_ID = "wx0000000000000001"
SCORE = 900


def main() -> None:
    url, secret, now, posts = sys.argv[1:]
    keyring, moment = Keyring(secret), datetime.fromisoformat(now)
    db.open_database(url, keyring)
    settings = Settings.model_construct(
        wechat_app_id=APP_ID, public_url="http://wx.test", daily_template_quota=0
    )
    nothing = cast(Any, None)
    hands = dict.fromkeys(("redis", "gateway", "sms", "throttle", "passwords"), nothing)
    ctx = Context(settings=settings, keyring=keyring, clock=lambda: moment, **hands)
    best = [Recommended(int(post), SCORE, {}) for post in posts.split(",")]

    def advise(_ctx: Context, people: Sequence[Graduate], _count: int) -> dict[int, list[Recommended]]:
        return {graduate.id: best for graduate in people}

    sys.stdin.readline()  # every process is let go at once
    told, idle = 0, 0
    while idle < 3:  # an empty hand may only mean that somebody else was quicker
        count = graduates.sweep(ctx, advise)
        told, idle = told + count, 0 if count else idle + 1
    print(told)


if __name__ == "__main__":
    main()
