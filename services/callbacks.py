"""What a callback leaves behind, and the card its reply is made from.

Two ways. A **light** event changes nothing but the log: one Redis round trip finds repeats, looks the card up and
queues the log entry, which ``drain`` writes to the database in batches. A **lasting** event (follow, scan, leave,
revoke, question) is in the database before it is answered: its effect and the card are written in one transaction
under the event's fingerprint, and a repeat waits there for the first and takes its card.

When something is away:

- Redis: light events are looked up and logged in the database, one statement each; lasting ones do not need it.
- the database: light events are answered from the cached card, or that we are busy; lasting ones are sealed and
  parked in Redis, answered as well as can be, and applied by ``drain`` with their own time, which wins.
- both: a light event is told that we are busy. A lasting one would be lost, so it is tried again for 4.5 seconds
  and then ``Unkept`` is raised: the door lets the platform's five seconds pass, so that it sends the event again.
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from redis import RedisError

from config.metrics import CALLBACKS_DRAINED, REDIS_AWAY
from domain.card import STRANGER, UNKNOWN
from models.account import Account
from models.callback import CallbackEvent, CallbackLog, DeliveryReceipt
from models.cards import card_of
from models.db import DatabaseAway, connected, transaction
from models.wechat_user import Binding
from services.context import Context
from services.happenings import EFFECTS, RECEIPT, Happening, pack_light
from services.scripts import Script, run_script
from wechat.inbound import Inbound

log = structlog.get_logger()

LOG_STREAM = "{wxb}:callbacks"
PARKED_STREAM = "{wxb}:parked"
_DRAIN_LOCK = "{wxb}:drain"

REPEAT_SECONDS = 120  # the platform gives up after 15
CARD_SECONDS = 120  # how long a change that nobody announced may stay unseen
MOST_QUEUED = 200_000  # log entries in Redis; beyond that they go straight to the database
BATCH = 500
_DRAIN_SECONDS = 5
PATIENCE = 4.5
_PAUSE = 0.25

# The card as first seen stays under the fingerprint; empty while the first caller is looking it up.
NOTE = Script("""
local seen = redis.call('GET', KEYS[1])
if seen then return 'r' .. seen end
if redis.call('XLEN', KEYS[3]) >= tonumber(ARGV[3]) then return 'f' end
local card = redis.call('GET', KEYS[2]) or ''
redis.call('SET', KEYS[1], card, 'EX', ARGV[2])
redis.call('XADD', KEYS[3], '*', 'e', ARGV[1])
return 'n' .. card
""")
# Whoever fills the card first wins, for the person and for the event.
_FILL = Script("""
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[3], 'NX')
local seen = redis.call('GET', KEYS[1])
if seen and seen ~= '' then return seen end
local card = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[1], card, 'EX', ARGV[2])
return card
""")


class Unkept(Exception):
    """A lasting event could be written nowhere; the platform should send it again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The card a reply is made from, and how it came about: first, repeat, parked, or unsure (nobody to ask)."""

    card: str
    how: str


def note(ctx: Context, inbound: Inbound) -> Seen:
    """Takes a light event: finds repeats, answers the card, queues the log entry (without what people wrote)."""
    entry = pack_light(inbound)
    keys = (f"{{wxb}}:dd:{inbound.fingerprint}", f"{{wxb}}:card:{inbound.openid}")
    try:
        answer = run_script(ctx.redis, NOTE, (*keys, LOG_STREAM), (entry, REPEAT_SECONDS, MOST_QUEUED))
        if answer == "f":
            return _note_directly(ctx, Happening.unpack(entry))
        how = "repeat" if answer[0] == "r" else "first"
        return Seen(answer[1:] or _fill(ctx, inbound.openid, keys), how)
    except RedisError:
        REDIS_AWAY.labels("callback").inc()
        return _note_directly(ctx, Happening.unpack(entry))


def settle(ctx: Context, inbound: Inbound, effect: str, pause: Callable[[float], None] = time.sleep) -> Seen:
    """Takes a lasting event: its effect is written before this returns, or parked. Raises Unkept."""
    it = Happening.of(inbound)
    give_up = time.monotonic() + PATIENCE
    for _ in range(int(PATIENCE / _PAUSE)):
        try:
            card, is_first = _settle(ctx, it, effect)
        except DatabaseAway:
            if _park(ctx, it, effect):
                return Seen(f"{UNKNOWN}:parked", "parked")
        else:
            if is_first:
                _cache_card(ctx, it.openid, card.partition(":")[0])
            return Seen(card, "first" if is_first else "repeat")
        if time.monotonic() >= give_up:
            break
        pause(_PAUSE)
    raise Unkept


def card_changed(ctx: Context, openid: str) -> None:
    """To be called after the commit of whatever changes a person's card."""
    try:
        card = card_of(ctx.settings.wechat_app_id, openid)
    except DatabaseAway:
        card = ""
    _cache_card(ctx, openid, card)


def account_card_changed(ctx: Context, account: Account) -> None:
    """The same for whoever is bound to an account, if anybody is."""
    openid = Binding.openid_of(ctx.settings.wechat_app_id, account.id)
    if openid:
        card_changed(ctx, openid)


