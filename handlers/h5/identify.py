"""核对毕业生信息: tying the account to the school's roster."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import graduates

door = Door("identify")


@door.on("/h5/identify", Guard.PERSON, ["GET", "POST"])
def identify() -> ResponseReturnValue:
    """Name, student number and identity number as the school has them; the number is never shown again."""
    visitor, onward = visit.me(), visit.onward()
    form = Form("name", "student_number", name=visitor.account.name)
    if form.is_sent:
        with form.refusals():
            form.need("name", "student_number", "identity_number")
            graduates.identify(
                visit.ctx(),
                visitor,
                form.text("name"),
                form.text("student_number"),
                form.text("identity_number"),
            )
            flash("核对成功，已与学校名单中的信息关联。")
            return redirect(onward, 303)
    return form.show("h5/identify.html", onward=onward, visitor=visitor, graduate=visitor.graduate)
