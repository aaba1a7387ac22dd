"""A post in words, as every page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from config.posts import choices
from domain.desk_hours import CHINA
from domain.posts import ANYWHERE
from domain.years import current_year
from handlers import visit
from models.post import Post
from services import code_tables

LEVELS = ("学历不限", "专科", "本科", "硕士", "博士")
WORK_TYPES = {"full": "全职", "intern": "实习"}
_WEEKDAYS = "一二三四五六日"
_FEW = 3  # places on a card


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of a post."""

    post: Post
    pay: str
    places: str
    level: str
    facts: tuple[str, ...]
    is_over: bool


def card_of(post: Post) -> Card:
    """A post as a list shows it."""
    names = place_names(post)
    places = "、".join(names[:_FEW]) + (f"等 {len(names)} 地" if len(names) > _FEW else "")
    facts = [WORK_TYPES[post.work_type], level_words(post), places, f"招 {post.headcount} 人"]
    return Card(post, pay_words(post.pay_low, post.pay_high), places, facts[1], tuple(facts), is_over(post))


def is_over(post: Post) -> bool:
    """Whether nobody can apply any more."""
    today = visit.ctx().clock().astimezone(CHINA).date()
    return post.status != "published" or (post.closes_on is not None and post.closes_on < today)


def pay_words(low: int, high: int) -> str:
    """Monthly pay: 8千—1.2万元/月, 面议."""
    if not high:
        return "面议" if not low else f"{_sum(low)}元以上/月"
    return f"{_sum(low)}元/月" if low == high else f"{_sum(low)}—{_sum(high)}元/月"


def _sum(yuan: int) -> str:
    if yuan >= 10_000:
        return f"{yuan / 10_000:.2f}".rstrip("0").rstrip(".") + "万"
    if yuan >= 1_000:
        return f"{yuan / 1_000:.1f}".removesuffix(".0") + "千"
    return str(yuan)


def level_words(post: Post) -> str:
    """Which levels may apply: 本科及以上, 只招专科, 学历不限."""
    low, high = post.level_low, post.level_high
    if not low and not high:
        return LEVELS[0]
    if not high:
        return f"{LEVELS[low]}及以上"
    return f"只招{LEVELS[high]}" if (low or 1) == high else f"{LEVELS[low or 1]}至{LEVELS[high]}"


def place_names(post: Post) -> list[str]:
    """The names of a post's places."""
    ctx = visit.ctx()
    year = current_year(ctx.clock())
    codes = post.places or ()
    return ["全国" if code == ANYWHERE else code_tables.place_of(ctx, "region", year, code) for code in codes]


def year_words(post: Post) -> str:
    """Which 届别 it is for."""
    if not post.year_low:
        return "届别不限"
    return f"{post.year_low}届" if post.year_low == post.year_high else f"{post.year_low}—{post.year_high}届"


def day_words(day: date | None) -> str:
    """A day as a person writes it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "招满为止"


def moment_words(moment: datetime) -> str:
    """A moment as a person writes it: 11月25日（周三）09:30."""
    here = moment.astimezone(CHINA)
    return f"{here.month}月{here.day}日（周{_WEEKDAYS[here.weekday()]}）{here:%H:%M}"


def span_words(first: date, last: date) -> str:
    """From day to day: 11月20日—12月5日."""
    begins, ends = f"{first.month}月{first.day}日", f"{last.month}月{last.day}日"
    if first == last:
        return begins
    return f"{begins}—{ends}" if first.year == last.year else f"{first.year}年{begins}—{last.year}年{ends}"


def tag_words(post: Post) -> list[str]:
    """重点领域 and 专项计划 of a post."""
    return [choices("tag").get(tag, tag) for tag in post.tags or ()]
