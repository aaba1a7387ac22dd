"""收到的投递: who applied, the 简历 as it was sent, what becomes of it, and the invitation to an interview."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.desk_hours import CHINA
from domain.refusals import NotFound
from handlers import visit
from handlers.console.tried import tried
from handlers.employer.entry import HOME
from handlers.employer.posts import recruiter
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.hiring_words import STATUSES
from handlers.post_words import LEVELS
from models.wishes import Application
from services import applications
from services.applications import InboxFilter, interviews, sorting
from services.applications.interviews import InterviewForm
from services.context import Context
from services.sessions import Visitor

door = Door("employer_applications")

PAGE = f"{HOME}applications"
WORDS = STATUSES | {"sent": "未查看", "declined": "已谢绝", "cancelled": "已取消"}
SHOWN = ("sent", "seen", "shortlisted", "invited", "rejected", "hired")
TAGS = {
    **{"sent": "warn", "shortlisted": "", "invited": "", "hired": "good", "rejected": "bad"},
    **{"offered": "warn", "accepted": "good", "declined": "bad"},
}
MODES = {"onsite": "现场面试", "online": "线上面试", "phone": "电话面试"}
_LONGEST = 60
_NOTE = 2_000
_VERBS: dict[str, tuple[Callable[[Context, Visitor, str], Application], str]] = {
    "shortlist": (applications.shortlist, "已列入待面试。"),
    "reconsider": (applications.reconsider, "已恢复为已读。"),
    "hire": (applications.hire, "已记为录用。"),
}


@door.on(PAGE, Guard.EMPLOYER)
def employer_inbox() -> ResponseReturnValue:
    """The list, narrowed by the filters in the address."""
    args = request.args
    level = args.get("level", "")
    status = args.get("status", "")
    wanted = InboxFilter(
        status=status if status in SHOWN else "",
        post=args.get("post", ""),
        level=int(level) if level in ("1", "2", "3", "4") else 0,
        major=args.get("major", "").strip()[:_LONGEST],
        school=args.get("school", "").strip()[:_LONGEST],
        keyword=args.get("q", "").strip()[:_LONGEST],
    )
    found = applications.inbox(visit.ctx(), recruiter(), wanted, args.get("after", ""))
    return Form().show(
        "employer/applications.html",
        visitor=visit.me(),
        found=found,
        statuses=[(status, WORDS[status]) for status in SHOWN],
        levels=[(str(rank), word) for rank, word in enumerate(LEVELS) if rank],
        words=WORDS,
        tags=TAGS,
    )


@door.on(f"{PAGE}/<code>", Guard.EMPLOYER)
def employer_application(code: str) -> ResponseReturnValue:
    """One application with the 简历; that it was read is written down."""
    read = applications.view(visit.ctx(), visit.me(), code)
    return Form().show(
        "employer/application.html",
        visitor=visit.me(),
        row=read.application,
        resume=read.resume,
        interviews=read.interviews,
        words=WORDS,
        tags=TAGS,
        modes=MODES,
    )


@door.on(f"{PAGE}/<code>/resume.pdf", Guard.EMPLOYER)
def application_resume(code: str) -> Response:
    """The 简历 as a file."""
    name, content = sorting.resume_pdf(visit.ctx(), visit.me(), code)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.pdf"
    return response


@door.on(f"{PAGE}/<code>/reject", Guard.EMPLOYER, ["POST"])
def reject_application(code: str) -> ResponseReturnValue:
    """不合适."""
    with tried("已标记为不合适。"):
        applications.reject(visit.ctx(), visit.me(), code, Form().text("reason"))
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/<verb>", Guard.EMPLOYER, ["POST"])
def move_application(code: str, verb: str) -> ResponseReturnValue:
    """One step of the application."""
    if verb not in _VERBS:
        raise NotFound()
    act, words = _VERBS[verb]
    with tried(words):
        act(visit.ctx(), visit.me(), code)
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/interview", Guard.EMPLOYER, ["GET", "POST"])
def offer_interview(code: str) -> ResponseReturnValue:
    """面试通知."""
    row = sorting.one(recruiter(), code)
    form = Form("mode", "at", "place", "note", "answer_by", mode="onsite", place=row.post.address)
    if form.is_sent:
        form.values["note"] = request.form.get("note", "")[:_NOTE]
        with form.refusals():
            asked = InterviewForm(
                form.text("mode"),
                _moment(form.text("at")),
                form.text("place"),
                str(form.values["note"]),
                _moment(form.text("answer_by")),
            )
            interviews.offer(visit.ctx(), visit.me(), code, asked)
            flash("面试通知已发出，对方答复后会告诉您。")
            return redirect(f"{PAGE}/{code}", 303)
    return form.show("employer/interview.html", visitor=visit.me(), row=row, modes=list(MODES.items()))


def _moment(text: str) -> datetime | None:
    """A moment as a browser sends it, in China."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        return None


@door.on(f"{HOME}interviews/<code>/cancel", Guard.EMPLOYER, ["POST"])
def cancel_interview(code: str) -> ResponseReturnValue:
    """Takes an invitation back."""
    with tried("已取消，对方会收到通知。"):
        row = interviews.cancel(visit.ctx(), visit.me(), code, Form().text("reason"))
        flash("已取消，对方会收到通知。")
        return redirect(f"{PAGE}/{row.application.code}", 303)
    return redirect(PAGE, 303)
