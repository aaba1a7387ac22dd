"""How an agreement stands, in words for the person who looks, and what comes next."""

from domain.agreements import PAPER, RECORDED
from models.agreement import Agreement, Release
from services.agreements import stuck

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
    "discarded": "逾期未提交",
    "expired": "对方逾期未答复",
    "rejected": "审核未通过",
}
# Our sealed papers, and what school staff take out of the chain.
PAPERS = {
    "agreement": "就业协议书",
    "form": "待签协议书",
    "receipt": "登记回执",
    "release": "解约文件",
    "record": "签约存证记录",
    "chain": "存证链数据",
}
# Of a paper that could not be sealed, for the school: what is wrong, and what is to be done.
TAMPERED = (
    "不能生成{paper}：库中的内容与存证记录不一致，平台不会为它签章。请先导出存证链数据并联系平台管理员核查。"
)
UNSEALED = "{paper}没有生成成功，平台每小时再试一次，请联系平台管理员。"
WAY_OUT = "不能恢复的，由本校两人作废：一人写明原因、上传证明材料申请，另一人确认；作废后双方可以重新签约。"
_HELD_UP = "学校已通过，文件生成遇到问题，学校正在处理，结果会通过公众号告诉您。"
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


def paper_name(agreement: Agreement, kind: str) -> str:
    """What the file of one of our papers is called, without its ending."""
    return f"{PAPERS.get(kind, '')}{agreement.number or ''}"


def state(agreement: Agreement) -> str:
    """The status in words."""
    return STATES[agreement.status]


def next_step(agreement: Agreement) -> str:
    """What the graduate does or waits for next; empty where there is nothing to say."""
    if agreement.status == "returned":
        whose = "请您" if agreement.fix_side == "graduate" or agreement.kind != "online" else "单位正在"
        return f"{whose}按下面的原因补正材料；超过期限视为未通过。"
    if stuck.is_stuck(agreement):
        return _HELD_UP
    return _NEXT.get(agreement.status, "")


def release_state(release: Release) -> str:
    """The status of a 解约 in words."""
    return RELEASES.get(release.status, "")
