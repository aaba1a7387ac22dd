"""What is long past leaves the feed; who stayed away for longer begins again, and so does a system in step with us."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from config.posts import feed_kept
from domain.actors import SYSTEM
from models.fields import utc_now
from models.partner import Partner, PeerLink
from models.post import Post, PostChange
from providers.peer import PeerAway, PeerRefused
from services.context import Context
from services.posts import life, shelf
from services.sharing import feed, peer
from services.sharing.feed import Place
from tests.cast import Cast
from tests.partners import Program, add_partner, post_of
from tests.posts import add_employer, add_post
from tests.rosters import hold_places

LONG_AGO = feed_kept() + timedelta(days=2)


@pytest.fixture
def program(app: Flask, ctx: Context, cast: Cast) -> Program:
    hold_places(ctx)
    return Program(app, ctx, add_partner())


@pytest.fixture
def share(ctx: Context, cast: Cast) -> Callable[[str], Post]:
    """Publishes a post that is shared."""
    employer = add_employer(cast)
    return lambda title: add_post(ctx, employer, title=title, is_shareable=True)


def close(ctx: Context, post: Post) -> None:
    life.move(Post.get_by_id(post.id), "close", SYSTEM, closed_at=ctx.clock())


def age(by: timedelta = LONG_AGO) -> None:
    """Everything so far happened so long ago."""
    PostChange.update(at=utc_now() - by).execute()


def keys(page: dict[str, Any]) -> list[str]:
    return [change["key"] for change in page["changes"]]


@pytest.fixture
def past(ctx: Context, program: Program, share: Callable[[str], Post]) -> tuple[Post, Post, str]:
    """Two posts that are still published and a cursor from before a third was withdrawn, all long ago."""
    plain, often, gone = share("甲岗"), share("乙岗"), share("丙岗")
    cursor = str(PostChange.last())
    shelf.put(often)
    close(ctx, gone)
    shelf.put(often)
    age()
    return plain, often, cursor


def test_superseded_steps_go_and_a_newcomer_finds_every_post(
    ctx: Context, program: Program, share: Callable[[str], Post], past: tuple[Post, Post, str]
) -> None:
    plain, often, _ = past
    new = share("丁岗")
    assert PostChange.select().count() == 7
    assert feed.forget(ctx) == 4
    assert feed.forget(ctx) == 0
    assert [change.post_id for change in PostChange.select().order_by(PostChange.id)] == [
        plain.id,
        often.id,
        new.id,
    ]
    page = program.pull()
    assert keys(page) == [plain.code, often.code, new.code]
    assert program.pull(page["cursor"])["changes"] == []


def test_the_newest_step_stays_whatever_it_is(
    ctx: Context, program: Program, share: Callable[[str], Post]
) -> None:
    """Its number must not be given again, and whoever has read so far goes on there."""
    close(ctx, share("甲岗"))
    age()
    newest = PostChange.last()
    feed.forget(ctx)
    assert PostChange.last() == newest
    assert program.pull(str(newest), is_settled=False)["cursor"] == str(newest)


def test_a_cursor_from_before_what_is_forgotten_is_told_to_begin_again(
    ctx: Context, program: Program, share: Callable[[str], Post], past: tuple[Post, Post, str]
) -> None:
    share("丁岗")
    answer = program.call("GET", f"/open/v1/posts?cursor={past[2]}")
    assert (answer.status_code, answer.json["code"]) == (410, "cursor_too_old")
    feed.forget(ctx)
    assert program.call("GET", f"/open/v1/posts?cursor={past[2]}").status_code == 410
    assert len(program.pull(is_settled=False)["changes"]) == 3


def test_a_newcomer_on_the_way_through_old_steps_is_let_on(
    program: Program, past: tuple[Post, Post, str]
) -> None:
    last = PostChange.last()
    young, old = f"1-{last}", f"1-{last - 1}"
    assert len(program.call("GET", f"/open/v1/posts?cursor={young}").json["changes"]) > 0
    assert program.call("GET", f"/open/v1/posts?cursor={old}").json["code"] == "cursor_too_old"


@pytest.mark.parametrize(
    ("place", "after", "forgotten", "cursor"),
    [
        (Place(0, 90), 30, 50, "30-90"),
        (Place(30, 90), 50, 50, "50"),
        (Place(0, 40), 40, 50, "40"),
        (Place(50, 50), 70, 50, "70"),
        (Place(0, 90), 30, 0, "30"),
    ],
)
def test_a_cursor_tells_when_the_walk_began_while_it_leads_through_old_steps(
    place: Place, after: int, forgotten: int, cursor: str
) -> None:
    assert place.at(after, forgotten) == cursor
    assert Place.of(cursor).after == after


def test_a_system_in_step_with_us_is_waited_for_while_it_is_tried(
    ctx: Context, past: tuple[Post, Post, str]
) -> None:
    first = PostChange.select().order_by(PostChange.id).get().id
    link = PeerLink.create(
        url="http://peer.test", partner=add_partner("对方"), pushed=first, tried_at=ctx.clock()
    )
    assert feed.forget(ctx) == 0
    link.change(tried_at=ctx.clock() - LONG_AGO)
    assert feed.forget(ctx) > 0


class Other:
    """Another system: pages of its feed by cursor, and what it was told."""

    url = "http://peer.test"

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any] | Exception] = {}
        self.pushed: list[str] = []
        self.withdrawn: list[str] = []

    def page(self, cursor: str) -> dict[str, Any]:
        found = self.pages[cursor]
        if isinstance(found, Exception):
            raise found
        return found

    def push(self, posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.pushed += [post["key"] for post in posts]
        return []

    def withdraw(self, key: str) -> None:
        self.withdrawn.append(key)


def published(number: int, title: str) -> dict[str, Any]:
    """A step of the other system's feed."""
    post = post_of(f"k{number}", title=title, majors_text="", level_text="", level_low=2, majors=["0802"])
    return {"id": number, "verb": "publish", "key": f"k{number}", "post": post}


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
def linked(ctx: Context, cast: Cast, other: Other) -> Context:
    """In step with the other system, of whose posts three are here."""
    hold_places(ctx)
    linked = dataclasses.replace(ctx, peer=other)
    titles = ("机械工程师", "电气工程师", "质量工程师")
    three = [published(number, title) for number, title in enumerate(titles, start=1)]
    other.pages = {"": {"changes": three, "cursor": "3", "more": False}}
    assert peer.sync(linked) == 3
    assert living() == {"k1", "k2", "k3"}
    return linked


