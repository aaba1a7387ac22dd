"""Every template message there is, by name."""

from templates_msg.account import AccountBound, AccountMoved
from templates_msg.base import Template
from templates_msg.hiring import HiringTold
from templates_msg.jobs import InterviewInvited, JobsForCounselor, JobsForGraduate
from templates_msg.links import CounselorLinked, LinkEnded
from templates_msg.records import DestinationApproved, DestinationRejected, NationalFeedback, SourceToConfirm
from templates_msg.service import HelpDue, NewsPushed, QuestionAnswered
from templates_msg.signing import (
    ReleaseApplied,
    ReleaseDecided,
    SigningDecided,
    SigningExpires,
    SigningInvited,
)
from templates_msg.tasks import (
    CheckInCloses,
    CheckInOpens,
    TaskAssigned,
    TaskDue,
    TaskUnfinished,
    TaskWithdrawn,
)

_ALL: tuple[type[Template], ...] = (
    AccountBound,
    AccountMoved,
    CounselorLinked,
    LinkEnded,
    TaskAssigned,
    TaskDue,
    TaskUnfinished,
    CheckInOpens,
    CheckInCloses,
    TaskWithdrawn,
    JobsForGraduate,
    JobsForCounselor,
    InterviewInvited,
    HiringTold,
    SigningInvited,
    SigningExpires,
    SigningDecided,
    ReleaseApplied,
    ReleaseDecided,
    SourceToConfirm,
    DestinationApproved,
    DestinationRejected,
    NationalFeedback,
    HelpDue,
    QuestionAnswered,
    NewsPushed,
)
CATALOGUE: dict[str, type[Template]] = {template.name: template for template in _ALL}
