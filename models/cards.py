"""The card of a person: what a callback's reply may depend on, as a few letters and no personal data."""

from domain.card import STRANGER
from models.alone import run_alone
from models.db import is_sqlite

# Letters and what they stand for; see domain.card.
_HELD = (
    ("g", "SELECT 1 FROM graduate g WHERE g.account_id = b.account_id"),
    (
        "i",
        "SELECT 1 FROM intention i JOIN graduate g ON g.id = i.graduate_id WHERE g.account_id = b.account_id",
    ),
    (
        "l",
        "SELECT 1 FROM link l JOIN graduate g ON g.id = l.graduate_id"
        " WHERE g.account_id = b.account_id AND l.status = 'linked'",
    ),
    (
        "c",
        "SELECT 1 FROM staff s WHERE s.account_id = b.account_id AND s.ended_at IS NULL"
        " AND s.level = 'counselor'",
    ),
    (
        "s",
        "SELECT 1 FROM staff s WHERE s.account_id = b.account_id AND s.ended_at IS NULL"
        " AND s.level <> 'counselor'",
    ),
)


def card_sql() -> str:
    """An expression that makes a card from two values, app_id and openid, in the database's own words."""
    parts = ["'p'", *(f"CASE WHEN EXISTS ({query}) THEN '{letter}' ELSE '' END" for letter, query in _HELD)]
    joined = " || ".join(parts) if is_sqlite() else f"CONCAT({', '.join(parts)})"
    # The parts are the constants above; the values stay placeholders.
    return f"COALESCE((SELECT {joined} FROM binding b WHERE b.app_id = %s AND b.openid = %s), '{STRANGER}')"  # noqa: S608


def card_of(app_id: str, openid: str) -> str:
    """``-`` for a stranger, else letters: p bound, g graduate, i intention registered, l linked with a counselor,
    c counselor, s other staff. One statement."""
    row = run_alone(f"SELECT {card_sql()}", (app_id, openid))
    return str(row[0]) if row else STRANGER
