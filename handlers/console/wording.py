"""How the journal's English words are said in Chinese. A word that is missing here is shown as it is."""

from collections.abc import Mapping
from typing import Any

from config.codes import code_table
from config.roster import roster_fields
from domain.refusal_words import SAY
from domain.tasks import TaskKind
from handlers import agreement_states, agreement_words, hiring_words
from handlers.console.message_words import TEMPLATES
from handlers.dress import LEVELS
from handlers.task_words import MISSED
from templates_msg import tasks

JOB_KINDS = {
    "import.graduates": "导入毕业生生源信息",
    "import.units": "导入下级机构",
    "import.staff": "导入人员账号",
    "import.special_groups": "导入特殊群体名单",
    "export.graduates": "导出毕业生生源信息",
    "export.resumes": "导出简历维护情况",
    "export.staff": "导出人员名单",
    "refresh.resumes": "刷新简历完整度",
    "export.uncovered": "导出没有辅导员的班级",
    "export.agreements": "导出就业协议",
    "export.task_progress": "导出任务进度",
}
KINDS = (
    {
        "account": "账号",
        "account_request": "账号申请",
        "assignment": "任务办理",
        "binding": "微信绑定",
        "code_set": "代码表",
        "graduate": "毕业生",
        "help_question": "咨询",
        "intention": "求职意愿",
        "job": "导入导出",
        "link": "关联辅导员",
        "message": "消息",
        "org_unit": "机构",
        "resume": "简历",
        "staff": "人员",
        "task": "任务",
        "template_stop": "消息模板",
    }
    | hiring_words.KINDS
    | agreement_words.KINDS
)
# As the filter offers them.
VERB_GROUPS = {
    "人员与账号": {
        "create": "新增",
        "change": "修改",
        "correct": "更正姓名或手机号",
        "end": "停用账号",
        "restore": "恢复账号",
        "send_password": "发送初始密码",
        "remind": "提醒绑定",
        "transfer": "调动到其他单位",
        "transfer_back": "撤销调动",
        "add_duty": "增加负责范围",
        "change_duty": "修改负责范围",
        "remove_duty": "取消负责范围",
        "restore_duty": "恢复负责范围",
        "change_year": "调整负责届别",
        "register": "登记",
        "change_password": "修改密码",
        "reset_password": "重设密码",
        "enrol_second_factor": "设置动态验证码",
        "reset_second_factor": "重置动态验证码",
        "renew_recovery_codes": "换发恢复码",
        "use_recovery_code": "用恢复码登录",
    },
    "账号申请": {
        "fetch": "下载结果",
        "file": "提交申请",
        "grant": "同意",
        "decline": "不同意",
        "withdraw": "撤回",
    },
    "机构与权限": {
        "rename": "改名",
        "close": "停用机构",
        "reopen": "恢复机构",
        "set_field_rights": "设置字段权限",
    },
    "毕业生": {
        "confirm": "确认生源信息",
        "lock": "锁定",
        "unlock": "解锁",
        "identify": "核对本人信息",
        "link": "关联",
        "unlink": "解除关联",
        "answer": "标记咨询已答复",
    },
    "导入、导出和代码表": {
        "import": "导入",
        "apply": "确认导入、投递或申请",
        "cancel": "取消",
        "start": "开始检查",
        "find_good": "检查通过，开始导入",
        "report": "检查完毕",
        "finish": "完成",
        "fail": "失败",
        "export": "导出",
        "refresh": "刷新简历完整度",
        "fetch": "下载文件",
        "take_effect": "代码表生效",
        "take_back": "代码表撤回生效",
        "discard": "删除草稿或未生效的代码表",
    },
    "消息": {
        "reset_quota": "恢复当日发送额度",
        "resume_template": "恢复发送消息模板",
        "acknowledge": "确认消息已收到",
        "resend": "重新发送消息",
    },
    "任务": {
        "copy": "复制任务",
        "attach": "上传附件",
        "detach": "删除附件",
        "schedule": "定时派发",
        "recall": "取消定时派发",
        "miss": "到时未能派发",
        "rework": "未派发的任务改回草稿",
        "dispatch": "派发任务",
        "nudge": "提醒未完成",
        "retry": "再试一次",
        "view": "查看任务",
        "forward": "转发任务",
        "complete": "完成任务",
        "check_in": "直播课签到",
        "release": "离岗，任务不再计入",
        "resume": "回到岗位，任务重新计入",
    },
    "微信": {
        "bind": "绑定微信",
        "move": "换绑微信",
        "unbind": "解除绑定",
        "erase": "取消关注或撤回授权",
        "revoke": "撤回授权",
    },
    "岗位、用人单位和合作单位": hiring_words.VERBS,
    "网上签约": agreement_words.VERBS,
}
VERBS = {verb: words for group in VERB_GROUPS.values() for verb, words in group.items()}
STATUSES = (
    agreement_words.STATUSES
    | {
        "applying": "导入中",
        "blocked": "用户拒收",
        "bound": "已绑定",
        "cancelled": "已取消",
        "checked": "已检查",
        "checking": "检查中",
        "completed": "已完成",
        "confirmed": "学生已确认",
        "declined": "未同意",
        "delivered": "已送达",
        "discarded": "已删除",
        "dispatched": "已派发",
        "dispatching": "派发中",
        "done": "已完成",
        "draft": "草稿",
        "failed": "失败",
        "filed": "待处理",
        "forwarded": "已转发",
        "granted": "已同意",
        "linked": "已关联",
        "locked": "已锁定",
        "missed": "未能派发",
        "open": "未提交",
        "queued": "等待中",
        "resent": "已重新发送",
        "scheduled": "等待定时派发",
        "unbound": "未绑定",
        "unknown": "结果不明",
        "unlinked": "未关联",
        "unread": "未读",
        "viewed": "已读",
        "withdrawn": "已撤回",
    }
    | hiring_words.STATUSES
)
_KEYS: dict[str, str] = {
    "act": "事项",
    "added": "新增",
    "after": "改后",
    "before": "改前",
    "bad": "有误",
    "changed": "更新",
    "class_name": "班级",
    "college": "院系",
    "counselor": "辅导员",
    "duties": "负责范围",
    "education": "层次",
    "event": "事件",
    "fields": "字段",
    "posts": "岗位",
    "file": "附件",
    "from": "复制自",
    "given": "开放",
    "good": "正确",
    "graduate": "毕业生",
    "item": "材料",
    "items": "内容",
    "kind": "任务",
    "left": "剩余",
    "level": "级别",
    "links": "关联",
    "list": "名单",
    "major_code": "专业",
    "mark": "签到",
    "mode": "方式",
    "name": "名称",
    "number": "编号",
    "others": "共同负责的其他人数",
    "people": "人数",
    "problem": "问题",
    "rows": "行数",
    "same": "相同",
    "school": "学校",
    "side": "一方",
    "table": "代码表",
    "taken": "收回",
    "template": "消息",
    "total": "总行数",
    "unit": "机构",
    "why": "原因",
    "year": "届别",
}

