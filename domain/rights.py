"""Who may do what to accounts of which level: the matrix of the five levels (部、省、校、院、辅导员).

「各级账号对所辖范围内的下一级账号有创建、管理、维护、监督的权限与职能」; 校级 additionally creates and manages 辅导员
(《辅导员平台使用说明》(1)–(6) and 教学厅函〔2022〕8号, 附件2). The range below an account is ``models.scope``.
"""

from enum import StrEnum

from domain.actors import STAFF_LEVELS, Role
from domain.refusals import NotAllowed


class Right(StrEnum):
    """What one level may do to accounts and units of another."""

    CREATE = "create"  # 创建
    MANAGE = "manage"  # 管理、维护: change, end, send the first password again, give responsibilities
    SUPERVISE = "supervise"  # 监督: see, with progress, and remind


_ALL = frozenset(Right)
_WATCH = frozenset({Right.SUPERVISE})
_NONE: frozenset[Right] = frozenset()

# Levels whose accounts a level creates and manages itself; everything further down it supervises.
_CREATES = {
    Role.MINISTRY: frozenset({Role.PROVINCE}),
    Role.PROVINCE: frozenset({Role.SCHOOL}),
    Role.SCHOOL: frozenset({Role.COLLEGE, Role.COUNSELOR}),
    Role.COLLEGE: frozenset({Role.COUNSELOR}),
    Role.COUNSELOR: frozenset(),
}

# The unit an account of a level stands in; a counselor stands in a college or directly in the school.
UNIT_LEVELS: dict[Role, frozenset[Role]] = {
    Role.MINISTRY: frozenset({Role.MINISTRY}),
    Role.PROVINCE: frozenset({Role.PROVINCE}),
    Role.SCHOOL: frozenset({Role.SCHOOL}),
    Role.COLLEGE: frozenset({Role.COLLEGE}),
    Role.COUNSELOR: frozenset({Role.SCHOOL, Role.COLLEGE}),
}

# Levels that must show a second factor at log-in: 校级 and above.
SECOND_FACTOR = frozenset({Role.SCHOOL, Role.PROVINCE, Role.MINISTRY})

# Levels that replace code tables; one edition holds for everybody, so schools and below only read.
KEEPS_CODES = frozenset({Role.MINISTRY, Role.PROVINCE})


def rights(actor: Role, target: Role) -> frozenset[Right]:
    """What an account of level ``actor`` may do to accounts of level ``target`` in its range."""
    if target in _CREATES.get(actor, frozenset()):
        return _ALL
    if actor in STAFF_LEVELS and target in STAFF_LEVELS and is_below(target, actor):
        return _WATCH
    return _NONE


def check(actor: Role, target: Role, right: Right) -> None:
    """Raises NotAllowed unless ``actor`` has ``right`` over ``target``."""
    if right not in rights(actor, target):
        raise NotAllowed()


def creates(actor: Role) -> tuple[Role, ...]:
    """The levels whose accounts a level creates, the higher first."""
    return tuple(level for level in STAFF_LEVELS if level in _CREATES.get(actor, frozenset()))


def below(level: Role) -> tuple[Role, ...]:
    """The levels of staff under one, the higher first."""
    return STAFF_LEVELS[STAFF_LEVELS.index(level) + 1 :]


def is_below(target: Role, actor: Role) -> bool:
    """Whether ``target`` is a lower level of staff than ``actor``."""
    return target in below(actor)
