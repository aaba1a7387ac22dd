"""关联辅导员: who may be ticked, and ticks and unticks by both sides."""

import pytest

from domain.refusals import NotAllowed, NotFound
from models.db import transaction
from models.graduate import Graduate, Link
from models.org import Responsibility, Staff
from services import binding, links
from services.context import Context
from services.sessions import Visitor
from tests.cast import UNDERGRADUATE, YEAR, Cast, add_account
from tests.fakes import FixedClock, RecordingGateway
from tests.pumps import pump
from tests.services.tools import Meet, acts, codes_of, owed, refusal_of, statements, together


def counselor(
    cast: Cast, number: int, *, name: str = "钱老师", college: str = "college", **other: object
) -> Staff:
    """One more counselor who answers for graduates of a college."""
    account = add_account(name, f"137{number:08d}", "")
    unit = cast.units[college]
    staff = Staff.create(account=account, level="counselor", unit=unit)
    row = {"year": YEAR, "college": unit, "education": UNDERGRADUATE, "class_name": ""}
    Responsibility.add_many(staff, [row | other])
    return staff


def shown(visitor: Visitor) -> list[str]:
    return [candidate.staff.account.name for candidate in links.candidates(visitor)]


@pytest.fixture
def linked(ctx: Context, cast: Cast, meet: Meet) -> Link:
    """李晓雨 has ticked 王建国, both are bound, and nothing is owed any more."""
    for persona in (cast.graduate, cast.counselor):
        binding.bind(ctx, persona.account, persona.openid)
    [link] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    pump(ctx)
    return link


# -- candidates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "is_shown"),
    [
        ({}, True),
        ({"class_name": "软件工程2301"}, True),
        ({"class_name": "软件工程2302"}, False),
        ({"year": YEAR - 1}, False),
        ({"education": "1"}, False),
        ({"college": "other_college"}, False),
    ],
)
def test_who_answers_for_the_graduate(
    cast: Cast, meet: Meet, other: dict[str, object], is_shown: bool
) -> None:
    counselor(cast, 1, **other)
    assert shown(meet(cast.graduate)) == (["王建国", "钱老师"] if is_shown else ["王建国"])


def test_whoever_has_left_vanishes(ctx: Context, cast: Cast, meet: Meet) -> None:
    cast.counselor.staff.change(ended_at=ctx.clock())
    assert shown(meet(cast.graduate)) == []
    refusal = refusal_of(lambda: links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code]))
    assert refusal.code == "not_candidate"


def test_a_link_with_somebody_who_left_is_shown_so_that_it_can_be_ended(
    ctx: Context, cast: Cast, meet: Meet, linked: Link
) -> None:
    cast.counselor.staff.change(ended_at=ctx.clock())
    [candidate] = links.candidates(meet(cast.graduate))
    assert candidate.link.code == linked.code


def test_two_duties_show_a_counselor_once(cast: Cast, meet: Meet) -> None:
    staff = counselor(cast, 1)
    row = {
        "year": YEAR,
        "college": cast.units["college"],
        "education": UNDERGRADUATE,
        "class_name": "软件工程2301",
    }
    Responsibility.add_many(staff, [row])
    assert shown(meet(cast.graduate)).count("钱老师") == 1


def test_whoever_is_ticked_is_marked(cast: Cast, meet: Meet, linked: Link) -> None:
    counselor(cast, 1)
    marks = {
        c.staff.account.name: c.link.code if c.link else None for c in links.candidates(meet(cast.graduate))
    }
    assert marks == {"王建国": linked.code, "钱老师": None}


@pytest.mark.parametrize("key", ["fresh_graduate", "person", "counselor", "employer"])
def test_only_graduates_have_candidates(ctx: Context, cast: Cast, meet: Meet, key: str) -> None:
    visitor = meet(getattr(cast, key))
    for verb in (lambda: links.candidates(visitor), lambda: links.link(ctx, visitor, ["x"])):
        refusal = refusal_of(verb)
        assert (type(refusal), refusal.code) == (NotAllowed, "identify_first")


def test_candidates_cost_two_statements_however_many(cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.graduate)
    for number in range(12):
        counselor(cast, number, name=f"老师{chr(0x4E00 + number)}")
    with statements() as run:
        assert len(shown(visitor)) == 13
    assert len(run) == 2


