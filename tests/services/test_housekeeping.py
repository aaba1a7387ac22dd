"""Tidying: what is past its keeping goes, however much of it there is."""

from datetime import timedelta

from models.callback import CallbackLog
from services import housekeeping
from services.context import Context


def test_more_than_a_batch_goes_in_one_turn(ctx: Context) -> None:
    old, young = ctx.clock() - housekeeping.LOGS_KEPT - timedelta(days=1), ctx.clock()
    CallbackLog.add_many(
        [
            {"fingerprint": str(number), "kind": "text", "key": "", "person": "", "happened_at": moment}
            for number, moment in enumerate([*[old] * (housekeeping.BATCH + 1), young])
        ]
    )
    assert housekeeping.tidy(ctx) == housekeeping.BATCH + 1
    assert CallbackLog.select().count() == 1
