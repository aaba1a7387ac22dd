"""网签设置: what a province lays down, and the check-list by which a school opens."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.actors import Role
from handlers import visit
from handlers.agreement_states import MODES
from handlers.console.seat import seat
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.uploads import MOST_UPLOAD, pieces_of, small_number
from models.org import OrgUnit
from services.agreements import rules, schools
from services.seats import Seat

door = Door("console_signing")

PAGE = "/console/signing"
EFFECTIVE_BY = {"school": "学校审核通过之日", "acceptance": "毕业生签名之日"}
OPEN_STATES = {"open": "已开通", "closed": "未开通"}
MISSING = {
    "rules": "省级规则",
    "number": "院校标识码",
    "roster": "毕业生信息",
    "backlog": "去向上报",
    "stamp": "学校印章",
    "seal": "平台签名密钥",
}
_LONGEST = 60


@door.on(PAGE, Guard.CONSOLE)
def signing() -> ResponseReturnValue:
    """The settings of one's province, and of a school how far it is."""
    return _show(Form())


def _show(form: Form) -> ResponseReturnValue:
    desk = seat()
    around = rules.rules_or_none(desk.scope.unit)
    if around is not None and "mode" not in form.values:
        form.values |= {
            "mode": around.mode,
            "offer_days": around.offer_days,
            "effective_by": around.effective_by,
            "may_withdraw": "1" if around.may_withdraw else "",
        }
    school = _school(desk)
    below = None
    if desk.level in (Role.PROVINCE, Role.MINISTRY):
        keyword = request.args.get("q", "").strip()[:_LONGEST]
        asked = schools.Asked(request.args.get("state", ""), keyword)
        below = schools.listed(visit.ctx(), desk, asked, request.args.get("after", ""))
    return form.show(
        "console/signing.html",
        desk=desk,
        rules=around,
        modes=MODES,
        effective_by=EFFECTIVE_BY,
        steps=rules.readiness(visit.ctx(), school) if school else [],
        opening=rules.signing_of(school) if school else None,
        is_locked=desk.level is Role.PROVINCE and rules.is_mode_locked(desk.scope.unit),
        below=below,
        open_states=OPEN_STATES,
        missing=MISSING,
        is_province=desk.level is Role.PROVINCE,
        is_school=desk.level is Role.SCHOOL,
    )


def _school(desk: Seat) -> OrgUnit | None:
    return desk.scope.unit if desk.level is Role.SCHOOL else None


@door.on(f"{PAGE}/rules", Guard.CONSOLE, ["POST"])
def set_signing_rules() -> ResponseReturnValue:
    """两方或三方, 应约有效期, 生效日期, 可否撤回."""
    form = Form("mode", "offer_days", "effective_by", "may_withdraw")
    with form.refusals():
        rules.set_rules(
            visit.ctx(),
            seat(),
            form.text("mode"),
            small_number(form.text("offer_days"), 0),
            form.text("effective_by"),
            form.text("may_withdraw") == "1",
        )
        flash("已保存，本省学校按此办理；已经发出的邀约不受影响。")
        return redirect(PAGE, 303)
    return _show(form)


@door.on(f"{PAGE}/backlog", Guard.CONSOLE, ["POST"])
def declare_backlog() -> ResponseReturnValue:
    """The destinations collected before are reported."""
    with tried("已记录：此前采集的去向已上报。"):
        rules.declare_backlog(visit.ctx(), seat())
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/stamp", Guard.CONSOLE, ["POST"], most_bytes=MOST_UPLOAD)
def set_school_stamp() -> ResponseReturnValue:
    """The picture of the school's seal, and who signs for it."""
    form = Form("signer_name")
    with form.refusals():
        rules.set_stamp(visit.ctx(), seat(), pieces_of("stamp"), form.text("signer_name"))
        flash("学校印章已保存。")
        return redirect(PAGE, 303)
    return _show(form)


@door.on(f"{PAGE}/open", Guard.CONSOLE, ["POST"])
def open_signing() -> ResponseReturnValue:
    """Opens 网上签约 for the school's graduates, or says what is missing."""
    form = Form()
    with form.refusals():
        rules.open_school(visit.ctx(), seat())
        flash("网上签约已开通，毕业生可以从公众号菜单“网上签约”进入。")
        return redirect(PAGE, 303)
    return _show(form)
