"""Why a list shows nobody, and whom to ask: 安徽24365操作指南 一 names three causes."""

from services.staffing import Emptiness, Reason

_REASONS = {
    Reason.NO_DUTY: "系统管理员还没有为您分配相应届别和院系、班级的毕业生。",
    Reason.WRONG_EDUCATION: "您的管理学历与所管院系、班级毕业生的学历不相符。",
    Reason.NO_ROSTER: "系统中还没有导入这一届的毕业生。",
}


def why_empty(found: Emptiness | None) -> tuple[str, str] | None:
    """The reason in words, and whom to ask; None where it is the filter that finds nothing."""
    if found is None:
        return None
    people = "、".join(
        f"{staff.unit.name} {staff.account.name}" + (f"（{staff.office}）" if staff.office else "")
        for staff in found.ask
    )
    return _REASONS[found.reason], f"请联系系统管理员：{people}。" if people else "请联系上级系统管理员。"
