"""Life, readiness and numbers, for machines."""

import os
from collections.abc import Callable, Iterator

from flask import Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from handlers import visit
from handlers.guards import Door, Guard
from services import callbacks, clockwork, health
from services.agreements import seal_watch
from services.clockwork import TickState
from services.context import Context
from services.quota.ledger import Day

door = Door("health", reads_database=False)


@door.on("/healthz", Guard.ANYONE)
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@door.on("/readyz", Guard.ANYONE)
def readyz() -> tuple[Response, int]:
    """This process can do its work: 200, also without Redis (``degraded``), or 503."""
    found = health.look(visit.ctx())
    word = "away" if not found.is_ready else "ok" if found.redis else "degraded"
    body = {"status": word, "database": found.database, "migrated": found.migrated, "redis": found.redis}
    return jsonify(body), 200 if found.is_ready else 503


@door.on("/metrics", Guard.OPERATOR)
def metrics() -> Response:
    """Counters of this process, or of all of them when they share a folder, and the backlog of this moment."""
    shared = CollectorRegistry()
    shared.register(Backlog(visit.ctx()))
    text = generate_latest(shared)
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        processes = CollectorRegistry()
        # The library leaves this one without types.
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]
        text += generate_latest(processes)
    else:
        text += generate_latest(REGISTRY)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class Backlog(Collector):
    """What waits to be written or sent, read when asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def collect(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("wxb_callback_backlog", "Entries that wait in Redis", labels=["stream"])
        for stream, entries in callbacks.backlog(self._ctx).items():
            waiting.add_metric([stream], entries)
        yield waiting
        messages = health.messages_waiting(self._ctx)
        if messages is not None:
            count, age = messages
            yield GaugeMetricFamily("wxb_messages_waiting", "Messages due and unsent", value=count)
            yield GaugeMetricFamily("wxb_messages_waiting_seconds", "Age of the oldest of them", value=age)
        failed = health.waves_failed(self._ctx)
        if failed is not None:
            yield GaugeMetricFamily("wxb_task_waves_failed", "Passes over tasks given up", value=failed)
        stuck = health.papers_stuck(self._ctx)
        if stuck is not None:
            yield GaugeMetricFamily("wxb_papers_stuck", "Papers that could not be sealed", value=stuck)
        seal = seal_watch.known(self._ctx)
        if seal is not None:
            yield GaugeMetricFamily("wxb_seal_days_left", "Days until no seal can be set", value=seal.days)
            yield GaugeMetricFamily("wxb_seal_usable", "1 while seals can be set", value=seal.is_usable)
        yield from _sending(health.sending(self._ctx))
        yield from _ticks(clockwork.states_if_there(self._ctx))


def _sending(found: tuple[Day, int] | None) -> Iterator[Metric]:
    """The day's quota of template messages and the stopped templates; nothing while nobody can say."""
    if found is None:
        return
    day, stopped = found
    yield GaugeMetricFamily("wxb_templates_sent_today", "Template messages sent today", value=day.used)
    if day.left is not None:
        yield GaugeMetricFamily("wxb_template_quota_left", "Template messages left for today", value=day.left)
    yield GaugeMetricFamily("wxb_templates_stopped", "Templates that the platform refuses", value=stopped)


def _ticks(states: list[TickState]) -> Iterator[Metric]:
    """The clock as every worker together wrote it down; a worker's own counters are in its process alone."""
    gauges = {
        "wxb_tick_last_run_timestamp_seconds": ("When the tick last began", _epoch("begun_at")),
        "wxb_tick_last_success_timestamp_seconds": ("When it last went well", _epoch("succeeded_at")),
        "wxb_tick_lag_seconds": ("How late it last began", lambda tick: tick.lag.total_seconds()),
        "wxb_tick_failures": ("Failures since it last went well", lambda tick: float(tick.failures)),
        "wxb_tick_overdue": ("1 when no worker turns it", lambda tick: float(tick.state == "overdue")),
    }
    for name, (words, value_of) in gauges.items():
        gauge = GaugeMetricFamily(name, words, labels=["tick"])
        for tick in states:
            gauge.add_metric([tick.name], value_of(tick))
        yield gauge


def _epoch(column: str) -> Callable[[TickState], float]:
    """Seconds since 1970 of a moment; 0 for never."""

    def read(tick: TickState) -> float:
        at = getattr(tick, column)
        return at.timestamp() if at is not None else 0.0

    return read


@door.on("/robots.txt", Guard.ANYONE)
def robots() -> Response:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
