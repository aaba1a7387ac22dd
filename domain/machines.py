"""The status tables. docs/machines.md draws them from here."""

from domain.actors import STAFF_LEVELS, Role
from domain.agreements import AGREEMENTS
from domain.hiring import HIRING
from domain.machine import Machine, to

# 绑定微信: one account, one openid per official account. ``erase`` is the platform's unfollow or revocation.
BINDING = Machine(
    "binding",
    "unbound",
    {
        ("unbound", "bind"): to("bound", Role.PERSON),
        ("bound", "move"): to("bound", Role.PERSON),
        ("bound", "unbind"): to("unbound", Role.PERSON),
        ("bound", "erase"): to("unbound", Role.SYSTEM),
    },
)

# 关联辅导员: either side may end the link, the graduate may make it again. It ends with the counselor's account, and
# comes back with it when that was a slip.
LINK = Machine(
    "link",
    "unlinked",
    {
        ("unlinked", "link"): to("linked", Role.GRADUATE),
        ("linked", "unlink"): to("unlinked", Role.GRADUATE, Role.COUNSELOR),
        ("linked", "end"): to("unlinked", Role.SCHOOL, Role.COLLEGE),
        ("unlinked", "restore"): to("linked", Role.SCHOOL, Role.COLLEGE),
    },
)

# 消息: volume, so moved by models.message alone and not journaled; drawn here so that it is known.
MESSAGE = Machine(
    "message",
    "queued",
    {
        ("queued", "claim"): to("sending", Role.SYSTEM),
        ("queued", "skip"): to("skipped", Role.SYSTEM),
        # Its person has left the WeChat that it waits for.
        ("queued", "refuse"): to("failed", Role.SYSTEM),
        ("queued", "doubt"): to("unknown", Role.SYSTEM),
        ("sending", "accept"): to("accepted", Role.SYSTEM),
        ("sending", "deliver"): to("delivered", Role.SYSTEM),  # a text message: its vendor's word is the last
        ("sending", "retry"): to("queued", Role.SYSTEM),
        ("sending", "doubt"): to("unknown", Role.SYSTEM),
        ("sending", "refuse"): to("failed", Role.SYSTEM),
        ("accepted", "deliver"): to("delivered", Role.SYSTEM),
        ("accepted", "block"): to("blocked", Role.SYSTEM),
        ("accepted", "lose"): to("failed", Role.SYSTEM),
        ("unknown", "deliver"): to(
            "delivered", Role.SYSTEM
        ),  # a notice, of which the platform speaks after all
        ("unknown", "lose"): to("failed", Role.SYSTEM),
        # What a person finds out, or decides to send once more as a message of its own.
        ("unknown", "acknowledge"): to("delivered", Role.MINISTRY),
        ("unknown", "resend"): to("resent", Role.MINISTRY),
        ("failed", "resend"): to("resent", Role.MINISTRY),
        ("blocked", "resend"): to("resent", Role.MINISTRY),
    },
)

# 生源信息: 未提交 → 学生已确认 → 已锁定. What staff maintain is locked for the graduate until an admin unlocks it.
ROSTER = Machine(
    "roster",
    "open",
    {
        ("open", "confirm"): to("confirmed", Role.GRADUATE),
        ("confirmed", "confirm"): to("confirmed", Role.GRADUATE),
        ("open", "lock"): to("locked", Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL),
        ("confirmed", "lock"): to("locked", Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL),
        ("locked", "lock"): to("locked", Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL),
        ("locked", "unlock"): to("open", Role.COLLEGE, Role.SCHOOL),
    },
)

