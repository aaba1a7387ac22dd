"""The page of a post that is sent on: what anybody may read, without log-in and without contact data."""

from flask import make_response
from flask.typing import ResponseReturnValue

from handlers import post_words, visit
from handlers.dress import page
from handlers.guards import Door, Guard
from handlers.h5.js_sdk import ShareCard, sdk_address, share_card
from handlers.h5.shared_task import unlisted
from handlers.post_words import Card
from models.post import Post
from services.posts import deeds

door = Door("shared_post")

PAGE = "/p"


def share_of(card: Card) -> ShareCard:
    """How a post shows itself in a chat."""
    text = " · ".join([card.pay, *card.facts, card.post.employer.name])
    return share_card(card.post.title, text, path_of(card.post))


def path_of(post: Post) -> str:
    """Where anybody reads a post."""
    return f"{PAGE}/{post.code}"


@door.on(f"{PAGE}/<code>", Guard.ANYONE)
def shared_post(code: str) -> ResponseReturnValue:
    """One post, and the way to apply for it."""
    post = deeds.one(code)
    card = post_words.card_of(post)
    shown = page(
        "h5/shared-post.html",
        card=card,
        places=post_words.place_names(post),
        years=post_words.year_words(post),
        last_day=post_words.day_words(post.closes_on),
        share=share_of(card),
        sdk=sdk_address(),
        is_known=visit.visitor() is not None,
    )
    return unlisted(make_response(shown))
