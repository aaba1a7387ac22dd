"""常见问题 and 风险防范: the same answers as in the chat, to be read."""

from functools import cache

from flask.typing import ResponseReturnValue

from config.faq import Faq, load
from handlers.forms import Form
from handlers.guards import Door, Guard

door = Door("help_desk", reads_database=False)


@door.on("/h5/help", Guard.ANYONE)
def help_page() -> ResponseReturnValue:
    """Every question with its answer, and when people answer."""
    return Form().show("h5/help.html", faq=_faq())


@cache
def _faq() -> Faq:
    return load()