def backlog(ctx: Context) -> dict[str, int]:
    """How many entries wait in Redis, by stream; empty while Redis is away."""
    try:
        return {name: int(ctx.redis.xlen(key)) for name, key in _STREAMS.items()}
    except RedisError:
        return {}


def drain(ctx: Context) -> int:
    """Writes what waits in Redis to the database, for five seconds at most; returns how many entries.

    Entries leave Redis after the commit, and fingerprints are unique, so a crash in between writes nothing twice.
    """
    try:
        if not ctx.redis.set(_DRAIN_LOCK, "1", nx=True, px=4_000 * _DRAIN_SECONDS):
            return 0
        try:
            return _drain_all(ctx)
        finally:
            ctx.redis.delete(_DRAIN_LOCK)
    except RedisError:
        REDIS_AWAY.labels("drain").inc()
        return 0


_STREAMS = {"log": LOG_STREAM, "parked": PARKED_STREAM}


def _fill(ctx: Context, openid: str, keys: tuple[str, ...]) -> str:
    try:
        card = card_of(ctx.settings.wechat_app_id, openid)
    except DatabaseAway:
        return UNKNOWN
    return run_script(ctx.redis, _FILL, keys, (card, REPEAT_SECONDS, CARD_SECONDS))


def _note_directly(ctx: Context, it: Happening) -> Seen:
    try:
        if it.name == RECEIPT:
            DeliveryReceipt.add_many([it.receipt_row()])
            return Seen(STRANGER, "first")
        card, is_repeat = CallbackLog.note(ctx.settings.wechat_app_id, it.openid, it.log_row(ctx))
        return Seen(card, "repeat" if is_repeat else "first")
    except DatabaseAway:
        return Seen(UNKNOWN, "unsure")


@transaction
def _settle(ctx: Context, it: Happening, effect: str) -> tuple[str, bool]:
    stored = CallbackEvent.claim(it.fingerprint, it.name, ctx.clock())
    if stored is not None:
        return stored, False
    outcome = EFFECTS[effect](ctx, it)
    card = f"{card_of(ctx.settings.wechat_app_id, it.openid)}:{outcome}"
    CallbackEvent.keep_card(it.fingerprint, card)
    return card, True


def _park(ctx: Context, it: Happening, effect: str) -> bool:
    sealed = base64.b64encode(ctx.keyring.seal(it.pack(), PARKED_STREAM)).decode()
    try:
        ctx.redis.xadd(PARKED_STREAM, {"e": sealed, "effect": effect})
    except RedisError:
        REDIS_AWAY.labels("park").inc()
        return False
    return True


def _cache_card(ctx: Context, openid: str, card: str) -> None:
    """Stores a fresh card over whatever is cached; an empty one only clears it."""
    key = f"{{wxb}}:card:{openid}"
    try:
        if card:
            ctx.redis.set(key, card, ex=CARD_SECONDS)
        else:
            ctx.redis.delete(key)
    except RedisError:
        REDIS_AWAY.labels("card").inc()


def _drain_all(ctx: Context) -> int:
    stop = time.monotonic() + _DRAIN_SECONDS
    total = 0
    with connected():
        while True:
            done = _drain_parked(ctx) + _drain_log(ctx)
            total += done
            if done < BATCH or time.monotonic() > stop:
                return total


def _drain_parked(ctx: Context) -> int:
    entries = _entries(ctx, PARKED_STREAM)
    for number, fields in entries:
        try:
            it = Happening.unpack(ctx.keyring.open(base64.b64decode(fields["e"]), PARKED_STREAM))
            _settle(ctx, it, fields["effect"])
            card_changed(ctx, it.openid)
            CALLBACKS_DRAINED.labels("parked").inc()
        except DatabaseAway:
            raise
        except Exception:
            # One that can never be applied must not keep the others waiting.
            log.exception("parked_callback_failed", entry=number)
            CALLBACKS_DRAINED.labels("failed").inc()
        ctx.redis.xdel(PARKED_STREAM, number)
    return len(entries)


def _drain_log(ctx: Context) -> int:
    entries = _entries(ctx, LOG_STREAM)
    if not entries:
        return 0
    happened = [Happening.unpack(fields["e"]) for _number, fields in entries]
    DeliveryReceipt.add_many([it.receipt_row() for it in happened if it.name == RECEIPT])
    CallbackLog.add_many([it.log_row(ctx) for it in happened if it.name != RECEIPT])
    # Everything up to the last one read is written; cutting there costs one step, deleting them one each.
    ctx.redis.xtrim(LOG_STREAM, minid=_after(entries[-1][0]), approximate=False)
    CALLBACKS_DRAINED.labels("log").inc(len(entries))
    return len(entries)


def _entries(ctx: Context, stream: str) -> list[tuple[str, dict[str, str]]]:
    found: Any = ctx.redis.xrange(stream, count=BATCH)
    return [
        (_text(number), {_text(name): _text(value) for name, value in fields.items()})
        for number, fields in found
    ]


def _after(number: str) -> str:
    """The smallest entry number behind this one."""
    moment, _, nth = number.partition("-")
    return f"{moment}-{int(nth) + 1}"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
