"""The heads of the chains, day by day, kept outside of the database: what was taken away from a chain's end shows.

Each export names, line by line, an agreement, the number of its last event of that day and that event's hash; its
first line holds the digest of the export before. The digest itself goes to the log as well, which is kept elsewhere.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import structlog

from domain.desk_hours import CHINA
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent, ChainHeads
from models.db import transaction
from services.agreements import chain
from services.context import Context
from services.jobs.steps import vault

log = structlog.get_logger()

OWNER = "chain_heads"
_SETTLED = timedelta(minutes=10)  # after midnight: what was begun before it is written by then
_DAYS = 31  # at a time
_EXPORT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d) (?P<former>-|[0-9a-f]{64})\n(?P<heads>(?:[\w-]+ \d+ [0-9a-f]{64}\n)*)"
)


def sweep(ctx: Context) -> int:
    """Exports every day that is over and has not been; returns how many."""
    made = 0
    for day in _missing(ctx):
        if ctx.stopping.is_set():
            break
        made += _export(ctx, day)
    return made


def _missing(ctx: Context) -> list[date]:
    last = ChainHeads.latest()
    if last is None:
        first = AgreementEvent.select(AgreementEvent.at).order_by(AgreementEvent.at).first()
        if first is None:
            return []
        following = first.at.astimezone(CHINA).date()
    else:
        following = last.day + timedelta(days=1)
    over = (ctx.clock() - _SETTLED).astimezone(CHINA).date()
    return [following + timedelta(days=n) for n in range(min((over - following).days, _DAYS))]


def _export(ctx: Context, day: date) -> bool:
    shelf = vault(ctx)
    lines = list(of_day(day))
    before = ChainHeads.latest(before=day)
    text = "".join(f"{line}\n" for line in (f"{day} {before.digest if before else '-'}", *lines))
    digest = hashlib.sha256(text.encode()).hexdigest()
    name = shelf.store([text.encode()], owner=OWNER)
    is_ours = _noted(day, len(lines), digest, name)
    shelf.settle(OWNER, name, is_named=is_ours)
    if is_ours:
        log.info("chain_heads", day=str(day), chains=len(lines), digest=digest)
    return is_ours


@transaction
def _noted(day: date, chains: int, digest: str, name: str) -> bool:
    row, _made = ChainHeads.add_or_get({"day": day}, {"chains": chains, "digest": digest, "file": name})
    return bool(row.file == name)


def of_day(day: date) -> Iterator[str]:
    """A line for each chain that moved on a day of Chinese time, in the order of the agreements' codes."""
    begins = datetime.combine(day, time(), CHINA).astimezone(UTC)
    for code, seq, digest in AgreementEvent.heads(begins, begins + timedelta(days=1)):
        yield f"{code} {seq} {digest}"


def exports(ctx: Context) -> Iterator[tuple[date, str]]:
    """Each day's export as it was made, the oldest first. Raises Damaged for one that is gone or does not open."""
    for row in ChainHeads.select().order_by(ChainHeads.day):
        yield row.day, b"".join(vault(ctx).pieces(row.file)).decode()


def faults(texts: Iterable[str]) -> Iterator[str]:
    """What differs between exports, the oldest first, and the chains as they are now; nothing where all is well.

    An export names the one before it by its digest; an event that it names must be there still, with the same hash,
    in a chain that holds from its beginning.
    """
    before, looked_at = "-", set[str]()
    for text in texts:
        found = _EXPORT.fullmatch(text)
        if found is None:
            yield f"{text[:10]} is no export"
            continue
        day = found["day"]
        if found["former"] != before:
            yield f"{day} names another export before it"
        before = hashlib.sha256(text.encode()).hexdigest()
        recorded = ChainHeads.get_or_none(ChainHeads.day == day)
        if recorded is None or recorded.digest != before:
            yield f"{day} is not what the database says was exported"
        for line in found["heads"].splitlines():
            code, seq, digest = line.split(" ")
            yield from _faults(day, (code, int(seq), digest), is_new=code not in looked_at)
            looked_at.add(code)


def _faults(day: str, head: tuple[str, int, str], *, is_new: bool) -> Iterator[str]:
    code, seq, digest = head
    agreement = Agreement.by_code(code)
    if agreement is None:
        yield f"{day} {code} is gone"
        return
    if AgreementEvent.hash_of(agreement.id, seq) != digest:
        yield f"{day} {code} had another event {seq}"
    broken = chain.broken_at(agreement) if is_new else None
    if broken is not None:
        yield f"{day} {code} does not hold at event {broken}"
