"""消息与咨询: what waits and failed, what came in, what messages look like; and questions that nobody has answered."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.actors import Role
from handlers import visit
from handlers.console.message_words import (
    CALLBACKS,
    CHANNELS,
    MESSAGE_STATUSES,
    PRIORITIES,
    TEMPLATES,
    why_unsent,
)
from handlers.console.seat import seat
from handlers.dress import page
from handlers.guards import Door, Guard
from services import health_board, help_desk, message_forms, quota

door = Door("console_messages")

PAGE = "/console/messages"
QUESTIONS = f"{PAGE}/questions"
FORMS = f"{PAGE}/templates"


@door.on(PAGE, Guard.CONSOLE)
def message_board() -> ResponseReturnValue:
    """The outbox and the callbacks of the last day; below 部级 there are only the questions."""
    desk = seat()
    if desk.level is not Role.MINISTRY:
        return redirect(QUESTIONS, 303)
    return page(
        "console/messages.html",
        board=health_board.look(visit.ctx(), desk),
        templates=TEMPLATES,
        statuses=MESSAGE_STATUSES,
        kinds=CALLBACKS,
        why_unsent=why_unsent,
    )


@door.on(FORMS, Guard.CONSOLE)
def message_forms_board() -> ResponseReturnValue:
    """Every message as the phone will show it, the day's quota, and what is stopped."""
    board = message_forms.look(visit.ctx(), seat())
    return page(
        "console/message-forms.html",
        board=board,
        priorities=PRIORITIES,
        ways=CHANNELS,
        why_unsent=why_unsent,
    )


@door.on(f"{PAGE}/quota/reset", Guard.CONSOLE, ["POST"])
def reset_quota() -> ResponseReturnValue:
    """The platform's count of the day was set back."""
    quota.reset(visit.ctx(), seat())
    flash("已恢复发送。")
    return redirect(FORMS, 303)


@door.on(f"{PAGE}/stops/<code>/resume", Guard.CONSOLE, ["POST"])
def resume_template(code: str) -> ResponseReturnValue:
    """Lets a stopped message go on."""
    quota.resume(visit.ctx(), seat(), code)
    flash("已恢复，等待中的消息会在十分钟内发出。")
    return redirect(FORMS, 303)


@door.on(QUESTIONS, Guard.CONSOLE)
def open_questions() -> ResponseReturnValue:
    """The questions that wait for an answer, the oldest first."""
    desk = seat()
    found = help_desk.waiting(visit.ctx(), desk, request.args.get("after", ""))
    return page("console/questions.html", found=found, is_top=desk.level is Role.MINISTRY)


@door.on(f"{QUESTIONS}/<code>/answer", Guard.CONSOLE, ["POST"])
def mark_question(code: str) -> ResponseReturnValue:
    """Takes a question off the list."""
    help_desk.mark_answered(visit.ctx(), seat(), code)
    flash("已标记为已答复。")
    return redirect(QUESTIONS, 303)
