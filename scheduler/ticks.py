"""What is done by the clock, and how often. A tick carries no data: a lost one costs nothing but its interval."""

from collections.abc import Callable
from dataclasses import dataclass

from services import callbacks, deadlines, health_board, housekeeping, outbox, sources
from services.agreements import heads, retention, seal_watch, sealing, timers
from services.context import Context
from services.employers import renaming, stopping
from services.jobs import desk, runner
from services.posts import life
from services.push import counselors as push_counselors
from services.push import graduates as push_graduates
from services.recommend import keeper
from services.sharing import feed, peer
from services.tasks import absence, reminders, tally, waves


@dataclass(frozen=True, slots=True)
class Tick:
    """A sweep and its interval in seconds."""

    name: str
    every: float
    sweep: Callable[[Context], object]


TICKS = (
    Tick("send_messages", 1, outbox.pump_templates),
    Tick("send_texts", 1, outbox.pump_texts),
    Tick("drain_callbacks", 1, callbacks.drain),
    Tick("settle_receipts", 1, outbox.settle_receipts),
    Tick("reap_messages", 30, outbox.reap),
    Tick("escalate_messages", 30, outbox.escalate),
    Tick("work_on_jobs", 1, runner.work),
    Tick("begin_waves", 5, reminders.sweep),
    Tick("work_on_waves", 1, waves.work),
    Tick("count_audiences", 1, waves.preview),
    Tick("count_tasks", 1, tally.sweep),
    Tick("release_tasks", 60, absence.sweep),
    Tick("count_messages", 60, health_board.count),
    Tick("expire_posts", 300, life.expire),
    Tick("stop_posts", 10, stopping.sweep),
    Tick("rename_posts", 10, renaming.sweep),
    Tick("index_posts", 1, keeper.sync),
    Tick("rebuild_index", 30, keeper.rebuild),
    Tick("pass_deadlines", 60, deadlines.sweep),
    Tick("count_sources", 300, sources.count),
    Tick("push_to_graduates", 60, push_graduates.sweep),
    Tick("push_to_counselors", 60, push_counselors.sweep),
    Tick("release_posts", 300, feed.release),
    Tick("sync_peer", 30, peer.sync),
    Tick("seal_agreements", 2, sealing.sweep),
    Tick("watch_seal", 3600, seal_watch.sweep),
    Tick("agreement_times", 60, timers.sweep),
    Tick("shred_papers", 3600, retention.sweep),
    Tick("chain_heads", 3600, heads.sweep),
    Tick("tidy_jobs", 3600, desk.tidy),
    Tick("tidy", 3600, housekeeping.tidy),
)
