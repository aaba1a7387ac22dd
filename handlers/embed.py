"""/embed/<tenant>: posts in a frame of a province's or school's own site, without any session."""

from urllib.parse import urlencode

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from documents import qr
from handlers import post_words, visit
from handlers.dress import page
from handlers.guards import Door, Guard
from models.partner import Partner
from services import graduates
from services.posts.search import Asked
from services.sharing import embed

door = Door("embed")

_LONGEST = 40


@door.on("/embed/<tenant>", Guard.ANYONE)
def sub_site(tenant: str) -> ResponseReturnValue:
    """The list."""
    partner, places = _partner(tenant), graduates.places_to_choose(visit.ctx())
    place = request.args.get("place", "")
    asked = Asked(
        places=(place,) if place in places else (),
        keyword=request.args.get("keyword", "").strip()[:_LONGEST],
    )
    found = embed.listed(visit.ctx(), partner, asked, request.args.get("after", ""))
    kept = {name: request.args[name] for name in ("keyword", "place") if request.args.get(name)}
    return page(
        "embed/posts.html",
        partner=partner,
        own=[post_words.card_of(post) for post in found.own],
        others=[post_words.card_of(post) for post in found.others],
        following=f"/embed/{tenant}?{urlencode(kept | {'after': found.after})}" if found.after else "",
        is_first="after" not in request.args,
        is_narrowed=bool(kept),
        is_cut=found.is_cut,
        asked=asked,
        place=place,
        places=places,
    )


@door.on("/embed/<tenant>/posts/<code>", Guard.ANYONE)
def sub_site_post(tenant: str, code: str) -> ResponseReturnValue:
    """One post, with the way to apply for it in the official account."""
    partner = _partner(tenant)
    post = embed.one(visit.ctx(), partner, code)
    return page(
        "embed/post.html",
        partner=partner,
        post=post,
        card=post_words.card_of(post),
        places=post_words.place_names(post),
        years=post_words.year_words(post),
        last_day=post_words.day_words(post.closes_on),
        onward=_onward(code),
    )


@door.on("/embed/<tenant>/posts/<code>/qr.svg", Guard.ANYONE)
def sub_site_code(tenant: str, code: str) -> Response:
    """The QR code of the post's page in the official account."""
    embed.one(visit.ctx(), _partner(tenant), code)
    return Response(qr.svg(_onward(code)), mimetype="image/svg+xml")


def _partner(tenant: str) -> Partner:
    """The partner, its sites noted as those that may frame this page."""
    found = embed.tenant(tenant)
    g.framed_by = embed.sites(found)
    return found


def _onward(code: str) -> str:
    return visit.ctx().settings.url(f"/h5/posts/{code}")
