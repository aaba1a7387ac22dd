"""调动: somebody goes to another unit; what becomes of classes and graduates is said before it is confirmed."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.console.people import PAGE
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import people, transfers
from services.transfers import Plan, Transfer

door = Door("console_transfers")

HAND_OVER = "hand_over"


@door.on(f"{PAGE}/<code>/transfer", Guard.CONSOLE, ["GET", "POST"])
def transfer_person(code: str) -> ResponseReturnValue:
    """A unit is chosen first; then the page says what that means, and asks what is to become of the classes."""
    ctx, mine = visit.ctx(), seat()
    staff = people.managed(mine, code)
    form = Form("unit", "leaves", "classes", unit=request.args.get("unit", ""))
    plan: Plan | None = None
    with form.refusals():
        if form.is_sent:
            wanted = Transfer(form.text("unit"), form.text("leaves"), form.text("classes") == HAND_OVER)
            moved = transfers.transfer(ctx, mine, code, wanted)
            flash(f"已调到“{moved.unit.name}”，短信已通知本人。如有误操作，请点“撤销调动”。")
            return redirect(f"{PAGE}/{code}", 303)
        if form.values["unit"]:
            plan = transfers.plan(ctx, mine, code, str(form.values["unit"]))
    form.values["classes"] = form.values["classes"] or "keep"
    return form.show(
        "console/person-transfer.html",
        staff=staff,
        plan=plan,
        units=[(unit.code, unit.name) for unit in transfers.targets(mine, staff)],
    )


@door.on(f"{PAGE}/<code>/transfer/back", Guard.CONSOLE, ["POST"])
def transfer_person_back(code: str) -> ResponseReturnValue:
    """Takes the last transfer back."""
    with tried("已撤销调动，回到原单位。"):
        left = transfers.transfer_back(visit.ctx(), seat(), code)
        if left:
            flash(
                f"有 {left} 项负责范围已交给其他辅导员或院系已停用，没有恢复，确需负责的请重新增加。", "warn"
            )
    return redirect(f"{PAGE}/{code}", 303)
