"""What tests of the outbox share: to whom is owed, and what became of it."""

from models.callback import DeliveryReceipt
from models.message import Message
from models.wechat_user import Follower
from services.context import Context
from tests.fakes import START

OPENID = "oGraduate0000000000000000001"
PHONE = "13900000101"


def again(row: Message) -> Message:
    return Message.get_by_id(row.id)


def receipt(msgid: int, status: str = "success", fingerprint: str = "f1") -> None:
    DeliveryReceipt.add_many(
        [{"fingerprint": fingerprint, "msgid": msgid, "status": status, "happened_at": START}]
    )


def follow(ctx: Context) -> None:
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=OPENID, followed_at=START)


def is_unreachable(ctx: Context) -> bool:
    return Follower.of(ctx.settings.wechat_app_id, OPENID).is_unreachable
