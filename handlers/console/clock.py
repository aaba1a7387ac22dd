"""后台运行: when each tick last turned, how late and how well, and what waits for them."""

from datetime import timedelta

from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.console.seat import seat
from handlers.dress import page
from handlers.guards import Door, Guard
from services import clockwork
from services.agreements import seal_watch

door = Door("console_clock")

TICK_NAMES = {
    "work_on_waves": "派发和提醒",
    "send_texts": "发送短信",
    "count_audiences": "统计派发范围的人数",
    "count_messages": "统计消息和回调",
    "count_tasks": "统计任务进度",
    "count_sources": "统计生源人数",
    "pass_deadlines": "岗位、专场和面试通知到期",
    "begin_waves": "到时的派发和任务提醒",
    "drain_callbacks": "回调写入数据库",
    "escalate_messages": "未送达的消息改用其他方式",
    "reap_messages": "收回中断的消息",
    "expire_posts": "岗位到期下架",
    "stop_posts": "停用单位的岗位下架",
    "rename_posts": "更名单位的岗位更新",
    "release_posts": "首发期满的岗位对外共享",
    "sync_peer": "与对接平台同步岗位",
    "push_to_counselors": "岗位汇总发给辅导员",
    "push_to_graduates": "岗位推荐发给毕业生",
    "index_posts": "岗位进出推荐",
    "rebuild_index": "重建岗位推荐",
    "release_tasks": "离岗人员的任务",
    "send_messages": "发送消息",
    "settle_receipts": "核对送达回执",
    "seal_agreements": "就业协议签章",
    "watch_seal": "平台签名证书是否快到期",
    "agreement_times": "签约、解约的提醒和到期",
    "shred_papers": "销毁到期的签约材料",
    "chain_heads": "导出存证链",
    "tidy": "清理过期数据",
    "tidy_jobs": "清理过期的导入导出",
    "work_on_jobs": "导入导出",
}
STATES = {
    "fine": ("正常", "good"),
    "running": ("正在运行", "good"),
    "failing": ("出错", "bad"),
    "overdue": ("已停止", "bad"),
    "never": ("未运行过", "warn"),
}


@door.on("/console/clock", Guard.CONSOLE)
def clock() -> ResponseReturnValue:
    """The clock's page, for 部级 alone."""
    board = clockwork.look(visit.ctx(), seat())
    seal = seal_watch.known(visit.ctx())
    return page("console/clock.html", board=board, seal=seal, names=TICK_NAMES, states=STATES, span=span)


def span(length: timedelta) -> str:
    """A length of time in the unit that suits it: 35 毫秒, 2.5 秒, 3 分钟, 1 小时, 2 天."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} 毫秒" if seconds else "0 秒"
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " 秒"
    if seconds < 3600:
        return f"{round(seconds / 60)} 分钟"
    if seconds < 86_400:
        return f"{seconds / 3600:.1f}".removesuffix(".0") + " 小时"
    return f"{round(seconds / 86_400)} 天"
