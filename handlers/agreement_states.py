"""How an agreement stands, in words for the person who looks, and what comes next."""

from domain.agreements import PAPER, RECORDED
from models.agreement import Agreement, Release

KINDS = {"online": "线上签约", PAPER: "线下签约", RECORDED: "已签协议登记"}
MODES = {"two": "两方协议", "three": "三方协议"}

# status: words for lists
STATES = {
    "draft": "填写中",
    "discarded": "已放弃",
    "offered": "待毕业生确认",
    "expired": "已过期",
    "recalled": "单位已撤回",
    "declined": "毕业生未同意",
    "form_college": "申请待院系审核",
    "form_school": "申请待学校审核",
    "form_returned": "申请已退回",
    "issuing": "正在编号",
    "issued": "待线下签字盖章",
    "cancelled": "编号已作废",
    "college_review": "院系审核中",
    "school_review": "学校审核中",
    "returned": "材料已退回",
    "rejected": "审核未通过",
    "withdrawn": "毕业生已撤回",
    "sealing": "正在生成协议",
    "effective": "已生效",
    "releasing": "解约办理中",
    "released": "已解约",
    "voided": "已作废",
}
RELEASES = {
    "asked": "等待对方答复",
    "college_review": "院系审核中",
    "school_review": "学校审核中",
    "sealing": "正在生成解约文件",
    "released": "已解约",
    "refused": "对方不同意",
    "cancelled": "已取消",
    "expired": "对方逾期未答复",
    "rejected": "审核未通过",
}
GOOD = frozenset({"offered", "issued", "effective"})

_NEXT = {
    "offered": "请在应约截止时间前逐条核对条款，确认无误后签名；不同意请说明原因。",
    "form_college": "院系审核申请后转学校审核，通过后生成带编号的协议书。",
    "form_school": "学校审核通过后生成带编号的协议书，供您下载打印。",
    "form_returned": "请按退回原因修改后重新提交。",
    "issuing": "正在生成带编号的协议书，一般一分钟内完成，请稍后刷新。",
    "issued": "请下载打印协议书，双方签字、单位盖章后，拍照或扫描上传。",
    "college_review": "院系或辅导员正在核对材料，结果会通过公众号告诉您。",
    "school_review": "院系已通过，学校正在审核，结果会通过公众号告诉您。",
    "sealing": "学校已通过，正在生成并加盖数字签名，一般一分钟内完成，请稍后刷新。",
    "effective": "协议已生效。可以下载保存，任何人都可以扫描协议上的二维码核验。",
    "releasing": "解约正在办理，办结前协议继续有效。",
    "released": "协议已解除，可以重新签约。",
    "rejected": "审核未通过，原因见下；可以重新签约。",
    "expired": "已超过办理期限；可以请单位重新发起，或重新申请。",
}


def state(agreement: Agreement) -> str:
    """The status in words."""
    return STATES[agreement.status]


def next_step(agreement: Agreement) -> str:
    """What the graduate does or waits for next; empty where there is nothing to say."""
    if agreement.status == "returned":
        whose = "请您" if agreement.fix_side == "graduate" or agreement.kind != "online" else "单位正在"
        return f"{whose}按下面的原因补正材料；超过期限视为未通过。"
    return _NEXT.get(agreement.status, "")


def release_state(release: Release) -> str:
    """The status of a 解约 in words."""
    return RELEASES.get(release.status, "")


SIDES = {"graduate": "毕业生", "unit": "用人单位", "staff": "学校工作人员", "system": "系统"}
EVENTS = {
    "offer.opened": "单位扫码打开",
    "signer.proven": "单位验证手机",
    "graduate.proven": "毕业生验证手机",
    "consent.identity.given": "单独同意处理证件和签名",
    "consent.signing.given": "同意电子签约确认",
    "material.added": "上传材料",
    "ink.added": "手写签名",
    "offer.submitted": "单位签名并发出邀约",
    "offer.revised": "单位修改条款",
    "offer.recalled": "单位撤回邀约",
    "offer.declined": "毕业生不同意",
    "offer.accepted": "毕业生签名",
    "offer.withdrawn": "毕业生撤回",
    "offer.expired": "邀约过期",
    "offer.discarded": "单位放弃填写",
    "offer.draft_expired": "填写超时",
    "material.replaced": "补正材料",
    "review.college_passed": "院系审核通过",
    "review.passed": "学校审核通过",
    "party.school_signed": "学校审核通过并作为丙方签署",
    "review.returned": "审核退回",
    "review.rejected": "审核不通过",
    "review.not_replaced": "逾期没有补正，按不通过处理",
    "form.applied": "申请协议书",
    "form.college_passed": "申请院系通过",
    "form.passed": "申请学校通过",
    "form.returned": "申请退回",
    "form.rejected": "申请不通过",
    "form.not_replaced": "逾期没有修改，按不通过处理",
    "form.recalled": "撤回申请",
    "form.discarded": "放弃申请",
    "paper.cancelled": "编号作废",
    "paper.expired": "编号到期作废",
    "paper.issued": "生成编号协议书",
    "scan.uploaded": "上传扫描件",
    "reg.submitted": "提交登记",
    "reg.withdrawn": "撤回登记",
    "reg.discarded": "放弃登记",
    "pdf.sealed": "生成文件并加盖数字签名",
    "term.opened": "解约开始",
    "term.requested": "提出解约",
    "term.agreed": "对方同意解约",
    "term.refused": "对方不同意解约",
    "term.cancelled": "取消解约",
    "term.expired": "解约逾期未答复",
    "term.proof_added": "补充解约函",
    "term.offline_requested": "提交解约材料",
    "term.college_passed": "解约院系通过",
    "term.passed": "解约学校通过",
    "term.school_signed": "解约学校通过并作为丙方签署",
    "term.released": "协议解除",
    "term.reopened": "逾期后以解约函继续解约",
    "term.voided": "因协议作废终止解约",
    "term.rejected": "解约审核不通过",
    "term.kept": "协议继续有效",
    "agreement.void_asked": "申请作废",
    "agreement.void_dropped": "取消作废申请",
    "agreement.voided": "协议作废",
    "report.error": "全国系统反馈",
}


def event(kind: str) -> str:
    """An event of the chain in words."""
    return EVENTS.get(kind, kind)
