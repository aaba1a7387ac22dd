"""Messages about a person's own account."""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, slot

_AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)
NAMELESS = "学信账号"  # what an account is called whose directory tells no name


@dataclass(frozen=True)
class AccountBound(Template):
    """绑定成功: to the phone that was just bound."""

    name = "account_bound"
    title = "账号绑定成功通知"

    account: str = slot("thing1", "账号姓名", sample="李晓雨")
    at: datetime = slot("time2", "绑定时间", sample=_AT)


@dataclass(frozen=True)
class AccountMoved(Template):
    """账号换绑或解绑: to the WeChat that the account has just left, so that a stranger's act is seen."""

    name = "account_moved"
    title = "账号绑定变更提醒"

    account: str = slot("thing1", "账号姓名", sample="李晓雨")
    at: datetime = slot("time2", "变更时间", sample=_AT)
