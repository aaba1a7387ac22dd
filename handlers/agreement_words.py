"""How acts and events on agreements are said in Chinese: in the journal, and where the chain of events is shown."""

from config.agreements import materials
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
# The chain of events.
EVENTS = {
    "offer.opened": "单位打开签约页",
    "signer.proven": "经办人手机号通过验证",
    "graduate.proven": "毕业生本人通过短信验证",
    "consent.identity.given": "单独同意处理证件和签名",
    "consent.signing.given": "同意电子签约方式",
    "material.added": "提交材料",
    "material.replaced": "补正材料",
    "ink.added": "手写签名",
    "offer.draft_expired": "草稿逾期删除",
    "offer.discarded": "单位放弃草稿",
    "offer.submitted": "单位签名并发出邀约",
    "offer.revised": "单位修改条款并重新签名",
    "offer.recalled": "单位撤回邀约",
    "offer.expired": "逾期未答复",
    "offer.accepted": "毕业生签名同意",
    "offer.declined": "毕业生不同意签约",
    "offer.withdrawn": "毕业生撤销签约",
    "review.college_passed": "院系审核通过",
    "review.passed": "学校审核通过",
    "party.school_signed": "学校作为丙方签署",
    "review.returned": "审核退回材料",
    "review.rejected": "审核不通过",
    "review.not_replaced": "逾期未补正",
    "pdf.sealed": "生成电子协议并加盖数字签名",
    "form.applied": "申请纸质协议书",
    "form.recalled": "撤回申请",
    "form.discarded": "放弃申请",
    "form.college_passed": "院系同意申请",
    "form.passed": "学校同意申请",
    "form.returned": "退回申请",
    "form.rejected": "不同意申请",
    "form.not_replaced": "退回后逾期未改",
    "paper.expired": "扫描件逾期未上传",
    "paper.issued": "生成编号协议书",
    "paper.cancelled": "取消编号协议书",
    "scan.uploaded": "上传签章扫描件",
    "reg.submitted": "提交已签协议",
    "reg.discarded": "放弃登记",
    "reg.withdrawn": "撤回登记",
    "agreement.void_asked": "申请作废",
    "agreement.void_dropped": "取消作废申请",
    "agreement.voided": "协议作废",
    "report.error": "全国系统反馈有误",
    "term.opened": "解约开始办理",
    "term.requested": "申请解约",
    "term.offline_requested": "提交线下解约材料",
    "term.agreed": "对方签名同意解约",
    "term.refused": "对方不同意解约",
    "term.cancelled": "撤回解约申请",
    "term.expired": "解约申请逾期未答复",
    "term.reopened": "解约重新办理",
    "term.proof_added": "提交解约函",
    "term.college_passed": "院系同意解约",
    "term.passed": "学校同意解约",
    "term.school_signed": "学校作为丙方同意解约",
    "term.rejected": "解约审核不通过",
    "term.kept": "解约未成，协议继续有效",
    "term.released": "协议解除",
    "term.voided": "协议作废，解约终止",
}
SIDES = {"graduate": "毕业生", "unit": "用人单位", "staff": "学校工作人员", "system": "系统"}


def verb(kind: str, word: str) -> str:
    """A verb as it is meant for a kind of record of ours; empty for other kinds, and for what is not known."""
    return (_OTHERS.get(word) or VERBS.get(word, "")) if kind in KINDS else ""


def status(kind: str, word: str) -> str:
    """The same for a status."""
    return _STATUSES.get(kind, STATUSES).get(word, "") if kind in KINDS else ""


def items() -> dict[str, str]:
    """Kind of material → what it is called."""
    return {name: material.title for name, material in materials().items()}