# -- linking -----------------------------------------------------------------------------------------------


def test_several_ticks_at_one_go(ctx: Context, cast: Cast, meet: Meet) -> None:
    second = counselor(cast, 1)
    made = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code, second.code])
    assert [link.staff_id for link in made] == [cast.counselor.staff.id, second.id]
    assert {link.status for link in Link.select()} == {"linked"}
    assert acts("link") == [("link", "graduate", "unlinked", "linked")] * 2


def test_the_counselor_is_told(ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    [link] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    [message] = owed("counselor_linked")
    assert (message.key, message.openid) == (f"linked:{link.code}:1", cast.counselor.openid)
    pump(ctx)
    sent = gateway.sent[-1]
    assert sent.data == {
        "thing1": "李晓雨",
        "thing2": "计算机学院软件工程2301",
        "time3": "2026年11月20日 15:00",
    }
    assert sent.link == "http://wx.test/h5/my-graduates"


def test_a_counselor_without_wechat_is_linked_all_the_same(ctx: Context, cast: Cast, meet: Meet) -> None:
    links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    assert owed() == []
    assert Link.get().status == "linked"


def test_ticking_again_changes_nothing(
    ctx: Context, cast: Cast, meet: Meet, linked: Link, clock: FixedClock
) -> None:
    clock.advance(hours=1)
    [again] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code] * 3)
    assert (again.code, again.version, again.linked_at) == (linked.code, linked.version, linked.linked_at)
    assert len(owed("counselor_linked")) == 1


@pytest.mark.parametrize(
    "choice",
    [["nobody"], ["other_counselor"], ["counselor", "other_counselor"], ["college"], ["counselor", ""]],
)
def test_one_wrong_tick_and_nothing_is_linked(
    ctx: Context, cast: Cast, meet: Meet, choice: list[str]
) -> None:
    codes = [getattr(cast, key).staff.code if hasattr(cast, key) else key for key in choice]
    assert refusal_of(lambda: links.link(ctx, meet(cast.graduate), codes)).code == "not_candidate"
    assert Link.select().count() == 0


def test_no_tick_at_all(ctx: Context, cast: Cast, meet: Meet) -> None:
    assert refusal_of(lambda: links.link(ctx, meet(cast.graduate), [])).code == "choose_counselor"


def test_the_card_shows_a_link(ctx: Context, cast: Cast, meet: Meet, linked: Link) -> None:
    key = f"{{wxb}}:card:{cast.graduate.openid}"
    assert ctx.redis.get(key) == b"pgl"
    links.unlink(ctx, meet(cast.counselor), linked.code, "已转出")
    assert ctx.redis.get(key) == b"pg"


def test_ticking_at_once_makes_one_link(ctx: Context, cast: Cast, meet: Meet) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    visitor = meet(cast.graduate)
    results = together(*[lambda: links.link(ctx, visitor, [cast.counselor.staff.code])] * 6)
    assert codes_of(results) == ["ok"] * 6
    assert Link.select().count() == 1
    assert (len(acts("link")), len(owed("counselor_linked"))) == (1, 1)


def test_ticking_in_crossing_orders_at_once(ctx: Context, cast: Cast, meet: Meet) -> None:
    staff = [cast.counselor.staff.code, *(counselor(cast, number).code for number in range(3))]
    visitor = meet(cast.graduate)
    results = together(
        *[lambda turn=turn: links.link(ctx, visitor, staff if turn % 2 else staff[::-1]) for turn in range(6)]
    )
    assert codes_of(results) == ["ok"] * 6
    assert len(acts("link")) == 4


# -- unlinking ---------------------------------------------------------------------------------------------


def test_the_graduate_may_untick_without_a_reason(ctx: Context, cast: Cast, meet: Meet, linked: Link) -> None:
    links.unlink(ctx, meet(cast.graduate), linked.code, "")
    row = Link.get()
    assert (row.status, row.reason) == ("unlinked", "")
    assert acts("link")[-1] == ("unlink", "graduate", "linked", "unlinked")
    [message] = owed("link_ended")
    assert (message.key, message.openid) == (f"unlinked:{row.code}:{row.version}", cast.counselor.openid)