def living() -> set[str]:
    rows = Post.select(Post.partner_key).where(Post.status == "published")
    return {key for (key,) in rows.tuples() if key}


def test_in_step_with_one_that_has_forgotten_we_begin_again_by_ourselves(
    linked: Context, other: Other
) -> None:
    """What it does not name any more is taken off, at the end of a whole walk and not before."""
    second, third = published(8, "电气工程师"), published(9, "工艺工程师")
    second["key"] = second["post"]["key"] = "k2"
    other.pages = {
        "3": PeerRefused("cursor_too_old"),
        "": {"changes": [second], "cursor": "8-9", "more": True},
        "8-9": PeerAway("ConnectionError"),
    }
    peer.sync(linked)
    assert (living(), PeerLink.get().pulled) == ({"k1", "k2", "k3"}, "3")
    other.pages["8-9"] = {"changes": [third], "cursor": "9", "more": False}
    peer.sync(linked)
    link = PeerLink.get()
    assert (living(), link.pulled, link.problem) == ({"k2", "k9"}, "9", "")
    closed = Post.select().where(Post.status == "closed")
    assert {post.partner_key for post in closed} == {"k1", "k3"}


def test_when_we_were_away_for_too_long_the_other_is_told_everything_anew(
    linked: Context, other: Other, share: Callable[[str], Post]
) -> None:
    stays, goes, went = share("甲岗"), share("乙岗"), share("丙岗")
    other.pages["3"] = {"changes": [], "cursor": "3", "more": False}
    close(linked, went)
    age(timedelta(hours=1))
    peer.sync(linked)
    assert set(other.pushed) == {stays.code, goes.code}
    _away(linked.clock() - LONG_AGO)
    close(linked, goes)
    PostChange.delete().where(PostChange.verb == "withdraw").execute()
    other.pushed, other.withdrawn = [], []
    peer.sync(linked)
    assert (other.pushed, goes.code in other.withdrawn) == ([stays.code], True)
    assert not Partner.get_by_id(PeerLink.get().partner_id).key_id


def _away(since: datetime) -> None:
    PeerLink.update(tried_at=since, done_at=since).execute()
