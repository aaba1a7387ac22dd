"""个人中心: who I am, and the next step of the five."""

from dataclasses import dataclass

from flask import redirect
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard, entrance
from services import binding, graduates, links
from services.resumes import standing
from services.sessions import Visitor

door = Door("home")

_ROSTER = {
    "open": "核对档案转寄要用的信息",
    "confirmed": "已确认，可随时修改",
    "locked": "已由老师锁定，可查看",
}

# 求职: page, words.
_JOBS = (
    ("/h5/recommended", "推荐职位"),
    ("/h5/posts", "职位检索"),
    ("/h5/fairs", "专场招聘"),
    ("/h5/applications", "我的投递"),
    ("/h5/interviews", "面试通知"),
    ("/h5/agreements", "网上签约"),
    ("/h5/destinations", "去向登记"),
    ("/h5/kept-posts", "收藏"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: where it is taken, and whether it is done."""

    title: str
    hint: str
    path: str
    is_done: bool


@door.on("/", Guard.ANYONE)
def root() -> ResponseReturnValue:
    """People who type the bare address."""
    return redirect(visit.HOME)


@door.on(visit.HOME, Guard.ANYONE)
def home() -> ResponseReturnValue:
    """The first page, for strangers too; inside WeChat the platform is asked first who this is."""
    visitor = visit.visitor()
    if visitor is None:
        if visit.is_in_wechat() and visit.known_openid() is None:
            return entrance(visit.HOME)
        steps = _steps(None, None)
    else:
        steps = _steps(visitor, binding.binding_of(visit.ctx(), visitor.account))
    following = next((step for step in steps if not step.is_done), None)
    graduate = visitor.graduate if visitor is not None else None
    return Form().show(
        "h5/home.html",
        visitor=visitor,
        steps=steps,
        following=following,
        jobs=_JOBS,
        percent=standing.percent_of(graduate) if graduate is not None else 0,
    )


def _steps(visitor: Visitor | None, bound: object) -> list[Step]:
    """绑定账号 → 核对毕业生信息 → 求职意愿 → 我的辅导员 → 生源信息确认."""
    is_graduate = visitor is not None and visitor.graduate is not None
    wish = graduates.intention_of(visitor) if visitor is not None and is_graduate else None
    linked = 0
    if visitor is not None and is_graduate:
        linked = sum(row.link is not None for row in links.candidates(visitor))
    status = visitor.graduate.status if visitor is not None and visitor.graduate is not None else "open"
    is_bound = getattr(bound, "openid", None) is not None
    return [
        Step(
            "绑定账号",
            ("已登录，微信已绑定" if is_bound else "已登录") if visitor else "用学信账号登录",
            "/h5/account",
            visitor is not None,
        ),
        Step(
            "核对毕业生信息",
            "已与学校名单核对" if is_graduate else "姓名、学号、证件号码",
            "/h5/identify",
            is_graduate,
        ),
        Step(
            "求职意愿",
            "已登记，可随时修改" if wish else "去向、地区、行业和薪酬",
            "/h5/intention",
            wish is not None,
        ),
        Step(
            "我的辅导员",
            f"已关联 {linked} 位" if linked else "勾选自己的辅导员并关联",
            "/h5/my-counselors",
            linked > 0,
        ),
        Step(
            "生源信息确认",
            _ROSTER[status],
            "/h5/roster",
            status in ("confirmed", "locked"),
        ),
    ]
