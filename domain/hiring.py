"""The status tables of employers, posts and what comes of them, and of sharing with partners."""

from domain.actors import Role
from domain.machine import Machine, to

REVIEWERS = (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL)

# 用人单位: known from a partner's posts or from its own registration; nothing is usable before approval. An approved
# one whose name or paper is to be another goes on under the former until somebody has looked at it.
EMPLOYER = Machine(
    "employer",
    "known",
    {
        ("known", "file"): to("filed", Role.EMPLOYER),
        ("filed", "approve"): to("approved", *REVIEWERS),
        ("filed", "return"): to("returned", *REVIEWERS),
        ("filed", "decline"): to("declined", *REVIEWERS),
        ("returned", "file"): to("filed", Role.EMPLOYER),
        ("approved", "suspend"): to("suspended", *REVIEWERS),
        ("approved", "amend"): to("amending", Role.EMPLOYER),
        ("amending", "adopt"): to("approved", *REVIEWERS),
        ("amending", "keep"): to("approved", *REVIEWERS),
        ("amending", "recall"): to("approved", Role.EMPLOYER),
        ("amending", "suspend"): to("suspended", *REVIEWERS),
        ("suspended", "restore"): to("approved", *REVIEWERS),
    },
)

WORKING = ("approved", "amending")  # units that recruit
STOPPED = ("suspended", "declined")  # units whose posts nobody may see

# 岗位: what partners send is published by the system when it passes the gate, or waits for review like any other.
# Revising a published post takes it off until somebody has looked at it again. The posts of a unit that was stopped
# are suspended after it, some at a time.
POST = Machine(
    "post",
    "draft",
    {
        ("draft", "submit"): to("review", Role.EMPLOYER, Role.SYSTEM),
        ("draft", "publish"): to("published", *REVIEWERS, Role.SYSTEM),
        ("draft", "discard"): to("discarded", Role.EMPLOYER, *REVIEWERS),
        ("review", "recall"): to("draft", Role.EMPLOYER),
        ("review", "publish"): to("published", *REVIEWERS),
        ("review", "return"): to("returned", *REVIEWERS),
        ("review", "close"): to("closed", Role.SYSTEM),
        ("returned", "submit"): to("review", Role.EMPLOYER, Role.SYSTEM),
        ("returned", "discard"): to("discarded", Role.EMPLOYER),
        ("published", "revise"): to("draft", Role.EMPLOYER),
        ("published", "close"): to("closed", Role.EMPLOYER, *REVIEWERS, Role.SYSTEM),
        ("published", "expire"): to("expired", Role.SYSTEM),
        ("published", "suspend"): to("suspended", *REVIEWERS, Role.SYSTEM),
        ("suspended", "publish"): to("published", *REVIEWERS),
        ("suspended", "close"): to("closed", Role.EMPLOYER, *REVIEWERS, Role.SYSTEM),
        ("closed", "rework"): to("draft", Role.EMPLOYER, Role.SYSTEM),
        ("expired", "rework"): to("draft", Role.EMPLOYER, Role.SYSTEM),
    },
)

# 投递
APPLICATION = Machine(
    "application",
    "sent",
    {
        ("sent", "view"): to("seen", Role.EMPLOYER),
        ("sent", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("seen", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("seen", "shortlist"): to("shortlisted", Role.EMPLOYER),
        ("seen", "reject"): to("rejected", Role.EMPLOYER),
        ("seen", "invite"): to("invited", Role.EMPLOYER),
        ("shortlisted", "invite"): to("invited", Role.EMPLOYER),
        ("shortlisted", "reject"): to("rejected", Role.EMPLOYER),
        ("shortlisted", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("invited", "invite"): to("invited", Role.EMPLOYER),
        ("invited", "hire"): to("hired", Role.EMPLOYER),
        ("invited", "reject"): to("rejected", Role.EMPLOYER),
        ("invited", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("rejected", "reconsider"): to("seen", Role.EMPLOYER),
        ("withdrawn", "apply"): to("sent", Role.GRADUATE),
    },
)

# 面试通知
INTERVIEW = Machine(
    "interview",
    "offered",
    {
        ("offered", "accept"): to("accepted", Role.GRADUATE),
        ("offered", "decline"): to("declined", Role.GRADUATE),
        ("offered", "cancel"): to("cancelled", Role.EMPLOYER),
        ("offered", "expire"): to("expired", Role.SYSTEM),
        ("accepted", "decline"): to("declined", Role.GRADUATE),
        ("accepted", "cancel"): to("cancelled", Role.EMPLOYER),
    },
)

# 投诉: upheld suspends the post.
COMPLAINT = Machine(
    "complaint",
    "filed",
    {
        ("filed", "uphold"): to("upheld", *REVIEWERS),
        ("filed", "dismiss"): to("dismissed", *REVIEWERS),
    },
)

# 专场招聘
FAIR = Machine(
    "fair",
    "draft",
    {
        ("draft", "publish"): to("published", *REVIEWERS),
        ("draft", "discard"): to("discarded", *REVIEWERS),
        ("published", "withdraw"): to("withdrawn", *REVIEWERS),
        ("published", "end"): to("ended", Role.SYSTEM),
        ("withdrawn", "publish"): to("published", *REVIEWERS),
    },
)

# 学历查询: only with the graduate's consent, which they may take back.
DEGREE_CHECK = Machine(
    "degree_check",
    "asked",
    {
        ("asked", "grant"): to("granted", Role.GRADUATE),
        ("asked", "refuse"): to("refused", Role.GRADUATE),
        ("asked", "expire"): to("expired", Role.SYSTEM),
        ("granted", "refuse"): to("refused", Role.GRADUATE),
        ("granted", "expire"): to("expired", Role.SYSTEM),
        ("refused", "ask"): to("asked", Role.EMPLOYER),
        ("expired", "ask"): to("asked", Role.EMPLOYER),
    },
)

# 接口单位、嵌入单位
PARTNER = Machine(
    "partner",
    "applied",
    {
        ("applied", "assign"): to("assigned", Role.MINISTRY),
        ("applied", "decline"): to("declined", Role.MINISTRY),
        ("applied", "withdraw"): to("withdrawn", Role.PROVINCE, Role.SCHOOL),
        ("applied", "open"): to("live", Role.SYSTEM),  # a peer that the settings name
        ("assigned", "test"): to("testing", Role.MINISTRY),
        ("assigned", "decline"): to("declined", Role.MINISTRY),
        ("testing", "open"): to("live", Role.MINISTRY),
        ("testing", "decline"): to("declined", Role.MINISTRY),
        ("live", "suspend"): to("suspended", Role.MINISTRY),
        ("suspended", "open"): to("live", Role.MINISTRY),
        ("declined", "apply"): to("applied", Role.PROVINCE, Role.SCHOOL),
    },
)

HIRING = (EMPLOYER, POST, APPLICATION, INTERVIEW, COMPLAINT, FAIR, DEGREE_CHECK, PARTNER)
