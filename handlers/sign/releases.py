"""解约 in the unit's hands: asked for, or answered."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from domain.agreements import UNIT_SIDE
from handlers import release_room, signature, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.sign.holding import PAGE, acting
from handlers.uploads import MOST_INK
from services.agreements import releases

door = Door("sign_releases")


@door.on(f"{PAGE}/<code>/release", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_INK)
def unit_ask_release(code: str) -> ResponseReturnValue:
    """申请解约."""
    party, row = acting(code)
    form = Form("reason")
    if not form.is_sent and row.status != "effective":
        return redirect(f"{PAGE}/{code}", 303)
    if form.is_sent:
        with form.refusals():
            releases.ask(visit.ctx(), party, row, form.text("reason"), **signature.signed(form))
            flash("已向毕业生发出解约申请，对方答复后会用微信或短信告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show("sign/release-ask.html", **release_room.asking_values(party, row))


@door.on(f"{PAGE}/<code>/releases/<release_code>", Guard.ANYONE, ["GET", "POST"], most_bytes=MOST_INK)
def unit_release(code: str, release_code: str) -> ResponseReturnValue:
    """One 解约: how it stands, and what the unit may do."""
    party, row = acting(code)
    form, release = Form("reason"), release_room.named(row, release_code)
    if form.is_sent:
        with form.refusals():
            flash(release_room.answered(form, party, row, release))
            return redirect(f"{PAGE}/{code}/releases/{release_code}", 303)
        release = release_room.named(acting(code)[1], release_code)
    return form.show("sign/release.html", **release_room.values_of(row, release, UNIT_SIDE))