def test_the_counselor_may_untick_with_a_reason(
    ctx: Context, cast: Cast, meet: Meet, linked: Link, gateway: RecordingGateway
) -> None:
    links.unlink(ctx, meet(cast.counselor), linked.code, " 学生已\n转专业 ")
    assert Link.get().reason == "学生已 转专业"
    assert acts("link")[-1] == ("unlink", "counselor", "linked", "unlinked")
    pump(ctx)
    sent = gateway.sent[-1]
    assert sent.openid == cast.graduate.openid
    assert sent.data == {"thing1": "王建国", "thing2": "学生已 转专业", "time3": "2026年11月20日 15:00"}
    assert sent.link == "http://wx.test/h5/my-counselors"


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason_needed"), (" \n", "reason_needed"), ("长" * 101, "too_long")]
)
def test_a_counselor_owes_a_short_reason(
    ctx: Context, cast: Cast, meet: Meet, linked: Link, reason: str, code: str
) -> None:
    refusal = refusal_of(lambda: links.unlink(ctx, meet(cast.counselor), linked.code, reason))
    assert (refusal.code, set(refusal.fields)) == (code, {"reason"})
    assert Link.get().status == "linked"


@pytest.mark.parametrize(
    "key", ["other_graduate", "other_counselor", "college", "school", "ministry", "person"]
)
def test_a_link_of_others_does_not_exist(
    ctx: Context, cast: Cast, meet: Meet, linked: Link, key: str
) -> None:
    visitor = meet(getattr(cast, key))
    mine = refusal_of(lambda: links.unlink(ctx, visitor, linked.code, "理由"))
    none = refusal_of(lambda: links.unlink(ctx, visitor, "no-such-code", "理由"))
    assert type(mine) is type(none) is NotFound
    assert mine.say == none.say
    assert Link.get().status == "linked"


def test_unticking_again_changes_nothing(ctx: Context, cast: Cast, meet: Meet, linked: Link) -> None:
    for persona in (cast.graduate, cast.counselor, cast.graduate):
        links.unlink(ctx, meet(persona), linked.code, "理由")
    assert [verb for verb, *_ in acts("link")] == ["link", "unlink"]
    assert len(owed("link_ended")) == 1


def test_both_untick_at_once(ctx: Context, cast: Cast, meet: Meet, linked: Link) -> None:
    sides = [meet(cast.graduate), meet(cast.counselor)] * 3
    results = together(*[lambda side=side: links.unlink(ctx, side, linked.code, "理由") for side in sides])
    assert codes_of(results) == ["ok"] * 6
    assert [verb for verb, *_ in acts("link")] == ["link", "unlink"]
    assert len(owed("link_ended")) == 1


def test_ticked_unticked_ticked_again_tells_each_time(
    ctx: Context, cast: Cast, meet: Meet, linked: Link
) -> None:
    links.unlink(ctx, meet(cast.graduate), linked.code, "")
    [again] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    assert (again.code, again.reason) == (linked.code, "")
    assert len({message.key for message in owed("counselor_linked")}) == 2


def test_a_counselor_who_has_left_unticks_nothing(ctx: Context, cast: Cast, meet: Meet, linked: Link) -> None:
    cast.counselor.staff.change(ended_at=ctx.clock())
    assert type(refusal_of(lambda: links.unlink(ctx, meet(cast.counselor), linked.code, "理由"))) is NotFound


def test_a_graduate_without_account_can_be_unticked(
    ctx: Context, cast: Cast, meet: Meet, linked: Link
) -> None:
    Graduate.update(account=None).where(Graduate.id == cast.graduate.graduate.id).execute()
    links.unlink(ctx, meet(cast.counselor), linked.code, "名单更正")
    assert Link.get().status == "unlinked"
    assert owed("link_ended") == []


def test_a_failure_after_the_message_was_owed_leaves_neither(ctx: Context, cast: Cast, meet: Meet) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    visitor = meet(cast.graduate)

    @transaction
    def verb() -> None:
        links._link(ctx, visitor, [cast.counselor.staff.code])
        assert len(owed("counselor_linked")) == 1
        raise NotAllowed()

    refusal_of(verb)
    assert owed("counselor_linked") == []
    assert Link.select().count() == 0
    assert acts("link") == []
