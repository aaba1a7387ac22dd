"""合作单位: provinces and schools apply to share posts; the ministry connects, opens and stops them."""

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.actors import Role
from domain.refusals import NotAllowed
from handlers import visit
from handlers.console.employers import reviewer
from handlers.console.tried import tried
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.hiring_words import STATUSES
from services.sharing import partners
from services.sharing.partner_form import PartnerForm
from services.sharing.partners import CORRECTABLE, DAYS, PartnerFilter, Step, Terms

door = Door("console_partners")

PAGE = "/console/partners"
KINDS = {"interface": "接口方式", "embed": "嵌入方式"}
WORDS = STATUSES | {"declined": "不予接入", "withdrawn": "已撤回"}
TAGS = {"applied": "warn", "testing": "warn", "live": "good", "suspended": "bad", "declined": "bad"}
SHOWN = ("applied", "assigned", "testing", "live", "suspended", "declined", "withdrawn")
FIELDS = ("name", "contact_name", "contact_duty", "landline", "mobile", "email", "ip_ranges", "sites")
_DONE = {
    "assign": "已安排由您对接。",
    "test": "已开始联调。接口单位现在可以查看密钥。",
    "open": "已开通。",
    "suspend": "已暂停，对方的调用会被拒绝，嵌入的分站不再显示。",
    "decline": "已记为不予接入，对方会看到原因，可以修改后再次申请。",
    "withdraw": "已撤回申请。",
}


@door.on(PAGE, Guard.CONSOLE)
def partner_list() -> ResponseReturnValue:
    """The partners of one's range."""
    mine = reviewer()
    wanted = PartnerFilter(
        status=request.args.get("status", ""),
        kind=request.args.get("kind", ""),
        keyword=request.args.get("q", "").strip()[:60],
    )
    return Form().show(
        "console/partners.html",
        found=partners.listed(mine, wanted, request.args.get("after", "")),
        statuses=[(status, WORDS[status]) for status in SHOWN],
        kinds=KINDS,
        words=WORDS,
        tags=TAGS,
        applies=mine.level is not Role.MINISTRY,
    )


@door.on(f"{PAGE}/apply/<kind>", Guard.CONSOLE, ["GET", "POST"])
def apply_partner(kind: str) -> ResponseReturnValue:
    """接口单位信息表 or 嵌入单位信息表; with ``code`` once more after it was declined."""
    mine = reviewer()
    if mine.level is Role.MINISTRY or kind not in KINDS:
        raise NotAllowed()
    code = request.values.get("code", "")
    form = Form(*FIELDS)
    if form.is_sent:
        with form.refusals():
            values = {name: form.text(name) for name in FIELDS}
            row = partners.apply(visit.ctx(), mine, PartnerForm(kind=kind, **values), code)
            return redirect(f"{PAGE}/{row.code}", 303)
    else:
        known: Any = partners.own(mine, code) if code else None
        form.values |= {name: getattr(known, name) or "" for name in FIELDS} if known else {}
        form.values["name"] = form.values["name"] or mine.scope.unit.name
    return form.show("console/partner-apply.html", kind=kind, code=code, row=None)


@door.on(f"{PAGE}/<code>/edit", Guard.CONSOLE, ["GET", "POST"])
def correct_partner(code: str) -> ResponseReturnValue:
    """The table once more, changed by the partner or by the ministry."""
    mine = reviewer()
    own = mine.level is not Role.MINISTRY
    row: Any = partners.own(mine, code) if own else partners.one(mine, code)
    form = Form(*FIELDS)
    if form.is_sent:
        with form.refusals():
            values = {name: form.text(name) for name in FIELDS}
            partners.correct(visit.ctx(), mine, code, PartnerForm(kind=row.kind, **values), form.text("seen"))
            flash("已保存。")
            return redirect(f"{PAGE}/{code}", 303)
    else:
        form.values |= {name: getattr(row, name) or "" for name in FIELDS}
    return form.show("console/partner-apply.html", kind=row.kind, code=code, row=row, is_own=own)


@door.on(f"{PAGE}/<code>", Guard.CONSOLE)
def one_partner(code: str) -> ResponseReturnValue:
    """One of them: its table, its standing, its days."""
    return _show(Form(), code)


def _show(form: Form, code: str, key: tuple[str, str] | None = None) -> ResponseReturnValue:
    ctx, mine = visit.ctx(), reviewer()
    row = partners.one(mine, code)
    days = partners.figures(ctx, row)
    return form.show(
        "console/partner.html",
        row=row,
        key=key,
        days=days,
        most=max(1, *(day.posts_in + day.posts_out for day in days)),
        span=DAYS,
        kinds=KINDS,
        words=WORDS,
        tags=TAGS,
        is_own=partners.is_own(mine, row),
        is_ministry=mine.level is Role.MINISTRY,
        is_correctable=row.status in CORRECTABLE,
        is_overlap=row.former_until is not None and row.former_until > ctx.clock(),
        embed_url=visit.ctx().settings.url(f"/embed/{row.tenant}") if row.tenant else "",
    )


@door.on(f"{PAGE}/<code>/move", Guard.CONSOLE, ["POST"])
def move_partner(code: str) -> ResponseReturnValue:
    """One step; which one says the button."""
    form = Form()
    verb = form.text("verb")
    if verb not in _DONE:
        raise NotAllowed()
    with tried(_DONE[verb]):
        step = Step(verb=verb, reason=form.text("reason"), tenant=form.text("tenant"), seen=form.text("seen"))
        partners.move(visit.ctx(), reviewer(), code, step)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/settle", Guard.CONSOLE, ["POST"])
def settle_partner(code: str) -> ResponseReturnValue:
    """Quota, hold and trust."""
    form = Form()
    with tried("已保存。"):
        terms = Terms(form.text("daily_quota"), form.text("hold_days"), form.text("is_trusted") == "1")
        partners.settle(visit.ctx(), reviewer(), code, terms, form.text("seen"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/key", Guard.CONSOLE, ["POST"])
def partner_key(code: str) -> ResponseReturnValue:
    """Shows the key, this once."""
    form = Form()
    key = None
    with form.refusals():
        key = partners.show_key(visit.ctx(), reviewer(), code)
    return _show(form, code, key)


@door.on(f"{PAGE}/<code>/rotate", Guard.CONSOLE, ["POST"])
def rotate_partner_key(code: str) -> ResponseReturnValue:
    """A new key."""
    with tried("已更换密钥，请查看新密钥。原密钥 7 天内仍然有效。"):
        partners.rotate_key(visit.ctx(), reviewer(), code)
    return redirect(f"{PAGE}/{code}", 303)
