"""A counselor's side of the links: the long list 我的毕业生, and the QR code that leads to the counselor."""

import pytest

from domain.actors import Role
from domain.refusals import NotAllowed, NotFound
from models.graduate import Intention, Link
from models.wechat_user import Follower
from services import binding, links
from services.context import Context
from services.sessions import Visitor
from tests.cast import Cast, Persona, add_account, add_graduate
from tests.fakes import FixedClock, RecordingGateway
from tests.services.tools import Meet, refusal_of, statements
from wechat.outcomes import Outcome, WeChatTrouble

pytestmark = pytest.mark.slow

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
