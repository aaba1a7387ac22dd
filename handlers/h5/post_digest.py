"""岗位汇总 for counselors: the posts of the last digest, to be sent on to students."""

from flask.typing import ResponseReturnValue

from handlers import post_words, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.push import choice

door = Door("post_digest")

PAGE = "/h5/post-digest"


@door.on(PAGE, Guard.COUNSELOR)
def post_digest() -> ResponseReturnValue:
    """The posts, the ones for most graduates first."""
    visitor = visit.me()
    rows = [(post_words.card_of(post), post.majors_text) for post in choice.last_digest(visitor)]
    return Form().show("h5/post-digest.html", rows=rows, is_wanted=choice.choices_of(visitor).digest)
