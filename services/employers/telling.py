"""What recruiters and graduates are told of decisions, in their transaction: in WeChat if bound, else by text."""

from models.employer import DegreeCheck, Employer, Recruiter
from models.post import Complaint, Post
from models.wechat_user import Binding
from models.wishes import Interview
from services.context import Context
from services.outbox import Owed, owe, owe_many
from templates_msg.hiring import HiringTold, interview_words, purpose_words

HOME = "/employer/"


def employer_reviewed(ctx: Context, employer: Employer, verb: str, reason: str) -> None:
    """What an office decided about the unit itself."""
    message = HiringTold.of("employer", employer.name, verb, reason, ctx.clock())
    _tell(ctx, employer.id, message, f"employer:{employer.code}:{employer.version}", HOME)


def post_reviewed(ctx: Context, post: Post, verb: str, reason: str, *, is_complaint: bool = False) -> None:
    """What an office decided about one of its posts, by itself or because of a complaint."""
    subject = "complaint" if is_complaint else "post"
    message = HiringTold.of(subject, post.title, verb, reason, ctx.clock())
    path = f"{HOME}posts/{post.code}"
    _tell(ctx, post.employer_id, message, f"post:{post.code}:{post.version}", path)


def interview_answered(ctx: Context, interview: Interview) -> None:
    """Whether the graduate is coming, or has let the time pass."""
    application = interview.application
    what = f"{interview.graduate.name} {application.post.title}"
    note = interview_words(interview.at, interview.reason)
    message = HiringTold.of("interview", what, interview.status, note, ctx.clock())
    key = f"interview:{interview.code}:{interview.status}"
    _tell(ctx, interview.employer_id, message, key, f"{HOME}applications/{application.code}")


def interview_cancelled(ctx: Context, interview: Interview) -> None:
    """The graduate hears that an invitation was taken back."""
    what, note = interview.application.post.title, interview.reason
    message = HiringTold.of("interview", what, interview.status, note, ctx.clock())
    path = f"/h5/interviews/{interview.code}"
    _tell_graduate(ctx, interview.graduate.account_id, message, f"cancelled:{interview.code}", path)


def complaint_answered(ctx: Context, complaint: Complaint, verb: str, answer: str) -> None:
    """What became of a graduate's complaint."""
    message = HiringTold.of("complaint", complaint.post.title, verb, answer, ctx.clock())
    _tell_graduate(ctx, complaint.graduate.account_id, message, f"complaint:{complaint.code}", "")


def degree_asked(ctx: Context, check: DegreeCheck) -> None:
    """The graduate hears that somebody would like to see the degree."""
    note = purpose_words(check.purpose)
    message = HiringTold.of("degree", check.employer.name, "asked", note, ctx.clock())
    key = f"degree-asked:{check.code}:{check.version}"
    _tell_graduate(ctx, check.graduate.account_id, message, key, "/h5/degree-checks")


def degree_answered(ctx: Context, check: DegreeCheck) -> None:
    """Whether the graduate lets the unit see the degree."""
    message = HiringTold.of("degree", check.graduate.name, check.status, "", ctx.clock())
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
