"""Posts that partners bring: taken one by one, each as often as they like, and taken off again."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from domain.actors import SYSTEM, Role
from domain.refusals import Invalid
from domain.sharing import CallRefused, ItemRefused
from models import journal
from models.db import rehearse, transaction
from models.employer import Employer
from models.partner import Partner
from models.post import Post
from services.context import Context
from services.posts import gate, life, shelf
from services.posts.forms import checked
from services.sharing import calls, known
from services.sharing.reading import Reader
from services.sharing.schema import MOST_POSTS, Outcome, SharedPost

_TOGETHER = 50  # posts of one transaction
_MAY_LACK = frozenset({"position", "nature", "industry"})
_UNCHANGING = ("hold_until",)  # the hold counts from the first day
_CLOSABLE = ("review", "published", "suspended")
LIVING = ("returned", *_CLOSABLE)  # posts that ``taken_off`` ends
Item = SharedPost | Outcome


def items_of(value: Any) -> list[Any]:
    """The posts of a batch as sent. Raises CallRefused for what is no batch."""
    if not isinstance(value, dict) or set(value) != {"posts"} or not isinstance(value["posts"], list):
        raise CallRefused("not_a_batch", 422)
    if not 0 < len(value["posts"]) <= MOST_POSTS:
        raise CallRefused("batch_size", 422)
    return value["posts"]


def push(ctx: Context, partner: Partner, nonce: str, raw: Sequence[Any]) -> tuple[list[Outcome], bool]:
    """What became of each post, and whether it was a rehearsal. Raises CallRefused."""
    items = _once_each([_read(one) for one in raw])
    calls.take(ctx, partner, nonce, len(items))
    return taken(ctx, partner, items), partner.status == "testing"


def taken(ctx: Context, partner: Partner, items: Sequence[Item]) -> list[Outcome]:
    """Takes posts in, some at a time; of a partner that is being tested none is kept."""
    reader = Reader.of(ctx)
    outcomes: list[Outcome] = []
    if partner.status == "testing":
        rehearse(lambda: outcomes.extend(_take_some(ctx, partner, reader, items)))
        return outcomes
    for start in range(0, len(items), _TOGETHER):
        outcomes += _take_some(ctx, partner, reader, items[start : start + _TOGETHER])
    return outcomes


def _read(raw: Any) -> Item:
    key = raw.get("key") if isinstance(raw, dict) else None
    named = key if isinstance(key, str) else ""
    if isinstance(raw, dict) and raw.get("consent") is not True:
        return Outcome(key=named[:64], result="refused", reason="consent_missing")
    try:
        return SharedPost.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        fields = {".".join(map(str, one["loc"]))[:80]: str(one["msg"]) for one in found[:20]}
        return Outcome(key=named[:64], result="refused", reason="bad_fields", fields=fields)


def _once_each(items: Sequence[Item]) -> list[Item]:
    seen: set[str] = set()
    found: list[Item] = []
    for item in items:
        is_again = isinstance(item, SharedPost) and item.key in seen
        found.append(Outcome(key=item.key, result="refused", reason="key_twice") if is_again else item)
        if isinstance(item, SharedPost):
            seen.add(item.key)
    return found


@transaction
def _take_some(ctx: Context, partner: Partner, reader: Reader, items: Sequence[Item]) -> list[Outcome]:
    return [_outcome(ctx, partner, reader, item) for item in items]


def _outcome(ctx: Context, partner: Partner, reader: Reader, item: Item) -> Outcome:
    if isinstance(item, Outcome):
        return item
    try:
        return _take(ctx, partner, reader, item)
    except ItemRefused as refused:
        return Outcome(key=item.key, result="refused", reason=refused.code, fields=refused.fields)
    except Invalid as wrong:
        return Outcome(
            key=item.key, result="refused", reason="bad_fields", say=wrong.say, fields=wrong.fields
        )


def _take(ctx: Context, partner: Partner, reader: Reader, item: SharedPost) -> Outcome:
    """One post. Whatever is refused is refused before anything is written."""
    origin = item.origin or f"{partner.code}/{item.key}"
    if origin.startswith(f"{instance(ctx)}/"):
        return Outcome(
            key=item.key, result="duplicate", code=origin.partition("/")[2][:24], reason="own_post"
        )
    post = Post.get_or_none((Post.partner == partner) & (Post.partner_key == item.key))
    columns = checked(ctx, reader.form_of(item, partner), may_lack=_MAY_LACK)
    columns["unread"] = columns["unread"] or None
    employer = known.find(item.employer)
    columns |= {
        "nature": columns["nature"] or (employer.nature if employer else ""),
        "industry": columns["industry"] or (employer.industry if employer else ""),
        "same_key": known.post_key(item.employer, employer, columns["title"], columns["places"]),
        "origin": origin,
    }
    double = _double_of(post, partner, columns)
    if double is not None:
        return Outcome(
            key=item.key, result="duplicate", code=double.code, reason="same_post", status=double.status
        )
    if post is None:
        return _add(ctx, partner, item, employer, columns)
    return _renew(ctx, post, item, employer or known.add(item.employer, partner), columns)


def instance(ctx: Context) -> str:
    """The name under which this system's posts travel."""
    return ctx.settings.public_url.partition("://")[2][:90]


