"""投递: a graduate applies with the 简历 of that day, the employer reads, sorts and invites."""

from services.applications.applying import apply, mine, withdraw
from services.applications.sorting import (
    InboxFilter,
    Read,
    hire,
    inbox,
    reconsider,
    reject,
    shortlist,
    view,
)

__all__ = [
    "InboxFilter",
    "Read",
    "apply",
    "hire",
    "inbox",
    "mine",
    "reconsider",
    "reject",
    "shortlist",
    "view",
    "withdraw",
]
