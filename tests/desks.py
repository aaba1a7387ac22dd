"""Sitting down at the console without typing a code."""

from models.account import LoginSession

# Where somebody is asked for the second factor.
ASKS = "/console/second-factor"


def pass_second_factor(path: str = "") -> None:
    """Marks the newest session as having shown it, unless ``path`` is the page that asks for it."""
    if path == ASKS:
        return
    newest = LoginSession.select().order_by(LoginSession.id.desc()).first()
    if newest is not None:
        newest.note_second_factor(newest.created_at)
