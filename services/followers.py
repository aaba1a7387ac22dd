"""Followers of the official account: they come, scan, leave, and take their data with them.

Every function runs inside the caller's transaction and answers a short word for the reply's card. ``at`` is
the event's own time and wins: an event that arrives late never undoes a newer one.
"""

from datetime import datetime

from domain.actors import SYSTEM
from domain.machines import BINDING
from models import journal
from models.account import LoginSession
from models.callback import HelpQuestion
from models.message import Message
from models.sending import SubscribeCredit
from models.wechat_user import Binding, Departure, Follower, Scene
from services.context import Context
from services.outbox.recording import leave


def follow(ctx: Context, openid: str, *, at: datetime, scene: str = "") -> str:
    """关注: notes the follower; answers followed, welcome_back, scanned_counselor, scene_over or late."""
    app_id = ctx.settings.wechat_app_id
    departure = Departure.of(app_id, openid)
    if departure is not None and departure.left_at > at:
        return "late"
    known, is_new = Follower.add_or_get(
        {"app_id": app_id, "openid": openid}, {"followed_at": at, "came_by": scene[:64]}
    )
    if not is_new and known.followed_at < at:
        Follower.change(app_id, openid, followed_at=at, is_unreachable=False)
    if scene:
        return scan(ctx, openid, at=at, scene=scene)
    return "welcome_back" if departure is not None else "followed"


def scan(ctx: Context, openid: str, *, at: datetime, scene: str) -> str:
    """A scene of ours was scanned: scanned_counselor, or scene_over when it is unknown or its time is past."""
    return "scanned_counselor" if Scene.live(scene, at) is not None else "scene_over"


def unfollow(ctx: Context, openid: str, *, at: datetime) -> str:
    """取消关注: erases what WeChat told us of the person; the records of the register stay.

    The platform asks developers to delete a user's data when they leave
    (developers.weixin.qq.com, 接收事件推送: 取消关注事件).
    """
    app_id = ctx.settings.wechat_app_id
    follower = Follower.of(app_id, openid)
    if follower is not None and follower.followed_at > at:
        return "late"
    _erase(app_id, openid, at, "unsubscribe")
    return "erased"


def revoke(ctx: Context, openid: str, *, at: datetime, event: str, info: str) -> str:
    """用户撤回授权 or 注销: forgets the profile, and everything when the account itself is cancelled."""
    app_id = ctx.settings.wechat_app_id
    if event == "user_authorization_cancellation":
        _erase(app_id, openid, at, event)
        return "erased"
    Follower.change(app_id, openid, unionid=None)
    binding = Binding.of_openid(app_id, openid)
    if binding is not None:
        journal.write(binding, "revoke", SYSTEM, note={"event": event, "items": info[:64]})
    return "revoked"


def _erase(app_id: str, openid: str, at: datetime, why: str) -> None:
    binding = Binding.of_openid(app_id, openid)
    if binding is not None:
        journal.step(binding, BINDING, "erase", SYSTEM, openid=None, bound_at=None, note={"why": why})
    LoginSession.forget_openid(app_id, openid, at)
    leave(openid, "unfollowed", at)
    Message.forget(openid)
    HelpQuestion.forget(app_id, openid)
    SubscribeCredit.forget(app_id, openid)
    Follower.forget(app_id, openid)
    Departure.note(app_id, openid, at)
