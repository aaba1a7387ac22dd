"""How acts and events on agreements are said in Chinese: in the journal, and where the chain of events is shown."""

from config import agreement_events
from config.agreements import all_criteria, materials
from handlers import agreement_states

KINDS = {
    "agreement": "就业协议",
    "release": "解约",
    "signing_ticket": "签约码",
    "signing_rules": "签约规则",
    "school_signing": "网上签约开通",
}
# As the journal's filter offers them: verbs that nothing else of ours has.
VERBS = {
    "set_signing_rules": "设置两方或三方协议",
    "declare_backlog": "确认已上报采集的去向",
    "set_stamp": "上传学校印章",
    "open_signing": "开通网上签约",
    "issue_ticket": "出示签约码",
    "opened": "打开签约页",
    "given": "勾选同意",
    "proven": "验证手机号",
    "added": "提交签约材料",
    "begin": "开始填写协议",
    "pass": "协议审核通过",
    "replace": "重新提交签约材料",
    "view_material": "查看签约材料",
    "download": "下载协议文件",
    "issue": "生成编号协议书",
    "upload": "上传协议扫描件",
    "seal": "生成电子协议",
    "ask_release": "发起解约",
    "agree": "同意解约",
    "add_proof": "提交解约函",
    "void_asked": "申请作废协议",
    "void_dropped": "取消作废协议",
    "void": "协议作废",
    "report_error": "全国系统反馈有误",
    "mend_error": "全国系统反馈的问题已更正",
    "shred": "销毁到期材料",
}
# What other verbs mean when they are done to an agreement or a release.
_OTHERS = {
    "accept": "同意签约",
    "apply": "申请纸质协议书",
    "ask": "申请解约",
    "cancel": "取消",
    "decline": "不同意签约",
    "discard": "放弃草稿",
    "expire": "逾期失效",
    "file": "提交解约材料",
    "keep": "解约未成，协议继续有效",
    "recall": "撤回",
    "refuse": "不同意解约",
    "reject": "审核不通过",
    "release": "解约生效",
    "return": "退回修改",
    "revise": "修改条款",
    "revoke": "收回签约码",
    "submit": "提交",
    "withdraw": "撤销签约",
}
STATUSES = agreement_states.STATES | {"live": "使用中", "revoked": "已收回", "opened": "填写中"}
_STATUSES = {
    "release": agreement_states.RELEASES | {"opened": "填写中"},
    "signing_ticket": STATUSES | {"expired": "已过期"},
}
# The chain of events, as the completion record says them too.
EVENTS = agreement_events.events()
SIDES = agreement_events.sides()


def verb(kind: str, word: str) -> str:
    """A verb as it is meant for a kind of record of ours; empty for other kinds, and for what is not known."""
    return (_OTHERS.get(word) or VERBS.get(word, "")) if kind in KINDS else ""


def status(kind: str, word: str) -> str:
    """The same for a status."""
    return _STATUSES.get(kind, STATUSES).get(word, "") if kind in KINDS else ""


def items() -> dict[str, str]:
    """Kind of material or paper, or what a first review ticks → what it is called."""
    named = {name: row.title for rows in (all_criteria(), materials()) for name, row in rows.items()}
    return named | agreement_states.PAPERS
