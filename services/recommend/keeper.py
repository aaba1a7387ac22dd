"""The keeper of the index: what is published, changed and closed goes in and out, and each day all is built anew.

On each host one worker is the keeper as long as it lives; should it die, another takes over. A change may become
visible after later ones, when its transaction ends after theirs: every look goes over the last changes again.
"""

from collections.abc import Iterable
from pathlib import Path

import structlog

from config.matching import weights
from domain.desk_hours import CHINA
from matching import log as posts_log
from matching import program, store
from matching.log import Closed, Marked, Published, Record
from models.db import connected
from models.post import PostChange
from services.context import Context
from services.recommend import rows
from services.recommend.shelf import Known

log = structlog.get_logger()

OVERLAP = 5_000  # changes: more than may be in the air at a time
AGAIN = 200  # changes that a new keeper does once more; one that it misses comes with the next rebuild
LONGEST_LOG = 8_000_000  # bytes, some 20,000 posts; with more the index is built anew


def sync(ctx: Context) -> int:
    """Takes into the index what changed since the last look; returns how many changes.

    Nothing where another process keeps it.
    """
    folder = ctx.posts.folder(ctx.settings.data_dir)
    if not ctx.posts.leads(ctx.settings.data_dir):
        return 0
    with connected(), ctx.posts.turn:
        snapshot = store.current(folder)
        if snapshot is None or store.manifest(snapshot).code != program.digest():
            return 0
        known = ctx.posts.known
        if known is None or known.snapshot != snapshot.name:
            mark = _mark_of(snapshot)
            known = Known(snapshot.name, mark, frozenset(range(mark - OVERLAP, mark - AGAIN)))
        changes = PostChange.behind(known.mark - OVERLAP)
        posts = {post for change, post in changes if change not in known.seen}
        seen = frozenset(change for change, _ in changes)
        mark = max(seen, default=known.mark)
        if posts:
            store.Writer(snapshot).write([*_records(posts), Marked(str(mark))])
        ctx.posts.known = Known(snapshot.name, mark, seen)
        return len(seen - known.seen)


def _records(ids: Iterable[int]) -> list[Record]:
    wanted = sorted(ids)
    offers = rows.offers_of(wanted)
    return [Published(offers[post]) if post in offers else Closed(post) for post in wanted]


def _mark_of(snapshot: Path) -> int:
    """Up to which change a snapshot and its log hold everything."""
    records, _ = posts_log.read(snapshot / store.LOG, 0)
    words = [record.word for record in records if isinstance(record, Marked)]
    return int(words[-1] if words else store.manifest(snapshot).mark)


def rebuild(ctx: Context) -> bool:
    """Builds the index anew when it is due; returns whether it did. Nothing where another process keeps it.

    What changes meanwhile is found by the next look, which knows the changes that were visible before reading began.
    """
    folder = ctx.posts.folder(ctx.settings.data_dir)
    if not ctx.posts.leads(ctx.settings.data_dir) or not _is_due(ctx):
        return False
    program.provide(program.path_for(folder))
    with connected():
        mark = PostChange.last()
        seen = frozenset(change for change, _ in PostChange.behind(mark - OVERLAP) if change <= mark)
        columns = rows.all_columns()
    name = store.write(folder, columns, weights(), _today(ctx), str(mark))
    with ctx.posts.turn:
        store.switch(folder, name)
        ctx.posts.known = Known(name, mark, seen)
    store.sweep(folder, ctx.clock().timestamp())
    if len(columns):
        log.info("posts_indexed", posts=len(columns))
    return True


def _is_due(ctx: Context) -> bool:
    """Each day, since freshness falls; when weights or program changed; when much came since."""
    snapshot = store.current(ctx.posts.folder(ctx.settings.data_dir))
    if snapshot is None:
        return True
    known = store.manifest(snapshot)
    if (known.day, known.weights, known.code) != (_today(ctx), weights().digest, program.digest()):
        return True
    return (snapshot / store.LOG).stat().st_size > LONGEST_LOG


def _today(ctx: Context) -> int:
    return ctx.clock().astimezone(CHINA).date().toordinal()


def warm(ctx: Context) -> None:
    """What the first question in a process would wait for, done before it."""
    ctx.posts.index(ctx.settings.data_dir).warm()
