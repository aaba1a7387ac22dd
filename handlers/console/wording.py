"""How the journal's English words are said in Chinese. A word that is missing here is shown as it is."""

from typing import Any

from config.roster import roster_fields

KINDS = {
    "account": "账号",
    "account_request": "账号申请",
    "binding": "微信绑定",
    "code_set": "代码表",
    "graduate": "毕业生",
    "help_question": "咨询",
    "intention": "求职意愿",
    "job": "导入导出",
    "link": "关联辅导员",
    "org_unit": "机构",
    "staff": "人员",
}
VERBS = {
    "add_duty": "增加负责范围",
    "answer": "标记已答复",
    "apply": "开始导入",
    "bind": "绑定微信",
    "cancel": "取消",
    "change": "修改",
    "change_duty": "修改负责范围",
    "change_password": "修改密码",
    "change_year": "调整负责届别",
    "close": "停用",
    "confirm": "确认生源信息",
    "correct": "更正",
    "create": "新增",
    "decline": "不同意",
    "end": "停用",
    "enrol_second_factor": "设置动态验证码",
    "erase": "取消关注或撤回授权",
    "export": "导出",
    "fail": "失败",
    "file": "提交申请",
    "find_good": "检查通过",
    "finish": "完成",
    "grant": "同意",
    "identify": "核对本人信息",
    "import": "导入",
    "link": "关联",
    "lock": "锁定",
    "move": "换绑微信",
    "register": "登记",
    "remind": "提醒绑定",
    "remove_duty": "取消负责范围",
    "rename": "改名",
    "reopen": "恢复",
    "report": "检查完毕",
    "reset_password": "重设密码",
    "reset_second_factor": "重置动态验证码",
    "restore": "恢复",
    "revoke": "撤回授权",
    "send_password": "发送初始密码",
    "set_field_rights": "设置字段权限",
    "start": "开始",
    "unbind": "解除绑定",
    "unlink": "解除关联",
    "unlock": "解锁",
    "withdraw": "撤回申请",
}
STATUSES = {
    "applying": "导入中",
    "bound": "已绑定",
    "cancelled": "已取消",
    "checked": "已检查",
    "checking": "检查中",
    "confirmed": "学生已确认",
    "declined": "未同意",
    "done": "已完成",
    "failed": "失败",
    "filed": "待处理",
    "granted": "已同意",
    "linked": "已关联",
    "locked": "已锁定",
    "open": "未提交",
    "queued": "等待中",
    "unbound": "未绑定",
    "unlinked": "未关联",
    "withdrawn": "已撤回",
}
_KEYS = {
    "act": "事项",
    "after": "改后",
    "before": "改前",
    "bad": "有误",
    "class_name": "班级",
    "college": "院系",
    "duties": "负责范围",
    "education": "层次",
    "event": "事件",
    "fields": "字段",
    "good": "正确",
    "items": "内容",
    "level": "级别",
    "links": "关联",
    "list": "名单",
    "major_code": "专业",
    "name": "名称",
    "number": "编号",
    "rows": "行数",
    "school": "学校",
    "table": "代码表",
    "unit": "机构",
    "why": "原因",
    "year": "届别",
}


def said_note(note: Any, units: dict[str, str]) -> list[tuple[str, str]]:
    """A journal's note as pairs of words, what was before and after told apart; ``units`` names units by code."""
    if not isinstance(note, dict):
        return []
    return [
        (_KEYS.get(key, key), _said(value, units)) for key, value in note.items() if value not in ("", None)
    ]


def _said(value: Any, units: dict[str, str]) -> str:
    if isinstance(value, dict):
        return "，".join(f"{key} {words}" for key, words in said_note(value, units))
    if isinstance(value, list):
        return "、".join(_said(one, units) for one in value)
    titles = {field.name: field.title for field in roster_fields()}
    return units.get(str(value)) or titles.get(str(value)) or str(value)
