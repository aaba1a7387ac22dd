"""我的账号: the person's own account, its WeChat, its password, its devices."""

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.js_sdk import sdk_address
from services import binding, identity, notices, sessions
from services.push import choice

door = Door("account")

PAGE = "/h5/account"


@door.on(PAGE, Guard.PERSON)
def account() -> ResponseReturnValue:
    """Name, phone, WeChat, and what may be done about them."""
    return _show(Form())


def _show(form: Form) -> ResponseReturnValue:
    ctx, visitor = visit.ctx(), visit.me()
    tie = binding.binding_of(ctx, visitor.account)
    offers = notices.offers(ctx, visitor) if tie is not None and tie.openid else {}
    return form.show(
        "h5/account.html",
        visitor=visitor,
        phone=binding.masked_phone(visitor.account),
        binding=tie,
        has_password=visitor.account.directory == identity.BUILTIN,
        is_bound_here=binding.is_bound_here(ctx, visitor.account, visitor.session.openid),
        can_bind_here=visit.known_openid() is not None,
        offers=offers,
        sdk=sdk_address() if offers else "",
        brought=choice.choices_of(visitor),
    )


@door.on(f"{PAGE}/unbind", Guard.PERSON, ["POST"])
def unbind() -> ResponseReturnValue:
    """解除绑定, by the bound WeChat itself or an SMS code; inside WeChat this ends the session that WeChat opened."""
    visitor, form = visit.me(), Form()
    with form.refusals():
        binding.unbind(visit.ctx(), visitor.account, visitor.session.openid, form.text("code"))
    if form.refusal is not None:
        return _show(form)
    flash("已解除绑定，当前微信不再接收平台消息。")
    if sessions.visitor_of(visit.ctx(), session.get("token", "")) is not None:
        return redirect(PAGE, 303)
    visit.forget()
    flash("已解除绑定，当前微信不再接收平台消息。")
    return redirect("/h5/bye", 303)


@door.on(f"{PAGE}/posts", Guard.PERSON, ["POST"])
def bring_posts() -> ResponseReturnValue:
    """岗位推荐 or 岗位汇总 by message: no more, or again."""
    form = Form()
    is_wanted = form.text("is_wanted") == "1"
    choice.choose(visit.me(), form.text("kind"), is_wanted=is_wanted)
    flash("已开启，有合适的岗位时会通过公众号告诉您。" if is_wanted else "已关闭，不再通过公众号发送。")
    return redirect(PAGE, 303)


@door.on(f"{PAGE}/others", Guard.PERSON, ["POST"])
def leave_others() -> ResponseReturnValue:
    """Logs the account out everywhere but here."""
    ended = sessions.close_others(visit.ctx(), visit.me().account, session.get("token", ""))
    flash(f"已退出其他 {ended} 处登录。" if ended else "没有其他登录中的设备。")
    return redirect(PAGE, 303)


@door.on("/h5/password", Guard.OWNER, ["GET", "POST"])
def password() -> ResponseReturnValue:
    """A new password, by the old one; every other device is logged out."""
    visitor, onward = visit.me(), visit.onward()
    form = Form()
    if form.is_sent:
        with form.refusals():
            form.need("old_password", "password")
            identity.change_password(
                visit.ctx(), visitor.account, form.secret("old_password"), form.secret("password")
            )
            visit.enter(visitor.account, visitor.session.openid)
            flash("密码已修改，其他设备已退出登录。")
            return redirect(onward, 303)
    return form.show("h5/password.html", onward=onward, is_owed=visitor.account.must_change_password)
