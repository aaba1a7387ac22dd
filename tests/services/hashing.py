"""What tests of the identity directory share: a code from the phone, and machines that hash otherwise."""

from pathlib import Path

from domain.refusals import TooMany
from services import codes
from services.codes import Purpose
from services.context import Context
from services.passwords import Passwords
from tests.fakes import SmsInbox
from tests.pumps import pump

HERE, THERE = "203.0.113.1", "203.0.113.2"


def code_for(ctx: Context, inbox: SmsInbox, phone: str, purpose: Purpose) -> str:
    codes.send(ctx, phone, purpose, HERE)
    pump(ctx)
    return inbox.code_for(phone)


class BusyPasswords(Passwords):
    """A machine whose only slot is taken."""

    def hash(self, password: str) -> str:
        raise TooMany("login_busy", 3)

    def matches(self, stored: str, password: str) -> bool:
        raise TooMany("login_busy", 3)


class ListeningPasswords(Passwords):
    """Remembers what was compared with what."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.compared: list[str] = []

    def matches(self, stored: str, password: str) -> bool:
        self.compared.append(stored)
        return super().matches(stored, password)


def with_passwords(ctx: Context, passwords: Passwords) -> Context:
    return Context(**{**vars(ctx), "passwords": passwords})
