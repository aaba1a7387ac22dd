"""How messages, what became of them, and callbacks are said in Chinese."""

from wechat.outcomes import Outcome, outcome_of

TEMPLATES = {
    "account_bound": "账号绑定成功",
    "account_created": "短信：开通账号和初始密码",
    "account_moved": "账号绑定变更提醒",
    "account_unbound": "短信：解除微信绑定",
    "bind_reminder": "短信：提醒绑定微信",
    "second_factor_set": "短信：动态验证码已设置",
    "second_factor_reset": "短信：动态验证码已重置",
    "code": "短信：验证码",
    "counselor_linked": "关联辅导员成功",
    "link_ended": "关联已解除",
    "recovery_code_used": "短信：恢复码已使用",
    "recovery_codes_renewed": "短信：恢复码已换发",
    "request_declined": "短信：账号申请被退回",
    "request_granted": "短信：账号申请已办理",
    "role_added": "短信：增加身份",
    "unit_changed": "短信：单位变更",
    "task_assigned": "新任务提醒",
    "task_due": "任务即将截止",
    "task_unfinished": "任务未完成提醒",
    "check_in_opens": "直播课签到开始",
    "check_in_closes": "直播课签到即将截止",
    "task_withdrawn": "任务撤回",
    "jobs_for_graduate": "职位推荐",
    "jobs_for_counselor": "岗位信息汇总",
    "interview_invited": "面试通知",
    "hiring_told": "单位、岗位审核和面试答复",
    "signing_invited": "签约邀请",
    "signing_expires": "签约邀请到期",
    "signing_decided": "签约结果",
    "signer_told": "短信：单位经办人的签约进展",
    "signing_sealed": "短信：签约成功和核验链接",
    "review_told": "短信：协议和解约待审核",
    "release_applied": "解约申请",
    "release_decided": "解约审核结果",
    "source_to_confirm": "生源信息待确认",
    "destination_approved": "去向审核通过",
    "destination_rejected": "去向审核不通过",
    "national_feedback": "全国系统信息反馈",
    "help_due": "帮扶跟进提醒",
    "question_answered": "咨询回复",
    "news_pushed": "就业资讯",
}
PRIORITIES = {1: "任务", 2: "办理结果", 3: "推送和汇总"}
CHANNELS = {"subscribe": "订阅通知", "sms": "短信"}
SENT_BY = {"template": "模板消息", **CHANNELS}
MESSAGE_STATUSES = {
    "accepted": "微信已接收",
    "blocked": "用户拒收",
    "delivered": "已送达",
    "failed": "发送失败",
    "queued": "等待发送",
    "resent": "已重新发送",
    "sending": "正在发送",
    "skipped": "不再发送",
    "unknown": "结果不明",
}
CALLBACKS = {
    "click": "点击菜单",
    "event": "其他事件",
    "image": "图片",
    "scan": "扫描二维码",
    "subscribe": "关注",
    "templatesendjobfinish": "消息送达回执",
    "text": "文字消息",
    "unsubscribe": "取消关注",
    "user_authorization_revoke": "撤回授权",
    "user_authorization_cancellation": "注销授权",
    "view": "打开网页",
    "view_miniprogram": "打开小程序",
    "voice": "语音",
}
_OUTCOMES = {
    Outcome.RETRY: "平台繁忙，多次重试未成功",
    Outcome.SLOW_DOWN: "发送过快，多次重试未成功",
    Outcome.UNREACHABLE: "用户没有关注公众号",
    Outcome.BLOCKED: "用户在公众号黑名单中",
    Outcome.NO_CREDIT: "用户没有授权这类通知",
    Outcome.MISCONFIGURED: "公众号配置有误，请检查模板编号、密钥和 IP 白名单",
    Outcome.QUOTA_SPENT: "当日额度已用完",
    Outcome.FORBIDDEN: "公众号没有这项权限或已被限制",
    Outcome.BUG: "消息内容不符合平台要求，请联系技术人员",
}
_UNSENT = {
    "blocked": "送达回执：用户拒收",
    "skipped": "已过时效，或用户已取消关注",
    "unknown": "发送途中中断，无法确认对方是否收到",
}


UNREACHED_STEPS = {
    "again": "对方现在可以接收，请点“重新发送”。",
    "ask": "请先问本人是否收到：收到了点“确认已收到”，没有收到点“重新发送”。",
    "ask_only": "请先问本人是否收到：收到了点“确认已收到”；没有收到的请电话告知，目前没有可用的发送方式。",
    "blocked": "请对方在公众号设置中打开“接收消息”，或取消关注后重新关注，再来重新发送；急事请电话告知。",
    "elsewhere": "已改用短信或订阅通知发送，不用处理。",
    "faulty": "消息内容有误，重发也不会成功，请联系技术人员；急事请电话告知。",
    "late": "已过时效，不用再发。",
    "no_phone": "对方没有可用的手机号，请先更正手机号，再来重新发送。",
    "seen": "对方已打开任务，不用重发。",
    "unbound": "对方没有绑定微信，请提醒其关注公众号并绑定账号，再来重新发送。",
    "unfollowed": "请对方关注公众号，再来重新发送；急事请电话告知。",
    "withdrawn": "任务已撤回，不用处理。",
}


def why_unsent(status: str, errcode: int) -> str:
    """Why messages of such a status and errcode did not arrive, and what may be done."""
    if status in _UNSENT:
        return _UNSENT[status]
    if errcode == 0:
        return "送达回执：发送失败，或没有发到平台（见运行日志）"
    return f"{_OUTCOMES.get(outcome_of(errcode), '平台没有接收')}（{errcode}）"
