"""Who is at the door: the kinds of people, the five levels of staff, and the actor a service is given."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A capacity in which a person acts. The levels are those of 辅导员平台账号分级管理 (部、省、校、院、辅导员)."""

    STRANGER = "stranger"
    PERSON = "person"  # has logged in, with no capacity yet
    SIGNER = "signer"  # 单位经办人 who signs by a graduate's code, without an account
    GRADUATE = "graduate"  # 毕业生
    COUNSELOR = "counselor"  # 辅导员
    COLLEGE = "college"  # 院级
    SCHOOL = "school"  # 校级
    PROVINCE = "province"  # 省级
    MINISTRY = "ministry"  # 部级
    EMPLOYER = "employer"  # 用人单位
    SYSTEM = "system"  # a sweep or the platform itself


STAFF_LEVELS = (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE, Role.COUNSELOR)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a verb is done by. ``code`` is the account's random code, fit for journals and logs."""

    code: str
    roles: frozenset[Role]
    account_id: int | None = None
    graduate_id: int | None = None
    staff_id: int | None = None

    def is_a(self, role: Role) -> bool:
        return role in self.roles


SYSTEM = Actor(code="system", roles=frozenset({Role.SYSTEM}))
STRANGER = Actor(code="stranger", roles=frozenset({Role.STRANGER}))
