"""How tasks are said in Chinese: kinds, moments as people speak of them, spans, sizes."""

from datetime import datetime, timedelta

from domain.desk_hours import CHINA
from domain.tasks import TaskKind
from templates_msg import tasks

KINDS: dict[str, str] = dict(zip(TaskKind, tasks.KINDS, strict=True))
# Why a task was not sent at its hour.
MISSED = {
    "task_due_past": "到派发时完成期限已过",
    "task_starts_past": "到派发时直播课已经开始",
    "sender_left": "安排派发的人已不再担任本单位的工作人员",
}
_WEEK = "一二三四五六日"
_NEAR = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def date_words(at: datetime, now: datetime) -> str:
    """今天, 明天, 11月25日, or 2027年1月3日 in another year, as it is in China."""
    here, today = at.astimezone(CHINA), now.astimezone(CHINA)
    near = _NEAR.get((here.date() - today.date()).days)
    if near:
        return near
    year = "" if here.year == today.year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日"


def moment_words(at: datetime, now: datetime) -> str:
    """今天 18:00."""
    return f"{date_words(at, now)} {at.astimezone(CHINA):%H:%M}"


def span_words(begins: datetime, ends: datetime, now: datetime) -> str:
    """今天 19:00–20:30; over midnight both days are named."""
    last = moment_words(ends, now)
    if begins.astimezone(CHINA).date() == ends.astimezone(CHINA).date():
        last = f"{ends.astimezone(CHINA):%H:%M}"
    return f"{moment_words(begins, now)}–{last}"


def day_words(at: datetime) -> str:
    """11月25日 周三, as it is in China."""
    here = at.astimezone(CHINA)
    return f"{here.month}月{here.day}日 周{_WEEK[here.weekday()]}"


def length_words(length: timedelta) -> str:
    """2 天, 3 小时 20 分钟, 45 分钟; under a minute 不到 1 分钟."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} 天"
    words = [f"{hours} 小时"] if hours else []
    return " ".join([*words, f"{minutes} 分钟"] if minutes else words)


def size_words(size: int) -> str:
    """1.2 MB, 340 KB."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"
