"""How a graduate's destination (毕业去向) stands: in one line for staff, with what follows for the graduate."""

from dataclasses import dataclass

from handlers.agreement_states import state as state_of
from handlers.dress import day
from models.agreement import Agreement
from services.destinations import Standing, State

_WAYS = {"online": "网络签约", "paper": "线下签约", "recorded": "已签协议登记"}
_TAGS = {
    State.RELEASING: "解约中",
    State.SIGNING: "签约中",
    State.RELEASED: "已解约",
    State.VOIDED: "协议已作废",
    State.NONE: "暂未登记",
}
# What follows, and where that is done.
_NEXT = {
    State.SIGNED: "毕业去向按这份协议登记，不用另行登记；去向有变化，请先办理解约。",
    State.RELEASING: "解约办结前协议继续有效，毕业去向不变；办结后再登记新的去向。",
    State.SIGNING: "协议生效后，毕业去向自动按协议登记，请先办完这份协议。",
    State.RELEASED: "原协议已解除，毕业去向回到暂未登记；可以重新签约，或按下面的类别准备新去向的材料。",
    State.VOIDED: "原协议已作废，不再作为毕业去向；可以重新签约，或按下面的类别准备材料，有疑问请联系学校就业部门。",
    State.NONE: "与单位签就业协议书的，请办理网上签约；其他去向请在下面找到类别，备好材料。",
}


@dataclass(frozen=True, slots=True)
class StandingWords:
    """``tag`` is empty where the 毕业去向 itself says everything; ``facts`` are pairs of what and which."""

    name: str
    tag: str
    facts: tuple[tuple[str, str], ...]
    next: str
    path: str
    label: str


def words(standing: Standing) -> StandingWords:
    """The standing as the graduate reads it."""
    row = standing.agreement
    is_over = standing.state in (State.RELEASED, State.VOIDED)
    path, label = ("/h5/agreements", "网上签约")
    if row is not None and not is_over:
        path, label = f"/h5/agreements/{row.code}", "查看协议"
    return StandingWords(
        standing.name,
        _TAGS.get(standing.state, ""),
        _facts(standing.state, row) if row is not None else (),
        _NEXT[standing.state],
        path,
        label,
    )


def line(standing: Standing) -> str:
    """The same in one line."""
    said = words(standing)
    tag = f"（{said.tag}）" if said.tag else ""
    return "，".join([f"{said.name}{tag}", *(f"{what}：{which}" for what, which in said.facts)])


def _facts(state: State, row: Agreement) -> tuple[tuple[str, str], ...]:
    pairs = [
        ("登记方式", _WAYS[row.kind]),
        ("单位", row.unit_name),
        ("协议编号", row.number or ""),
        ("办理进度", state_of(row) if state is State.SIGNING else ""),
        ("生效日期", row.effective_on.isoformat() if row.effective_on and state is not State.SIGNING else ""),
        ("解约日期", day(row.ended_at) if state is State.RELEASED else ""),
        ("作废日期", day(row.ended_at) if state is State.VOIDED else ""),
    ]
    return tuple((what, which) for what, which in pairs if which)
