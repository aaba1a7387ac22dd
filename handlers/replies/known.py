"""What replies may know beside event and card: where our pages are, the FAQ, the desk's hours."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from config import faq, holidays, menu
from config.faq import Faq
from config.settings import Settings
from domain.card import Card
from domain.desk_hours import DeskHours
from wechat.inbound import Inbound
from wechat.reply import Text


@dataclass(frozen=True, slots=True)
class Known:
    """Built once at start and shared by all replies."""

    public_url: str
    faq: Faq
    hours: DeskHours

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """From the data files. Raises BadMenu, BadFaq or ValueError where one of them is wrong."""
        menu.load(settings.public_url)
        words, days = faq.load(), holidays.load()
        hours = DeskHours(days.off, days.work, days.years, words.desk.opens, words.desk.closes)
        return cls(settings.public_url, words, hours)

    def link(self, path: str, words: str) -> str:
        """A link to a page of ours as the chat shows it."""
        return f'<a href="{self.public_url}{path}">{words}</a>'

    def desk_is_open(self, event: Inbound) -> bool:
        """Whether the desk was there when the person wrote, so that a repeat gets the same answer later."""
        return self.hours.is_open(datetime.fromtimestamp(event.created, UTC))


def busy(known: Known) -> Text:
    """For the rare minute in which nobody can say who the person is."""
    return Text(
        "平台正忙，暂时查不到您的信息，请过一分钟再点一次。您也可以先打开 "
        + known.link("/h5/account", "我的账号")
        + "。"
    )


def bind_first(known: Known, purpose: str) -> Text:
    """For strangers: what to do first, and where."""
    return Text(
        f"使用“{purpose}”前，请先绑定学信账号，只需一次：\n"
        + known.link("/h5/account", "点这里登录并绑定")
        + "\n绑定后回到这里再点一次菜单即可。"
    )


def for_graduates(card: Card, known: Known, purpose: str) -> Text | None:
    """What somebody is told who cannot use a graduate's function yet; nothing for a bound graduate."""
    if not card.is_known:
        return busy(known)
    if not card.is_bound:
        return bind_first(known, purpose)
    if card.is_graduate:
        return None
    if card.is_counselor or card.is_staff:
        return Text(
            f"“{purpose}”是毕业生使用的功能。您绑定的是工作账号，学生的情况请到 "
            + known.link("/h5/workbench", "辅导员工作平台")
            + " 查看。"
        )
    return Text(
        f"您已绑定学信账号，还差一步：请核对姓名、学号和证件号，确认毕业生身份后即可使用“{purpose}”。\n"
        + known.link("/h5/account", "点这里核对")
    )


def for_counselors(card: Card, known: Known, purpose: str) -> Text | None:
    """What somebody is told who cannot use a counselor's function; nothing for counselors and other staff."""
    if not card.is_known:
        return busy(known)
    if not card.is_bound:
        return bind_first(known, purpose)
    if card.is_counselor or card.is_staff:
        return None
    return Text(
        f"“{purpose}”供辅导员和就业工作人员使用，您的账号还没有开通。\n"
        "如果您是毕业班辅导员，请把姓名、手机号码报给本校就业中心或院系工作人员，由他们为您新增账号。"
    )
