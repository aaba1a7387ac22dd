"""What the product counts, for Prometheus. Labels are short fixed words: never a person, never an address."""

from prometheus_client import Counter, Gauge, Histogram

CALLBACKS = Counter(
    "wxb_callbacks_total",
    "Callbacks of the platform by kind of event and what became of them",
    ["kind", "outcome"],
)
CALLBACKS_REFUSED = Counter(
    "wxb_callbacks_refused_total",
    "Callback requests refused, by reason",
    ["reason"],
)
CALLBACK_SECONDS = Histogram(
    "wxb_callback_seconds",
    "Time from reading a callback to its answer",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
CALLBACKS_DRAINED = Counter(
    "wxb_callbacks_drained_total",
    "Callbacks written to the database behind the answer, by stream",
    ["stream"],
)
REDIS_AWAY = Counter("wxb_redis_away_total", "Times Redis was needed and away, by who needed it", ["where"])
WECHAT_CALLS = Counter(
    "wxb_wechat_calls_total", "Calls to WeChat by interface and outcome", ["api", "outcome"]
)
WECHAT_SECONDS = Histogram("wxb_wechat_seconds", "Time of calls to WeChat", ["api"])
REQUESTS = Counter("wxb_requests_total", "Page and API requests", ["endpoint", "status"])
REQUEST_SECONDS = Histogram("wxb_request_seconds", "Time of page and API requests", ["endpoint"])
LOGINS = Counter("wxb_logins_total", "Log-in attempts by outcome", ["outcome"])
MESSAGES = Counter("wxb_messages_total", "Messages tried, by template and outcome", ["template", "outcome"])
SMS = Counter("wxb_sms_total", "Text messages by purpose and outcome", ["purpose", "outcome"])
WAVES = Counter(
    "wxb_task_waves_total", "Passes over a task's counselors by kind and outcome", ["kind", "outcome"]
)
TICKS = Counter("wxb_ticks_total", "Clock ticks by name and outcome", ["tick", "outcome"])
DEADLINES = Counter("wxb_deadlines_total", "Sweeps of what is over, by part and outcome", ["part", "outcome"])
TICK_SECONDS = Histogram("wxb_tick_seconds", "Time of clock ticks", ["tick"])
AGREEMENT_TIMES = Counter(
    "wxb_agreement_times_total", "What the clock did to agreements, by what and outcome", ["what", "outcome"]
)
SEALED = Counter(
    "wxb_papers_sealed_total", "Papers of agreements sealed, by kind and outcome", ["kind", "outcome"]
)
SEALING_WAITS = Gauge(
    "wxb_sealing_oldest_seconds",
    "How long the oldest paper has waited to be sealed",
    multiprocess_mode="mostrecent",
)
