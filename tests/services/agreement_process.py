"""A process of the races of agreements: does what each line of its input orders, answers a line for each.

Arguments: database address, secret, data folder, the moment in ISO form, folder of the seal's keys or nothing. An order
is JSON: a verb, the token of a session or an agreement's code for a unit, and codes.
"""

import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import structlog

from config.settings import Settings
from documents.seal import FileSigner, roots_in
from documents.seal_keys import SealFiles
from domain.keyring import Keyring
from domain.refusals import Refusal
from models import db
from models.agreement import Agreement, Release
from services import sessions
from services.agreements import (
    answering,
    drafting,
    offers,
    parties,
    release_reviews,
    releases,
    reviews,
    sealing,
    tickets,
    timers,
    voiding,
)
from services.agreements.parties import Device
from services.context import Context
from services.seals import Seals
from services.seats import seat_of
from services.sessions import Visitor
from services.throttle import Throttle
from tests import agreement_ways as ways
from tests.agreement_ways import ALL
from tests.agreements import TERMS, signed_for, strokes
from tests.fakes import no_redis

DEVICE = Device("203.0.113.40", "a process")
Order = dict[str, str]


def context(url: str, secret: str, folder: str, now: str, keys: str) -> Context:
    """What the verbs of these races need, and nothing else."""
    keyring = Keyring(secret)
    db.open_database(url, keyring)
    settings = Settings.model_construct(
        data_dir=Path(folder), public_url="http://wx.test", wechat_app_id="wx0000000000000001"
    )
    seals = Seals()
    if keys:
        files = SealFiles(Path(keys))
        seals = Seals(FileSigner(files.key, files.certificate), roots_in([files.root]))
    nothing = cast(Any, None)
    moment = datetime.fromisoformat(now)
    return Context(
        settings=settings,
        keyring=keyring,
        redis=nothing,
        gateway=nothing,
        sms=nothing,
        throttle=Throttle(no_redis()),  # each process counts for itself
        passwords=nothing,
        clock=lambda: moment,
        seals=seals,
    )


def _visitor(ctx: Context, order: Order) -> Visitor:
    visitor = sessions.visitor_of(ctx, order["token"])
    assert visitor is not None
    return visitor


def _row(order: Order) -> Agreement:
    row = Agreement.by_code(order["code"])
    assert row is not None
    return row


def withdraw(ctx: Context, order: Order) -> str:
    visitor = _visitor(ctx, order)
    party = parties.graduate_party(visitor, DEVICE)
    return str(answering.withdraw(ctx, party, visitor, order["code"], "已有其他去向").status)


def scan(ctx: Context, order: Order) -> str:
    device = Device(DEVICE.address, DEVICE.agent, order["openid"])
    return str(drafting.open_draft(ctx, tickets.find(ctx, order["token"]), device, order["openid"]).code)


def revise(ctx: Context, order: Order) -> str:
    party, typed = parties.signer_party(order["code"], DEVICE), TERMS | {"pay": order["pay"]}
    return str(offers.revise(ctx, party, _row(order), typed, **ways.ink(2)).terms_version)


def sweep(ctx: Context, order: Order) -> str:
    """The sweep of the timers, on a machine whose clock is so many seconds ahead."""
    moment = ctx.clock() + timedelta(seconds=int(order["late"]))
    return str(timers.sweep(dataclasses.replace(ctx, clock=lambda: moment)))


def accept(ctx: Context, order: Order) -> str:
    visitor = _visitor(ctx, order)
    party = parties.graduate_party(visitor, Device(DEVICE.address, DEVICE.agent, order["openid"]))
    signed = signed_for(_row(order))
    return str(answering.accept(ctx, party, visitor, order["code"], **signed).status)


def pass_first(ctx: Context, order: Order) -> str:
    seat = seat_of(_visitor(ctx, order))
    return str(reviews.pass_first(ctx, seat, DEVICE, _row(order), ALL).status)


def pass_school(ctx: Context, order: Order) -> str:
    seat = seat_of(_visitor(ctx, order))
    return str(reviews.pass_school(ctx, seat, DEVICE, _row(order)).status)


def confirm_void(ctx: Context, order: Order) -> str:
    seat = seat_of(_visitor(ctx, order))
    return str(voiding.confirm(ctx, seat, DEVICE, _row(order)).status)


def review_release(ctx: Context, order: Order) -> str:
    """The first reviewer or the school passes or rejects it, as the status is that their page showed."""
    seat, release = seat_of(_visitor(ctx, order)), Release.by_code(order["release"])
    assert release is not None
    release.agreement = _row(order)
    if order["how"] == "reject":
        return str(release_reviews.reject(ctx, seat, DEVICE, release, "材料不符").status)
    if order["how"] == "pass_first":
        return str(release_reviews.pass_first(ctx, seat, DEVICE, release, ALL).status)
    return str(release_reviews.pass_school(ctx, seat, DEVICE, release).status)


def ask(ctx: Context, order: Order) -> str:
    if order.get("token"):
        party = parties.graduate_party(_visitor(ctx, order), DEVICE)
    else:
        party = parties.signer_party(order["code"], DEVICE)
    return str(releases.ask(ctx, party, _row(order), "双方协商", **ways.ink(4)).status)


def answer(ctx: Context, order: Order) -> str:
    """The unit agrees or refuses, or the graduate takes the question back."""
    release = Release.by_code(order["release"])
    assert release is not None
    unit = parties.signer_party(order["code"], DEVICE)
    if order["how"] == "agree":
        return str(ways.agreed(ctx, unit, release).status)
    if order["how"] == "refuse":
        return str(releases.refuse(ctx, unit, release, "不同意").status)
    graduate = parties.graduate_party(_visitor(ctx, order), DEVICE)
    return str(releases.cancel(ctx, graduate, release).status)


def submit(ctx: Context, order: Order) -> str:
    party = parties.signer_party(order["code"], DEVICE)
    return str(drafting.submit(ctx, party, _row(order), consent=True, strokes=strokes()).status)


def seal(ctx: Context, _order: Order) -> str:
    return str(sealing.sweep(ctx))


VERBS: dict[str, Callable[[Context, Order], str]] = {
    verb.__name__: verb
    for verb in (
        *(scan, revise, submit, accept, withdraw, sweep, pass_first, pass_school, seal, confirm_void),
        *(ask, answer, review_release),
    )
}


def main() -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )  # answers alone go to the parent
    ctx = context(*sys.argv[1:])
    print("ready", flush=True)
    for line in sys.stdin:
        order: Order = json.loads(line)
        try:
            with db.connected():
                said = VERBS[order["verb"]](ctx, order)
        except Refusal as refusal:
            said = f"refused:{refusal.code}"
        print(said, flush=True)


if __name__ == "__main__":
    main()
