"""A partner's call at the door: whose it is, whether it is whole and new, and what of its day is used up."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from limits import RateLimitItemPerMinute

from domain import signing
from domain.desk_hours import CHINA
from domain.refusals import TooMany
from domain.sharing import CallRefused
from models.db import transaction
from models.partner import Partner, PartnerDay, PartnerNonce
from services.context import Context
from services.throttle import Rule

CALLS = Rule("partner-calls", RateLimitItemPerMinute(300, 1))
WRONG = Rule("partner-wrong", RateLimitItemPerMinute(120, 1))
NONCES_KEPT = timedelta(hours=1)  # far beyond what the clock's check lets through
AT_WORK = ("testing", "live")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")
_STAMP = re.compile(r"[0-9]{10}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Call:
    """What a request says of itself before its body is read. ``target`` is the path with its query."""

    method: str
    target: str
    address: str
    headers: Mapping[str, str]

    @property
    def values(self) -> tuple[str, str, str]:
        """What is signed beside method and target."""
        return self.headers[signing.TIMESTAMP], self.nonce, self.digest

    @property
    def nonce(self) -> str:
        return self.headers[signing.NONCE]

    @property
    def digest(self) -> str:
        return self.headers[signing.DIGEST]


def admit(ctx: Context, call: Call, network: str) -> Partner:
    """The partner whose call it is. Raises CallRefused; nothing of a call that is refused is kept but a count."""
    _within(ctx, WRONG, network, is_counted=False)
    try:
        _check_form(call)
        partner = _partner_of(call)
    except CallRefused:
        ctx.throttle.count(WRONG, network)
        raise
    try:
        _check(ctx, call, partner)
    except CallRefused:
        ctx.throttle.count(WRONG, network)
        count_refused(ctx, partner)
        raise
    _within(ctx, CALLS, partner.code, is_counted=True)
    return partner


def _within(ctx: Context, rule: Rule, who: str, *, is_counted: bool) -> None:
    try:
        (ctx.throttle.use if is_counted else ctx.throttle.check)(rule, who)
    except TooMany as busy:
        raise CallRefused("too_many_calls", 429, retry_after=busy.retry_after) from None


def _check_form(call: Call) -> None:
    missing = [name for name in signing.HEADERS if not call.headers.get(name)]
    if missing:
        raise CallRefused("header_missing", 401, where=missing[0])
    forms = ((signing.NONCE, _NONCE, "bad_nonce"), (signing.TIMESTAMP, _STAMP, "bad_timestamp"))
    for name, form, code in (*forms, (signing.DIGEST, _HEX, "bad_digest")):
        if not form.fullmatch(call.headers[name]):
            raise CallRefused(code, 401, where=name)


def _partner_of(call: Call) -> Partner:
    key = call.headers[signing.KEY]
    partner = Partner.get_or_none(Partner.key_id == key) if _KEY.fullmatch(key) else None
    if partner is None or partner.secret is None:
        raise CallRefused("unknown_key", 401)
    return partner


def _check(ctx: Context, call: Call, partner: Partner) -> None:
    now = ctx.clock()
    if abs(now.timestamp() - int(call.headers[signing.TIMESTAMP])) > signing.SKEW:
        raise CallRefused("clock_skew", 401)
    secrets = _secrets(partner, now)
    if not signing.is_signed(call.headers[signing.SIGNATURE], secrets, call.method, call.target, call.values):
        raise CallRefused("bad_signature", 401)
    if partner.status not in AT_WORK:
        raise CallRefused("partner_not_open", 403)
    if not is_inside(call.address, partner.ip_ranges):
        raise CallRefused("foreign_address", 403)
    if (
        PartnerNonce.select()
        .where((PartnerNonce.partner == partner) & (PartnerNonce.nonce == call.nonce))
        .exists()
    ):
        raise CallRefused("replayed", 401)


def _secrets(partner: Partner, now: datetime) -> tuple[str, ...]:
    """The key, and the one before it as long as both hold."""
    is_overlap = partner.former_secret is not None and partner.former_until is not None
    former = (partner.former_secret,) if is_overlap and partner.former_until > now else ()
    return partner.secret, *former


def is_inside(address: str, ranges: str) -> bool:
    """Whether an address lies in one of some ranges, one a line; in none where there are none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return any((mapped or found) in ipaddress.ip_network(line) for line in ranges.split())


@transaction
def take(ctx: Context, partner: Partner, nonce: str, posts: int = 0) -> None:
    """Notes that a call is done, with so many posts. Raises CallRefused for one done before, or beyond the quota."""
    day = today_of(ctx, partner)
    changes = {"calls": PartnerDay.calls + 1, "posts_in": PartnerDay.posts_in + posts}
    fits = PartnerDay.posts_in + posts <= partner.daily_quota
    if not PartnerDay.update(**changes).where((PartnerDay.id == day.id) & fits).execute():
        raise CallRefused("quota_spent", 429, retry_after=_until_tomorrow(ctx))
    _, is_new = PartnerNonce.add_or_get({"partner": partner, "nonce": nonce}, {"at": ctx.clock()})
    if not is_new:
        raise CallRefused("replayed", 401)


@transaction
def count_refused(ctx: Context, partner: Partner) -> None:
    """Counts a call that was refused."""
    day = today_of(ctx, partner)
    PartnerDay.update(refused=PartnerDay.refused + 1).where(PartnerDay.id == day.id).execute()


@transaction
def count_out(ctx: Context, partner: Partner, posts: int) -> None:
    """Counts posts that went out."""
    day = today_of(ctx, partner)
    PartnerDay.update(posts_out=PartnerDay.posts_out + posts).where(PartnerDay.id == day.id).execute()


def today_of(ctx: Context, partner: Partner) -> PartnerDay:
    """The partner's counts of this day in China."""
    return PartnerDay.add_or_get({"partner": partner, "day": china_day(ctx)}, {})[0]


def china_day(ctx: Context) -> date:
    """This day in China."""
    return ctx.clock().astimezone(CHINA).date()


def _until_tomorrow(ctx: Context) -> int:
    now = ctx.clock().astimezone(CHINA)
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), CHINA)
    return int((midnight - now).total_seconds()) + 1