def _double_of(post: Post | None, partner: Partner, columns: dict[str, Any]) -> Post | None:
    """A living post that says the same, or came from the same origin by another way."""
    row = Post(same_key=columns["same_key"], id=post.id if post else 0)
    same = (Post.origin == columns["origin"]) & (Post.partner != partner)
    return gate.double_of(row) or Post.select().where(same & Post.status.in_(("review", "published"))).first()


def _add(
    ctx: Context, partner: Partner, item: SharedPost, employer: Employer | None, columns: dict[str, Any]
) -> Outcome:
    post = Post.create(
        **columns,
        employer=employer or known.add(item.employer, partner),
        unit=partner.unit_id,
        province_id=partner.province_id,
        school_id=partner.school_id,
        source="partner",
        partner=partner,
        partner_key=item.key,
    )
    journal.write(post, "create", SYSTEM, note={"partner": partner.code})
    return _placed(ctx, post, "created")


def _renew(
    ctx: Context, post: Post, item: SharedPost, employer: Employer, columns: dict[str, Any]
) -> Outcome:
    if post.status == "closed" and post.reason and journal.last_role(post, "close") != Role.SYSTEM:
        raise ItemRefused("closed_by_office")
    columns |= {name: getattr(post, name) for name in _UNCHANGING}
    if columns["closes_on"] is None and post.status == "published":
        columns["closes_on"] = post.closes_on  # given by us when it was published
    columns["employer"] = employer
    changes = {name: value for name, value in columns.items() if getattr(post, name) != value}
    is_over = post.status in ("closed", "expired")
    if not changes and not is_over:
        return _told(post, "unchanged", item)
    if changes:
        post.change(**changes)
        journal.write(post, "change", SYSTEM, note={"fields": sorted(changes)})
        post = Post.get_by_id(post.id)  # with the version that the next step builds on
    if is_over:
        life.move(post, "rework", SYSTEM, closed_at=None)
    return _placed(ctx, post, "changed")


def _placed(ctx: Context, post: Post, result: str) -> Outcome:
    """Puts a post where it now belongs: before graduates, or before a person who looks at it."""
    findings = gate.findings(post)
    is_free = (
        post.partner.is_trusted and not post.reason
    )  # an office that had something against it looks again
    reason = findings[0].code if findings else "" if is_free else "looked_at_first"
    if post.status == "published" and reason:
        life.move(post, "close", SYSTEM)
        life.move(post, "rework", SYSTEM)
    elif post.status == "published":
        shelf.put(post)
    if post.status == "draft" and not reason:
        life.publish(ctx, post, SYSTEM)
    elif post.status in ("draft", "returned"):
        life.move(post, "submit", SYSTEM)
    return Outcome(
        key=post.partner_key,
        result=result,
        code=post.code,
        status=post.status,
        reason=reason,
        unread=post.unread or {},
    )


def _told(post: Post, result: Any, item: SharedPost) -> Outcome:
    return Outcome(key=item.key, result=result, code=post.code, status=post.status, unread=post.unread or {})


def withdraw(ctx: Context, partner: Partner, nonce: str, key: str) -> Outcome:
    """Takes a post off. Raises CallRefused for a key that the partner never sent."""
    if not Post.select().where((Post.partner == partner) & (Post.partner_key == key)).exists():
        raise CallRefused("unknown_post", 404)
    calls.take(ctx, partner, nonce)
    found: list[Outcome] = []
    if partner.status == "testing":
        rehearse(lambda: found.append(taken_off(ctx, partner, key)))
        return found[0]
    return taken_off(ctx, partner, key)


@transaction
def taken_off(ctx: Context, partner: Partner, key: str) -> Outcome:
    """Closes a post of the partner; one that has ended stays as it is.

    What an office has returned or stopped keeps the office's reason: sent again, it waits for a person's look, whoever
    sends it. What an office has closed itself stays closed however often it is sent.
    """
    post = Post.get((Post.partner == partner) & (Post.partner_key == key))
    result = "unchanged"
    if post.status == "returned":
        life.move(post, "submit", SYSTEM)
    if post.status in _CLOSABLE:
        life.move(post, "close", SYSTEM, closed_at=ctx.clock())
        result = "changed"
    return Outcome(key=key, result=result, code=post.code, status=post.status)
