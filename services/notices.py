"""Subscription notices (订阅通知): what people allow, and what became of those that were sent.

One "yes" is the right to one message. Every function runs inside the transaction of its callback, which is written
once however often the platform repeats it, and answers a short word for the reply's card.
"""

from collections.abc import Iterable, Sequence

from config.template_ids import notice_ids
from models.message import Message
from models.sending import SubscribeCredit
from services.context import Context
from services.outbox.recording import note_reach
from wechat.notices import ACCEPT, SENT

Answers = Iterable[Sequence[str]]  # (template id, answer)


def consent(ctx: Context, openid: str, given: Answers, *, is_popup: bool) -> str:
    """Somebody answered the question whether notices may come, or changed the answer in the settings.

    A "no" to the question takes nothing back; a "no" in the settings takes all that was allowed.
    """
    app_id, ours = ctx.settings.wechat_app_id, set(notice_ids(ctx.settings.template_ids).values())
    for template_id, answer in given:
        if template_id not in ours:
            continue
        if is_popup and answer == ACCEPT:
            SubscribeCredit.add(app_id, openid, template_id)
        elif not is_popup and answer != ACCEPT:
            SubscribeCredit.clear(app_id, openid, template_id)
    return "noted"


def report(ctx: Context, openid: str, given: Answers) -> str:
    """The platform says what became of notices."""
    for template_id, answer in given:
        ids = notice_ids(ctx.settings.template_ids)
        names = [name for name, theirs in ids.items() if theirs == template_id]
        status = "delivered" if answer == SENT else "failed"
        if names:
            note_reach((status, row) for row in Message.end_notice(openid, names, status, ctx.clock()))
    return "noted"
