"""Coming and going: follow, scan, leave, take back consent, and the quiet events of the menu."""

import re

from domain.card import Card
from handlers.replies.known import Known
from handlers.replies.registry import event
from wechat.inbound import Inbound
from wechat.reply import Article, News, Reply, Silence, Text

_SCENE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _scene_of(inbound: Inbound) -> str:
    return inbound.key.removeprefix("qrscene_")


@event("subscribe", effect="follow")
def subscribe(inbound: Inbound, card: Card, known: Known) -> Reply:
    """关注, with or without a scene."""
    if card.outcome == "scanned_counselor":
        return _counselor_card(inbound, card, known)
    hello = "欢迎回来！" if card.outcome == "welcome_back" else "欢迎关注24365智慧就业！"
    if card.outcome == "scene_over":
        hello += "您扫的二维码已经过期，请对方重新打开一次二维码再扫。"
    if card.is_bound:
        return Text(f"{hello}您的微信已绑定学信账号，请从底部菜单“毕业生”或“辅导员”开始。")
    return Text(
        f"{hello}这里提供求职意愿登记、辅导员关联、网上签约和去向登记。\n"
        f"第一步：{known.link('/h5/account', '绑定学信账号')}，以后就能在微信里办理和收提醒。\n"
        "有问题直接发文字给我们。"
    )


@event("scan", effect="scan")
def scan(inbound: Inbound, card: Card, known: Known) -> Reply:
    """Somebody who follows already scans a code of ours."""
    if card.outcome == "scanned_counselor":
        return _counselor_card(inbound, card, known)
    if card.outcome == "parked":
        return Text("平台正忙，这次扫码没有处理完，请过一分钟再扫一次。")
    return Text(
        "这个二维码已经过期或不是本平台的，请对方重新打开一次二维码再扫。\n"
        "您也可以直接从菜单“毕业生”—“我的辅导员”关联。"
    )


@event("unsubscribe", effect="unfollow")
@event("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation", effect="revoke")
@event("view", "view_miniprogram", "location")
def quiet(_inbound: Inbound, _card: Card, _known: Known) -> Reply:
    """Nobody is there to read an answer, or the person is on the way to a page."""
    return Silence()


def _counselor_card(inbound: Inbound, card: Card, known: Known) -> Reply:
    scene = _scene_of(inbound)
    path = f"/h5/c/{scene}" if _SCENE.fullmatch(scene) else "/h5/my-counselors"
    if card.is_bound:
        return News(
            (
                Article(
                    "关联辅导员",
                    "点这里确认并关联这位辅导员，之后可在“我的辅导员”里查看。",
                    known.public_url + path,
                ),
            )
        )
    return News(
        (
            Article(
                "先绑定学信账号，再关联辅导员",
                "点这里登录并绑定，只需一次；完成后即可关联这位辅导员。",
                known.public_url + path,
            ),
        )
    )
