"""Another person of the unit than who signed asks for 解约, with the unit's stamped authorization and letter."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from config.agreements import materials as material_kinds
from domain.refusals import Conflict, NotFound
from handlers import release_room, signature, visit
from handlers.agreement_states import release_state
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.one_time_code import sent_to_phone
from handlers.sign.holding import held, hold
from handlers.uploads import MOST_INK, MOST_UPLOAD, pieces_of
from models.agreement import Release
from services.agreements import materials, new_signers, releases
from services.agreements.new_signers import NewSigner

door = Door("sign_newcomers")

PAGE = "/s/other"
_MARK = "other-"
_FIELDS = ("number", "credit_code", "name", "phone")


@door.on(PAGE, Guard.ANYONE, ["GET", "POST"])
def new_signer() -> ResponseReturnValue:
    """Who it is and which agreement; the phone is shown to be theirs by a code."""
    form = Form(*_FIELDS)
    if form.is_sent:
        with form.refusals():
            typed = NewSigner(**{name: form.text(name) for name in _FIELDS}, code=form.text("code"))
            try:
                release = new_signers.begin(visit.ctx(), device(), typed)
            except NotFound:
                raise Conflict("agreement_unknown") from None
            hold(f"{_MARK}{release.code}")
            return redirect(f"{PAGE}/{release.code}", 303)
    return form.show("sign/other.html")


@door.on(f"{PAGE}/code", Guard.ANYONE, ["POST"])
def new_signer_code() -> ResponseReturnValue:
    """获取验证码."""
    return sent_to_phone(lambda phone: new_signers.send_code(visit.ctx(), phone, visit.network()), PAGE)


@door.on(f"{PAGE}/<code>", Guard.ANYONE, ["GET", "POST"], most_bytes=max(MOST_UPLOAD, MOST_INK))
def new_signer_release(code: str) -> ResponseReturnValue:
    """The two letters, the reason and the signature; afterwards how it stands, and the way to take it back."""
    release = _own(code)
    party, row, ctx = new_signers.party(code, device()), release.agreement, visit.ctx()
    form = Form("reason")
    if form.is_sent:
        with form.refusals():
            kind = form.text("kind")
            if kind:
                if form.text("consent") == "1":
                    materials.consent(ctx, party, row)
                materials.add(ctx, party, row, kind, pieces_of("file"), release=release)
                flash("已上传。")
            elif form.text("act") == "cancel":
                releases.cancel(ctx, party, release)
                flash("已取消解约申请，协议继续有效。")
            else:
                new_signers.ask(ctx, party, release, form.text("reason"), **signature.signed(form))
                flash("已向毕业生发出解约申请。")
            return redirect(f"{PAGE}/{code}", 303)
        release = _own(code)
    kinds = material_kinds()
    return form.show(
        "sign/other-release.html",
        release=release,
        **release_room.asking_values(party, row),
        state=release_state(release),
        papers=[
            (name, kinds[name].title, materials.current(row, name, release))
            for name in ("authorization", "letter")
        ],
    )


def _own(code: str) -> Release:
    """The release that this browser began; raises NotFound."""
    if f"{_MARK}{code}" not in held():
        raise NotFound()
    return releases.fresh(code)
