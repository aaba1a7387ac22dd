"""The card of a person: what a callback's reply may depend on, as a few letters and no personal data."""

from domain.card import STRANGER
from models.alone import run_alone
from models.db import is_sqlite

# Letters and when they stand; see domain.card. A question costs the database's planner less than a join does.
_STAFF = (
    "EXISTS (SELECT 1 FROM staff s WHERE s.account_id = b.account_id AND s.ended_at IS NULL AND s.level {})"
)
_WHEN = {
    "g": "g.id IS NOT NULL",
    "i": "EXISTS (SELECT 1 FROM intention i WHERE i.graduate_id = g.id)",
    "l": "EXISTS (SELECT 1 FROM link l WHERE l.graduate_id = g.id AND l.status = 'linked')",
    "c": _STAFF.format("= 'counselor'"),
    "s": _STAFF.format("<> 'counselor'"),
}
_FROM = "binding b LEFT JOIN graduate g ON g.account_id = b.account_id"


def card_sql() -> str:
    """An expression that makes a card from two values, app_id and openid, in the database's own words."""
    parts = ["'p'", *(f"CASE WHEN {test} THEN '{letter}' ELSE '' END" for letter, test in _WHEN.items())]
    joined = " || ".join(parts) if is_sqlite() else f"CONCAT({', '.join(parts)})"
    # The parts are the constants above; the values stay placeholders.
    one = f"SELECT {joined} FROM {_FROM} WHERE b.app_id = %s AND b.openid = %s"  # noqa: S608
    return f"COALESCE(({one}), '{STRANGER}')"


def card_of(app_id: str, openid: str) -> str:
    """``-`` for a stranger, else letters: p bound, g graduate, i intention registered, l linked with a counselor,
    c counselor, s other staff. One statement."""
    row = run_alone(f"SELECT {card_sql()}", (app_id, openid))
    return str(row[0]) if row else STRANGER