# Imports and exports. A dry run ends as ``checked``; the person may then apply it.
JOB = Machine(
    "job",
    "queued",
    {
        ("queued", "start"): to("checking", Role.SYSTEM),
        ("checking", "find_good"): to("applying", Role.SYSTEM),
        ("checking", "report"): to("checked", Role.SYSTEM),
        ("checked", "apply"): to("applying", *STAFF_LEVELS, Role.SYSTEM),
        ("applying", "finish"): to("done", Role.SYSTEM),
        ("queued", "cancel"): to("cancelled", *STAFF_LEVELS),
        ("checking", "cancel"): to("cancelled", *STAFF_LEVELS),
        ("checked", "cancel"): to("cancelled", *STAFF_LEVELS),
        ("queued", "fail"): to("failed", Role.SYSTEM),
        ("checking", "fail"): to("failed", Role.SYSTEM),
        ("applying", "fail"): to("failed", Role.SYSTEM),
    },
)

# 账号增删申请
ACCOUNT_REQUEST = Machine(
    "account_request",
    "filed",
    {
        ("filed", "grant"): to("granted", Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE),
        ("filed", "decline"): to("declined", Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE),
        ("filed", "withdraw"): to("withdrawn", *STAFF_LEVELS),
    },
)

_DISPATCHERS = (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE)

# 任务: dispatching runs in the worker, in steps that survive it. Withdrawing leaves what counselors did in place.
# What could not go out at its hour, for its times had passed or its sender had lost the right, is missed: nobody has
# it, and the unit decides anew.
TASK = Machine(
    "task",
    "draft",
    {
        ("draft", "schedule"): to("scheduled", *_DISPATCHERS),
        ("scheduled", "recall"): to("draft", *_DISPATCHERS),
        ("draft", "dispatch"): to("dispatching", *_DISPATCHERS),
        ("scheduled", "dispatch"): to("dispatching", Role.SYSTEM),
        ("scheduled", "miss"): to("missed", Role.SYSTEM),
        ("dispatching", "miss"): to("missed", Role.SYSTEM),
        ("missed", "rework"): to("draft", *_DISPATCHERS),
        ("missed", "discard"): to("discarded", *_DISPATCHERS),
        ("dispatching", "finish"): to("dispatched", Role.SYSTEM),
        ("draft", "discard"): to("discarded", *_DISPATCHERS),
        ("dispatching", "withdraw"): to("withdrawn", *_DISPATCHERS),
        ("dispatched", "withdraw"): to("withdrawn", *_DISPATCHERS),
    },
)

# 辅导员收到的任务: 未读 → 已读 → 已转发 → 已完成. 完成 before viewing is refused; checking in is a mark beside
# the status. Of somebody who has left nothing is asked while they are away, a mark beside the status as well.
ASSIGNMENT = Machine(
    "assignment",
    "unread",
    {
        ("unread", "view"): to("viewed", Role.COUNSELOR),
        ("viewed", "forward"): to("forwarded", Role.COUNSELOR),
        ("viewed", "complete"): to("completed", Role.COUNSELOR),
        ("forwarded", "complete"): to("completed", Role.COUNSELOR),
        ("viewed", "check_in"): to("viewed", Role.COUNSELOR),
        ("forwarded", "check_in"): to("forwarded", Role.COUNSELOR),
        ("completed", "check_in"): to("completed", Role.COUNSELOR),
        ("completed", "forward"): to("completed", Role.COUNSELOR),
        ("unread", "release"): to("unread", Role.SYSTEM),
        ("viewed", "release"): to("viewed", Role.SYSTEM),
        ("forwarded", "release"): to("forwarded", Role.SYSTEM),
        ("completed", "release"): to("completed", Role.SYSTEM),
        ("unread", "resume"): to("unread", Role.SYSTEM),
        ("viewed", "resume"): to("viewed", Role.SYSTEM),
        ("forwarded", "resume"): to("forwarded", Role.SYSTEM),
        ("completed", "resume"): to("completed", Role.SYSTEM),
    },
)

MACHINES = (BINDING, LINK, MESSAGE, ROSTER, JOB, ACCOUNT_REQUEST, TASK, ASSIGNMENT, *HIRING, *AGREEMENTS)
