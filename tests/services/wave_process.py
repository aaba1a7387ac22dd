"""One worker's process for the test that kills it: works on waves until there are none.

Arguments: database address, secret, data folder, by how many seconds its clock is ahead.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from config.settings import Settings
from domain.keyring import Keyring
from models import db
from services.context import Context
from services.tasks import waves

APP_ID = "wx0000000000000001"


def main() -> None:
    url, secret, folder, ahead = sys.argv[1:]
    keyring = Keyring(secret)
    db.open_database(url, keyring)
    settings = Settings.model_construct(
        data_dir=Path(folder), wechat_app_id=APP_ID, public_url="http://wx.test"
    )
    nothing = cast(Any, None)
    ctx = Context(
        settings=settings,
        keyring=keyring,
        redis=nothing,
        gateway=nothing,
        sms=nothing,
        throttle=nothing,
        passwords=nothing,
        clock=lambda: datetime.now(UTC) + timedelta(seconds=int(ahead)),
    )
    waves.work(ctx)


if __name__ == "__main__":
    main()
