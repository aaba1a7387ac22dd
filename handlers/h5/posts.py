"""职位检索, one post, and what a graduate does with it: keep, put away, complain."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from config.posts import choices
from domain.years import current_year
from handlers import post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.js_sdk import sdk_address
from handlers.h5.shared_post import share_of
from models.post import Post
from services import code_tables, graduates
from services.posts import contacts, deeds, search, wishing
from services.posts.search import Asked

door = Door("posts")

PAGE = "/h5/posts"
# What putting a post away means for others; without a word here, nothing.
_AWAY = {
    "employer": "以后不再推荐这家单位的职位，撤销后恢复。",
    "position": "以后不再推荐这个职位，同类岗位会少一些。",
    "industry": "以后不再推荐这个职位，同行业的会少一些。",
}
TABS = (
    ("/h5/recommended", "推荐"),
    (PAGE, "检索"),
    ("/h5/fairs", "专场"),
    ("/h5/applications", "投递"),
    ("/h5/interviews", "面试"),
    ("/h5/kept-posts", "收藏"),
)


@door.on(PAGE, Guard.PERSON)
def posts() -> ResponseReturnValue:
    """A page of the posts that the address asks for, the newest first."""
    asked = _asked()
    found = search.search(asked, request.args.get("after", ""))
    return Form().show(
        "h5/posts.html",
        tabs=TABS,
        cards=[post_words.card_of(post) for post in found.rows],
        asked=asked,
        is_cut=found.is_cut,
        following=_with_after(found.after),
        is_first="after" not in request.args,
        is_narrowed=asked != Asked(),
        tables=_tables(),
        chosen=request.args,
    )


@door.on(f"{PAGE}/<code>", Guard.PERSON)
def post(code: str) -> ResponseReturnValue:
    """One post."""
    return _show(Form(), code)


@door.on(f"{PAGE}/<code>/keep", Guard.GRADUATE, ["POST"])
def keep(code: str) -> ResponseReturnValue:
    """收藏, or 取消收藏."""
    form = Form()
    is_kept = form.text("is_kept") == "1"
    deeds.keep(visit.ctx(), visit.me(), code, is_kept=is_kept)
    flash("已收藏。" if is_kept else "已取消收藏。")
    return redirect(f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/put-away", Guard.GRADUATE, ["POST"])
def put_away(code: str) -> ResponseReturnValue:
    """不感兴趣; leads back to where the post was shown."""
    form = Form("reason")
    with form.refusals():
        deeds.put_away(visit.ctx(), visit.me(), code, form.text("reason"))
        flash(_AWAY.get(form.text("reason"), "以后不再推荐这个职位。"))
        return redirect(visit.onward(), 303)
    return _show(form, code)


@door.on(f"{PAGE}/<code>/bring-back", Guard.GRADUATE, ["POST"])
def bring_back(code: str) -> ResponseReturnValue:
    """Undoes 不感兴趣; leads back to where it was undone."""
    deeds.bring_back(visit.ctx(), visit.me(), code)
    flash("已恢复推荐。")
    return redirect(visit.onward() if "next" in request.form else f"{PAGE}/{code}", 303)


@door.on(f"{PAGE}/<code>/narrow", Guard.GRADUATE, ["POST"])
def narrow(code: str) -> ResponseReturnValue:
    """Changes the wish by what a post was put away for."""
    if wishing.accept(visit.ctx(), visit.me(), code) is not None:
        flash("求职意愿已修改，推荐按新的意愿更新。")
    return redirect("/h5/recommended", 303)


@door.on(f"{PAGE}/<code>/complaint", Guard.GRADUATE, ["GET", "POST"])
def complaint(code: str) -> ResponseReturnValue:
    """投诉 of a post."""
    form = Form("reason", "text")
    row = deeds.one(code)
    if form.is_sent:
        with form.refusals():
            deeds.complain(visit.ctx(), visit.me(), code, form.text("reason"), form.text("text"))
            flash("投诉已提交，负责审核的就业部门会核实。核实前请不要向对方付款。")
            return redirect(f"{PAGE}/{code}", 303)
    reasons = choices("complaint")
    return form.show("h5/complaint.html", post=row, reasons=reasons, standing=deeds.standing(visit.me(), row))


@door.on("/h5/kept-posts", Guard.GRADUATE)
def kept_posts() -> ResponseReturnValue:
    """收藏夹."""
    found = deeds.kept(visit.me(), request.args.get("after", ""))
    cards = [post_words.card_of(post) for post in found.rows]
    following = f"/h5/kept-posts?{urlencode({'after': found.after})}" if found.after else ""
    return Form().show("h5/kept-posts.html", tabs=TABS, cards=cards, following=following)


def _show(form: Form, code: str) -> ResponseReturnValue:
    visitor, row = visit.me(), deeds.one(code)
    card = post_words.card_of(row)
    standing = deeds.standing(visitor, row)
    has_applied = standing.application is not None and standing.application.status != "withdrawn"
    return form.show(
        "h5/post.html",
        post=row,
        card=card,
        share=share_of(card),
        sdk=sdk_address(),
        places=post_words.place_names(row),
        years=post_words.year_words(row),
        last_day=post_words.day_words(row.closes_on),
        tags=post_words.tag_words(row),
        names=_names(row),
        standing=standing,
        has_applied=has_applied,
        contact=contacts.contact_of(row) if has_applied else None,
        reasons=choices("dislike"),
        onward=visit.onward(),
        is_graduate=visitor.graduate is not None,
    )


def _names(row: Post) -> dict[str, str]:
    ctx = visit.ctx()
    year = current_year(ctx.clock())
    return {
        "position": code_tables.name_of(ctx, "position", year, row.position),
        "nature": code_tables.name_of(ctx, "unit_nature", year, row.nature),
        "industry": code_table("industry").get(row.industry, row.industry),
        "source": choices("source").get(row.source, row.source),
        "scale": choices("scale").get(row.employer.scale, ""),
    }


def _asked() -> Asked:
    """What the address asks for; what no list offers is passed over."""
    tables = _tables()

    def chosen(name: str) -> str:
        value = request.args.get(name, "").strip()
        return value if value in tables[name] else ""

    return Asked(
        places=(chosen("place"),) if chosen("place") else (),
        industry=chosen("industry"),
        position=chosen("position"),
        nature=chosen("nature"),
        work_type=chosen("work_type"),
        tag=chosen("tag"),
        source=chosen("source"),
        rank=int(chosen("rank") or 0),
        pay=int(chosen("pay") or 0),
        keyword=request.args.get("keyword", "").strip()[:40],
    )


def _tables() -> dict[str, Mapping[str, str]]:
    """What each part of the address may be, code → words."""
    ctx = visit.ctx()
    year = current_year(ctx.clock())
    return {
        "place": graduates.places_to_choose(ctx),
        "industry": code_table("industry"),
        "position": code_tables.names(ctx, "position", year),
        "nature": code_tables.names(ctx, "unit_nature", year),
        "work_type": post_words.WORK_TYPES,
        "tag": choices("tag"),
        "source": choices("source"),
        "pay": choices("pay_step"),
        "rank": {str(rank): words for rank, words in enumerate(post_words.LEVELS) if rank},
    }


def _with_after(after: str) -> str:
    if not after:
        return ""
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return f"{PAGE}?{urlencode(kept | {'after': after})}"
