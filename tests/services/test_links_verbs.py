"""关联辅导员: who may be ticked, ticks and unticks by both sides, and a counselor's long list."""

from collections.abc import Callable

import pytest

from domain.actors import Role
from domain.refusals import NotAllowed, NotFound, Refusal
from models.db import transaction
from models.graduate import Graduate, Intention, Link
from models.org import Responsibility, Staff
from models.wechat_user import Follower
from services import binding, links, outbox
from services.context import Context
from services.sessions import Visitor
from tests.cast import UNDERGRADUATE, YEAR, Cast, Persona, add_account, add_graduate
from tests.fakes import FixedClock, RecordingGateway
from tests.services.tools import Meet, acts, codes_of, owed, statements, together
from wechat.outcomes import Outcome, WeChatTrouble


def refusal_of(verb: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value


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
    outbox.pump(ctx)
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
    outbox.pump(ctx)
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
    outbox.pump(ctx)
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


# -- 我的毕业生 --------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(ctx: Context, cast: Cast) -> list[str]:
    """95 linked graduates, a third of them at the same moment; their codes, newest link first."""
    made = []
    for number in range(95):
        persona = Persona(
            "x",
            f"学生{chr(0x4E00 + number)}",
            f"136{number:08d}",
            f"oCrowd{number:022d}",
            student_number=f"B2024{number:03d}",
            identity_number="110101200501011238",
        )
        account = add_account(persona.name, persona.phone, "")
        graduate = add_graduate(persona, cast.units, account)
        made.append(
            Link.create(
                graduate=graduate,
                staff=cast.counselor.staff,
                status="linked",
                linked_at=ctx.clock().replace(microsecond=number // 32),
            )
        )
    return [link.code for link in sorted(made, key=lambda link: (link.linked_at, link.id), reverse=True)]


def walk(ctx: Context, visitor: Visitor, keyword: str = "") -> list[list[str]]:
    pages, after = [], ""
    while True:
        page = links.my_graduates(ctx, visitor, keyword, after)
        pages.append([link.code for link in page.links])
        after = page.after
        if not after:
            return pages


def test_95_links_with_equal_moments_come_once_each_in_order(
    ctx: Context, cast: Cast, meet: Meet, crowd: list[str]
) -> None:
    pages = walk(ctx, meet(cast.counselor))
    assert [len(page) for page in pages] == [30, 30, 30, 5]
    assert [code for page in pages for code in page] == crowd
    assert links.my_graduates(ctx, meet(cast.counselor)).total == 95


def test_a_full_last_page_ends_the_walk(ctx: Context, cast: Cast, meet: Meet, crowd: list[str]) -> None:
    Link.update(status="unlinked").where(Link.code.in_(crowd[60:])).execute()
    assert [len(page) for page in walk(ctx, meet(cast.counselor))] == [30, 30]


def test_every_page_costs_the_same_few_statements(
    ctx: Context, cast: Cast, meet: Meet, crowd: list[str]
) -> None:
    visitor = meet(cast.counselor)
    costs = []
    for after in ("", crowd[29], crowd[59], crowd[89]):
        with statements() as run:
            page = links.my_graduates(ctx, visitor, "", after)
            for link in page.links:
                assert link.graduate.name
                assert link.graduate.account_row.name
                assert getattr(link.graduate, "intention_row", None) is None
        costs.append(len(run))
    assert max(costs) <= 4


def test_paging_goes_on_after_a_link_that_has_ended_meanwhile(
    ctx: Context, cast: Cast, meet: Meet, crowd: list[str]
) -> None:
    visitor = meet(cast.counselor)
    first = links.my_graduates(ctx, visitor)
    links.unlink(ctx, visitor, first.after, "已转出")
    second = links.my_graduates(ctx, visitor, "", first.after)
    assert [link.code for link in second.links] == crowd[30:60]


@pytest.mark.parametrize("after", ["no-such-code", "foreign"])
def test_paging_after_somebody_elses_link(
    ctx: Context, cast: Cast, meet: Meet, crowd: list[str], after: str
) -> None:
    foreign = Link.create(
        graduate=cast.graduate.graduate, staff=cast.other_counselor.staff, linked_at=ctx.clock()
    )
    code = foreign.code if after == "foreign" else after
    assert type(refusal_of(lambda: links.my_graduates(ctx, meet(cast.counselor), "", code))) is NotFound


@pytest.mark.parametrize(
    ("keyword", "found"),
    [
        ("学生一", 1),
        ("学生", 95),
        (" 学生 ", 95),
        ("B2024", 95),
        ("b202401", 10),
        ("B2024094", 1),
        ("生一", 1),
        ("2024094", 1),
        ("%", 0),
        ("_", 0),
        ("B2024_", 0),
        ("\\", 0),
        ("'", 0),
        ('" OR 1=1 --', 0),
        ("学生𠮷", 0),
    ],
)
def test_looking_for_somebody(
    ctx: Context, cast: Cast, meet: Meet, crowd: list[str], keyword: str, found: int
) -> None:
    assert sum(map(len, walk(ctx, meet(cast.counselor), keyword))) == found


def test_what_is_said_of_each(ctx: Context, cast: Cast, meet: Meet) -> None:
    from_wechat, from_desk = cast.graduate, cast.other_graduate
    for persona in (from_wechat, from_desk):
        links.link(ctx, meet(persona), [cast.counselor.staff.code])
    binding.bind(ctx, from_wechat.account, from_wechat.openid)
    Intention.create(graduate=from_wechat.graduate, direction="employ", places=["340000"])
    page = links.my_graduates(ctx, meet(cast.counselor))
    assert (page.bound, page.followed) == ({from_wechat.account.id}, frozenset())
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=from_wechat.openid)
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=from_desk.openid)
    page = links.my_graduates(ctx, meet(cast.counselor))
    assert (page.bound, page.followed) == ({from_wechat.account.id}, {from_wechat.account.id})
    by_name = {link.graduate.name: link.graduate for link in page.links}
    assert by_name["李晓雨"].intention_row.places == ["340000"]
    assert getattr(by_name["陈浩然"], "intention_row", None) is None


