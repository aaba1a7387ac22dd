"""Structured logs: one line an event, with the request's id and codes of records, never personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# The last guard, should a value slip into an event: mobile numbers, identity numbers and openids are starred.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+?86[- ]?)?1[3-9]\d{9}|\d{17}[\dXx]|o[0-9A-Za-z_-]{27})(?![0-9A-Za-z])"
)


def star_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replaces what looks like a phone, an identity number or an openid in any text of a log event."""
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own
            event[key] = _starred(value)
    return event


def _starred(value: Any) -> Any:
    """Texts starred, in whatever they are nested; numbers as they are; anything else as the text it prints."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, dict):
        return {_starred(key): _starred(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_starred(inner) for inner in value]
    text = str(value)
    starred = _PERSONAL.sub("***", text)
    return value if isinstance(value, int) and starred == text else starred


def configure(level: str, form: str) -> None:
    """Sets up structlog and the standard library's logging to write to standard error in one manner."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        star_personal_data,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line for every turn of every tick would bury the rest; our own clock reports failures.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
