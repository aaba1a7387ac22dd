"""职位精准推荐: twenty posts that answer to what a graduate studies and wishes for, each saying why."""

from flask import request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from config.majors import major_catalogue
from config.posts import choices
from domain.refusals import NotFound
from domain.years import current_year
from handlers import post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.posts import TABS
from models.graduate import Graduate
from models.post import Post
from services import code_tables, graduates
from services.posts import advice, deeds, wishing
from services.posts.advice import Advice, Advised
from services.posts.reasons import Reason
from services.push import choice
from services.sessions import Visitor

door = Door("recommended")

PAGE = "/h5/recommended"

# A reason that needs no name of anything.
_PLAIN = {
    "nationwide": "全国多地可选",
    "pay": "月薪达到您的期望",
    "pay_up_to": "月薪最高可达您的期望",
    "fresh": "新发布",
    "any_major": "专业不限",
}


@door.on(PAGE, Guard.GRADUATE)
def recommended() -> ResponseReturnValue:
    """The list, or what stands in the way of one; at first what the last message told of, if one leads here."""
    visitor = visit.me()
    told = _told_last(visitor) if request.args.get("show") == "new" else ()
    found = Advice("ready", told) if told else advice.advice_for(visit.ctx(), visitor)
    graduate, gone = visitor.graduate, _put_away()
    rows = [
        (post_words.card_of(row.post), [words_of(reason, graduate) for reason in row.reasons])
        for row in found.posts
        if graduate is not None
    ]
    return Form().show(
        "h5/recommended.html",
        tabs=TABS,
        found=found,
        is_new=bool(told),
        rows=rows,
        wish=graduates.intention_of(visitor),
        dislikes=choices("dislike"),
        gone=gone,
        change=_change_words(visitor, gone) if gone is not None else "",
    )


def _told_last(visitor: Visitor) -> tuple[Advised, ...]:
    """What the last message told of, without what was put away since."""
    wish, graduate = graduates.intention_of(visitor), visitor.graduate
    if wish is None or graduate is None:
        return ()
    posts = [post for post in choice.last_pushed(visitor) if not deeds.standing(visitor, post).is_put_away]
    return advice.with_reasons(visit.ctx(), graduate, wish, posts)


def _put_away() -> Post | None:
    """The post that was put away just now, to be brought back with a tap."""
    code = request.args.get("gone", "")
    if not code:
        return None
    try:
        post = deeds.one(code)
    except NotFound:
        return None
    return post if deeds.standing(visit.me(), post).is_put_away else None


def _change_words(visitor: Visitor, post: Post) -> str:
    """What the button says that changes the wish by what a post was put away for; empty for none."""
    change = wishing.change_for(visitor, post)
    if change is None:
        return ""
    if change.kind == "pay":
        return f"把薪资下限改为 {change.value} 元"
    return f"不再推荐{_place(change.value)}的职位"


def words_of(reason: Reason, graduate: Graduate) -> str:
    """A reason as a person reads it."""
    if reason.kind in _PLAIN:
        return _PLAIN[reason.kind]
    if reason.kind == "major":
        return f"专业对口：{graduate.major_name}"
    if reason.kind in ("class", "category"):
        name = major_catalogue().taught.get(reason.code, "")
        if reason.kind == "class":
            return f"同属{name}" if name else "专业大类相同"
        return f"同属{name}门类" if name else "学科门类相同"
    if reason.kind in ("place", "province"):
        name = _place(reason.code)
        return f"在您想去的{name}" if reason.kind == "place" else f"与您想去的{name}同省"
    if reason.kind == "industry":
        return f"您想去的行业：{code_table('industry').get(reason.code, reason.code)}"
    ctx = visit.ctx()
    year = current_year(ctx.clock())
    if reason.kind == "position":
        return f"您想做的：{code_tables.name_of(ctx, 'position', year, reason.code)}"
    return f"您想去的单位：{code_tables.name_of(ctx, 'unit_nature', year, reason.code)}"


def _place(code: str) -> str:
    """A province or city as people call it: 安徽, 合肥; 地区 where no table has it."""
    provinces = code_table("province")
    ctx = visit.ctx()
    name = provinces.get(code) or code_tables.name_of(ctx, "region", current_year(ctx.clock()), code)
    return "地区" if name == code else name.removesuffix("省").removesuffix("市")
