"""The status tables of binding, linking and messages. docs/architecture.md draws them from here."""

from domain.actors import Role
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

# 关联辅导员: either side may end the link, the graduate may make it again.
LINK = Machine(
    "link",
    "unlinked",
    {
        ("unlinked", "link"): to("linked", Role.GRADUATE),
        ("linked", "unlink"): to("unlinked", Role.GRADUATE, Role.COUNSELOR),
    },
)

# 消息: volume, so moved by models.message alone and not journaled; drawn here so that it is known.
MESSAGE = Machine(
    "message",
    "queued",
    {
        ("queued", "claim"): to("sending", Role.SYSTEM),
        ("queued", "skip"): to("skipped", Role.SYSTEM),
        ("sending", "accept"): to("accepted", Role.SYSTEM),
        ("sending", "deliver"): to("delivered", Role.SYSTEM),  # a text message: its vendor's word is the last
        ("sending", "retry"): to("queued", Role.SYSTEM),
        ("sending", "doubt"): to("unknown", Role.SYSTEM),
        ("sending", "refuse"): to("failed", Role.SYSTEM),
        ("accepted", "deliver"): to("delivered", Role.SYSTEM),
        ("accepted", "block"): to("blocked", Role.SYSTEM),
        ("accepted", "lose"): to("failed", Role.SYSTEM),
    },
)

MACHINES = (BINDING, LINK, MESSAGE)