def test_an_empty_list(ctx: Context, cast: Cast, meet: Meet) -> None:
    page = links.my_graduates(ctx, meet(cast.counselor))
    assert (page.links, page.total, page.after) == ([], 0, "")


@pytest.mark.parametrize("key", ["graduate", "college", "ministry", "person"])
def test_only_counselors_have_graduates(ctx: Context, cast: Cast, meet: Meet, key: str) -> None:
    visitor = meet(getattr(cast, key))
    for verb in (lambda: links.my_graduates(ctx, visitor), lambda: links.counselor_scene(ctx, visitor)):
        assert type(refusal_of(verb)) is NotAllowed
    assert not visitor.actor.is_a(Role.COUNSELOR)


# -- the counselor's QR code -------------------------------------------------------------------------------


def test_the_code_names_nobody_and_leads_to_the_counselor(
    ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway
) -> None:
    scene = links.counselor_scene(ctx, meet(cast.counselor))
    assert gateway.scenes == [scene.word]
    assert scene.ticket_url == f"http://weixin.qq.com/q/{scene.word}"
    assert cast.counselor.staff.code not in scene.word
    assert links.counselor_behind(ctx, scene.word).id == cast.counselor.staff.id


def test_showing_it_again_asks_the_platform_nothing_until_half_its_life_is_over(
    ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway, clock: FixedClock
) -> None:
    first = links.counselor_scene(ctx, meet(cast.counselor))
    clock.advance(days=3)
    assert links.counselor_scene(ctx, meet(cast.counselor)).word == first.word
    clock.advance(hours=13)
    second = links.counselor_scene(ctx, meet(cast.counselor))
    assert second.word != first.word
    assert len(gateway.scenes) == 2
    assert links.counselor_behind(ctx, first.word).id == cast.counselor.staff.id


def test_a_code_ends_with_its_week_and_with_its_counselor(
    ctx: Context, cast: Cast, meet: Meet, clock: FixedClock
) -> None:
    scene = links.counselor_scene(ctx, meet(cast.counselor))
    cast.counselor.staff.change(ended_at=ctx.clock())
    assert refusal_of(lambda: links.counselor_behind(ctx, scene.word)).code == "scene_over"
    cast.counselor.staff.change(ended_at=None)
    assert links.counselor_behind(ctx, scene.word)
    clock.advance(days=7)
    assert refusal_of(lambda: links.counselor_behind(ctx, scene.word)).code == "scene_over"
    assert refusal_of(lambda: links.counselor_behind(ctx, "unknown")).code == "scene_over"


def test_a_platform_in_trouble_is_asked_again_for_the_same_scene(
    ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway
) -> None:
    gateway.trouble = WeChatTrouble(Outcome.RETRY)
    with pytest.raises(WeChatTrouble):
        links.counselor_scene(ctx, meet(cast.counselor))
    gateway.trouble = None
    assert links.counselor_scene(ctx, meet(cast.counselor)).ticket_url
    assert len(gateway.scenes) == 1
