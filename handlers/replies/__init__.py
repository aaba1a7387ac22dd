"""Replies in the chat, one small handler each. Importing this package registers them all."""

from handlers.replies import counselor, graduate, lifecycle, receipts, service, text, unknown
from handlers.replies.known import Known
from handlers.replies.registry import Rule, click_keys, find, rules

__all__ = [
    "Known",
    "Rule",
    "click_keys",
    "counselor",
    "find",
    "graduate",
    "lifecycle",
    "receipts",
    "rules",
    "service",
    "text",
    "unknown",
]