_TASK_FIELDS = {
    "audience": "派发范围",
    "body": "正文",
    "campaign": "专项行动",
    "due_at": "完成期限",
    "ends_at": "直播结束时间",
    "is_check_in_twice": "课前课后各签一次",
    "kind": "类型",
    "link": "链接",
    "link_title": "链接名称",
    "minutes_after": "课后签到分钟数",
    "minutes_before": "课前签到分钟数",
    "preview": "预计人数",
    "starts_at": "直播开始时间",
    "title": "标题",
}

# Under these keys a note holds words of ours.
_VALUES: dict[str, Mapping[str, str]] = {
    "act": {"add": "须新增", "remove": "须删除"},
    "education": code_table("education"),
    "event": agreement_words.EVENTS,
    "item": agreement_words.items(),
    "items": agreement_words.items(),
    "side": agreement_words.SIDES,
    "fields": {field.name: field.title for field in roster_fields()} | _TASK_FIELDS,
    "kind": JOB_KINDS | dict(zip(TaskKind, tasks.KINDS, strict=True)),
    "mark": {"checked_in_at": "课前", "checked_out_at": "课后"},
    "level": {level.value: words for level, words in LEVELS.items()},
    "mode": {"dry_run": "试运行", "all_or_nothing": "有错误行则全部不导入", **agreement_states.MODES},
    "problem": SAY,
    "template": TEMPLATES,
    "why": MISSED | {"transfer": "调动"},
}


def verb_of(kind: str, verb: str) -> str:
    """What was done to a record of a kind."""
    return agreement_words.verb(kind, verb) or VERBS.get(verb, verb)


def status_of(kind: str, status: str) -> str:
    """How a record of a kind stands."""
    return agreement_words.status(kind, status) or STATUSES.get(status, status)


def said_note(note: Any, units: dict[str, str]) -> list[tuple[str, str]]:
    """A journal's note as pairs of words, what was before and after told apart; ``units`` names units by code."""
    if not isinstance(note, dict):
        return []
    return [
        (_KEYS.get(str(key), str(key)), _said(str(key), value, units))
        for key, value in note.items()
        if value not in ("", None)
    ]


def _said(key: str, value: Any, units: dict[str, str]) -> str:
    if isinstance(value, dict):
        return "，".join(f"{words} {inner}" for words, inner in said_note(value, units))
    if isinstance(value, list):
        return "、".join(_said(key, one, units) for one in value)
    text = str(value)
    return units.get(text) or _VALUES.get(key, {}).get(text) or text
