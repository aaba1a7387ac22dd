"""Messages owed: written with the change that caused them, sent behind it, settled by outcome and receipt."""

from services.outbox.escalating import escalate
from services.outbox.owing import Owed, Text, owe, owe_many, owe_sms
from services.outbox.receipts import settle_receipts
from services.outbox.sending import pump_templates, pump_texts, reap

__all__ = [
    "Owed",
    "Text",
    "escalate",
    "owe",
    "owe_many",
    "owe_sms",
    "pump_templates",
    "pump_texts",
    "reap",
    "settle_receipts",
]
