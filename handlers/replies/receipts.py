"""What the platform reports about messages of ours: delivered or not, notices allowed or taken back."""

from domain.card import Card
from handlers.replies.known import Known
from handlers.replies.registry import event
from wechat.inbound import Inbound
from wechat.reply import Reply, Silence, Text


@event("subscribe_msg_change_event", effect="consent")
@event("subscribe_msg_sent_event", effect="report")
@event("templatesendjobfinish")
def noted(_inbound: Inbound, _card: Card, _known: Known) -> Reply:
    """Reports between machines: written down, nothing to say to the person."""
    return Silence()


@event("subscribe_msg_popup_event", effect="consent")
def popup(inbound: Inbound, _card: Card, _known: Known) -> Reply:
    """The person answered the question whether notices may come."""
    answers = [value for name, value in inbound.fields.items() if name.endswith(".SubscribeStatusString")]
    if "accept" in answers:
        return Text("好的，办理有进展时会发一条通知给您。每勾选一次，可收到一条。")
    return Text("您没有允许接收通知，办理进展请到菜单里查看；改变主意时，可在办理页面重新勾选。")
