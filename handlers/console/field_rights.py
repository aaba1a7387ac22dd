"""字段权限: which role may change which field of 生源信息 in the school."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.roster import roster_fields
from domain.actors import Role
from handlers import visit
from handlers.console.seat import seat
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import field_rights
from services.field_rights import WRITERS

door = Door("console_field_rights")

PAGE = "/console/field-rights"
_ROLES = {Role.GRADUATE: "毕业生", Role.COUNSELOR: "辅导员", Role.COLLEGE: "院级", Role.SCHOOL: "校级"}


@door.on(PAGE, Guard.CONSOLE, ["GET", "POST"])
def show_field_rights() -> ResponseReturnValue:
    """The grid of fields and roles; a tick means that the role may change the field."""
    ctx, mine, form = visit.ctx(), seat(), Form()
    rights = field_rights.rights_here(ctx, mine)
    if form.is_sent:
        ticked = set(request.form.getlist("may"))
        wanted = {
            (role.value, field.name): f"{role.value}.{field.name}" in ticked
            for role in WRITERS
            for field in roster_fields()
            if not field.locked
        }
        with form.refusals():
            changed = field_rights.set_rights(ctx, mine, wanted, form.text("seen"))
            flash(f"已保存，{changed} 项有变化。" if changed else "没有变化。")
            return redirect(PAGE, 303)
    return form.show("console/field-rights.html", fields=roster_fields(), roles=_ROLES, rights=rights)
