"""Posts for tests: an approved employer of the cast's province, its recruiter, and published posts."""

from typing import Any

from models.employer import Employer, Recruiter
from models.org import OrgUnit
from models.post import Post
from services import sessions
from services.context import Context
from services.posts import shelf
from services.sessions import Visitor
from tests.cast import Cast, Persona


def visitor_of(ctx: Context, persona: Persona) -> Visitor:
    """The person at the door, read afresh."""
    assert persona.account is not None
    found = sessions.visitor_of(ctx, sessions.open_session(ctx, persona.account, "h5"))
    assert found is not None
    return found


def add_employer(cast: Cast, name: str = "合肥星河软件有限公司", *, has_recruiter: bool = False) -> Employer:
    """An approved employer that the province looks after."""
    province = OrgUnit.get(OrgUnit.level == "province")
    employer = Employer.create(
        name=name,
        name_key=name,
        unit=province,
        province_id=province.id,
        status="approved",
        nature="39",
        industry="34",
    )
    if has_recruiter:
        mine = Recruiter.account == cast.employer.account
        Recruiter.update(employer=employer).where(mine).execute()
    return employer


def add_post(ctx: Context, employer: Employer, **other: Any) -> Post:
    """A published post that anybody of 本科 and above may apply for."""
    columns: dict[str, Any] = {
        "title": "软件工程师",
        "description": "负责就业服务平台后端的设计、开发和维护，熟悉数据库和网络。",
        "position": "13",
        "industry": "34",
        "nature": "39",
        "level_low": 2,
        "majors": ["0809"],
        "majors_text": "计算机类",
        "places": ["340104"],
        "pay_low": 8000,
        "pay_high": 12000,
        "headcount": 3,
        "contact_name": "周敏",
        "contact_phone": "0551-62901234",
        "published_at": ctx.clock(),
        "status": "published",
    }
    post = Post.create(
        employer=employer, unit=employer.unit, province_id=employer.province_id, **(columns | other)
    )
    if post.status == "published":
        shelf.put(post)
    return post
