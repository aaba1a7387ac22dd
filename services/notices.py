"""Subscription notices (订阅通知): what people may allow, what they allow, and what became of those that were sent.

One "yes" is the right to one message. ``consent`` and ``report`` run inside the transaction of their callback, which
is written once however often the platform repeats it, and answer a short word for the reply's card.
"""

from collections.abc import Iterable, Sequence

from config.template_ids import notice_ids
from models.message import Message
from models.sending import SubscribeCredit
from models.wechat_user import Binding
from services.context import Context
from services.outbox.recording import note_reach
from services.sessions import Visitor
from templates_msg.catalogue import CATALOGUE
from wechat.notices import ACCEPT, SENT

MOST_ASKED = 3  # notices that the platform lets a page ask for at once
_FOR_STAFF = ("task_assigned", "task_due", "check_in_opens")
_FOR_GRADUATES = ("interview_invited", "signing_invited", "destination_rejected")

Answers = Iterable[Sequence[str]]  # (template id, answer)


def offers(ctx: Context, visitor: Visitor) -> dict[str, str]:
    """Template id → title of the notices that somebody may be asked to allow: those of their capacity."""
    ids = notice_ids(ctx.settings.template_ids)
    names = [*(_FOR_STAFF if visitor.staff else ()), *(_FOR_GRADUATES if visitor.graduate else ())]
    wanted = [name for name in names if name in ids][:MOST_ASKED]
    return {ids[name]: CATALOGUE[name].title for name in wanted}


def wanted(ctx: Context, visitor: Visitor) -> dict[str, str]:
    """Those of the offers that would do something now: somebody bound to a WeChat has allowed none, or used it up."""
    found = offers(ctx, visitor)
    app_id = ctx.settings.wechat_app_id
    openid = Binding.openid_of(app_id, visitor.account.id) if found else None
    if openid is None:
        return {}
    left = SubscribeCredit.left(app_id, openid)
    return {template_id: title for template_id, title in found.items() if template_id not in left}


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
