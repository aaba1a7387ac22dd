"""How much may still be sent, when it would be through, to whom not yet, and which templates wait for a person."""

from services.quota.calm import postponed, quiet_until
from services.quota.ledger import allowance, backlog, ends_on, exhausted, look, note_backlog, reset, spend
from services.quota.stops import resume, stop, stop_name, stopped, stops

__all__ = [
    "allowance",
    "backlog",
    "ends_on",
    "exhausted",
    "look",
    "note_backlog",
    "postponed",
    "quiet_until",
    "reset",
    "resume",
    "spend",
    "stop",
    "stop_name",
    "stopped",
    "stops",
]
