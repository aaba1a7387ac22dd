"""What is not text, and what nobody has thought of yet."""

from domain.card import Card
from handlers.replies.known import Known
from handlers.replies.registry import message, otherwise
from wechat.inbound import Inbound
from wechat.reply import Reply, Silence, Text

_WHAT = {
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "shortvideo": "小视频",
    "link": "链接",
    "file": "文件",
}


@message("image", "voice", "video", "shortvideo", "link", "file")
def not_text(event: Inbound, _card: Card, known: Known) -> Reply:
    """Sent by hand, but not readable by us."""
    what = _WHAT[event.kind]
    return Text(
        f"收到您的{what}，但这里暂时只能处理文字。请用一句话写明问题，例如“怎么关联辅导员”。\n"
        "证明材料请不要发在对话框里，等学校开放登记后在办理页面上传。\n"
        + known.link("/h5/account", "打开我的账号")
    )


@message("location")
def place(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """A place sent by hand; we keep none."""
    return Text(
        "收到您的位置，本平台不需要也没有保存它。想按地区找岗位，请在“毕业生”—“求职意愿”里选择期望地区。"
    )


@otherwise("message")
def other_message(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """A type of message the platform has invented since."""
    return Text("这种消息暂时看不懂，请用文字写明问题，或从底部菜单开始。")


@otherwise("click")
def other_click(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """A key that a phone still shows from an older menu."""
    return Text("菜单已更新，请退出公众号再进来，或稍等几分钟再点一次。")


@otherwise("event")
def other_event(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """Events we have no use for are noted by the door and answered with nothing."""
    return Silence()
