"""What recruiters and graduates are told of decisions, in their transaction: in WeChat if bound, else by text."""

from datetime import datetime

from domain.desk_hours import CHINA
from models.employer import DegreeCheck, Employer, Recruiter
from models.post import Complaint, Post
from models.wechat_user import Binding
from models.wishes import Interview
from services.context import Context
from services.outbox import Owed, owe, owe_many
from templates_msg.hiring import RESULTS, SUBJECTS, HiringTold

HOME = "/employer/"
_RESULT_OF = {
    "approve": RESULTS[0],
    "publish": RESULTS[0],
    "return": RESULTS[1],
    "decline": RESULTS[2],
    "suspend": RESULTS[3],
    "restore": RESULTS[4],
    "close": RESULTS[5],
    "accepted": RESULTS[6],
    "declined": RESULTS[7],
    "expired": RESULTS[8],
    "granted": RESULTS[9],
    "refused": RESULTS[10],
    "uphold": RESULTS[11],
    "dismiss": RESULTS[12],
    "cancelled": RESULTS[13],
}
_NO_REASON = {"approve": "可以发布岗位了", "restore": "可以继续使用", "publish": "毕业生可以看到这个岗位"}


def employer_reviewed(ctx: Context, employer: Employer, verb: str, reason: str) -> None:
    """What an office decided about the unit itself."""
    note = reason or _NO_REASON[verb]
    message = HiringTold(SUBJECTS[0], employer.name, _RESULT_OF[verb], note, ctx.clock())
    _tell(ctx, employer.id, message, f"employer:{employer.code}:{employer.version}", HOME)


def post_reviewed(ctx: Context, post: Post, verb: str, reason: str, *, is_complaint: bool = False) -> None:
    """What an office decided about one of its posts, by itself or because of a complaint."""
    subject = SUBJECTS[2] if is_complaint else SUBJECTS[1]
    note = reason or _NO_REASON[verb]
    message = HiringTold(subject, post.title, _RESULT_OF[verb], note, ctx.clock())
    path = f"{HOME}posts/{post.code}"
    _tell(ctx, post.employer_id, message, f"post:{post.code}:{post.version}", path)


def interview_answered(ctx: Context, interview: Interview) -> None:
    """Whether the graduate is coming, or has let the time pass."""
    application, at = interview.application, interview.at
    what = f"{interview.graduate.name} {application.post.title}"
    note = f"{_moment(at)} 面试" + (f"：{interview.reason}" if interview.reason else "")
    message = HiringTold(SUBJECTS[3], what, _RESULT_OF[interview.status], note, ctx.clock())
    key = f"interview:{interview.code}:{interview.status}"
    _tell(ctx, interview.employer_id, message, key, f"{HOME}applications/{application.code}")


def interview_cancelled(ctx: Context, interview: Interview) -> None:
    """The graduate hears that an invitation was taken back."""
    post, note = interview.application.post, interview.reason
    message = HiringTold(SUBJECTS[3], post.title, _RESULT_OF["cancelled"], note, ctx.clock())
    path = f"/h5/interviews/{interview.code}"
    _tell_graduate(ctx, interview.graduate.account_id, message, f"cancelled:{interview.code}", path)


def complaint_answered(ctx: Context, complaint: Complaint, verb: str, answer: str) -> None:
    """What became of a graduate's complaint."""
    message = HiringTold(SUBJECTS[2], complaint.post.title, _RESULT_OF[verb], answer, ctx.clock())
    _tell_graduate(ctx, complaint.graduate.account_id, message, f"complaint:{complaint.code}", "")


def degree_asked(ctx: Context, check: DegreeCheck) -> None:
    """The graduate hears that somebody would like to see the degree."""
    note = f"用途：{check.purpose}"
    message = HiringTold(SUBJECTS[4], check.employer.name, RESULTS[14], note, ctx.clock())
    key = f"degree-asked:{check.code}:{check.version}"
    _tell_graduate(ctx, check.graduate.account_id, message, key, "/h5/degree-checks")


def degree_answered(ctx: Context, check: DegreeCheck) -> None:
    """Whether the graduate lets the unit see the degree."""
    note = "同意后 30 天内可以查看" if check.status == "granted" else "不能查看，请与本人联系"
    message = HiringTold(SUBJECTS[4], check.graduate.name, _RESULT_OF[check.status], note, ctx.clock())
    key = f"degree:{check.code}:{check.version}"
    _tell(ctx, check.employer_id, message, key, f"{HOME}degree-checks")


def _tell(ctx: Context, employer_id: int, message: HiringTold, key: str, path: str) -> None:
    """To each who recruits for the unit."""
    app_id = ctx.settings.wechat_app_id
    at_work = Recruiter.select().where((Recruiter.employer == employer_id) & Recruiter.ended_at.is_null())
    owe_many(
        ctx,
        [
            Owed(
                message,
                Binding.openid_of(app_id, recruiter.account_id),
                f"{key}:{recruiter.id}",
                path,
                account_id=recruiter.account_id,
            )
            for recruiter in at_work
        ],
    )


def _tell_graduate(ctx: Context, account_id: int | None, message: HiringTold, key: str, path: str) -> None:
    if account_id is not None:
        openid = Binding.openid_of(ctx.settings.wechat_app_id, account_id)
        owe(ctx, message, openid=openid, key=key, path=path, account_id=account_id)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%m-%d %H:%M}"
