"""Posts in and out."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from domain.sharing import read_json
from handlers import signed, visit
from handlers.guards import Door, Guard
from handlers.partner_words import SAY
from services.sharing import calls, feed, push
from services.sharing.schema import BatchAnswer, Hello, Outcome

door = Door("open_posts")


@door.on(f"{signed.OPEN}/posts", Guard.PARTNER, ["POST"])
def push_posts() -> ResponseReturnValue:
    """Takes a batch in."""
    ctx, partner = visit.ctx(), signed.partner()
    raw = push.items_of(read_json(request.get_data()))
    results, is_rehearsal = push.push(ctx, partner, signed.nonce(), raw)
    return _answer(BatchAnswer(is_rehearsal=is_rehearsal, results=[_said(one) for one in results]))


@door.on(f"{signed.OPEN}/posts", Guard.PARTNER)
def pull_posts() -> ResponseReturnValue:
    """What others published and share, behind a cursor."""
    return _answer(feed.pull(visit.ctx(), signed.partner(), signed.nonce(), request.args.get("cursor", "")))


@door.on(f"{signed.OPEN}/posts/<key>", Guard.PARTNER, ["DELETE"])
def withdraw_post(key: str) -> ResponseReturnValue:
    """Takes a post off."""
    return _answer(_said(push.withdraw(visit.ctx(), signed.partner(), signed.nonce(), key)))


@door.on(f"{signed.OPEN}/hello", Guard.PARTNER)
def hello() -> ResponseReturnValue:
    """Whether key, address and clock are right: for the first call of a new partner."""
    ctx, partner = visit.ctx(), signed.partner()
    calls.take(ctx, partner, signed.nonce())
    left = partner.daily_quota - calls.today_of(ctx, partner).posts_in
    is_rehearsal = partner.status == "testing"
    words = {"partner": partner.name, "status": partner.status, "is_rehearsal": is_rehearsal}
    return _answer(Hello(**words, posts_left_today=left))


def _said(outcome: Outcome) -> Outcome:
    return outcome.model_copy(update={"say": outcome.say or SAY.get(outcome.reason, "")})


def _answer(body: BaseModel) -> Response:
    return jsonify(body.model_dump(mode="json", exclude_none=True))
