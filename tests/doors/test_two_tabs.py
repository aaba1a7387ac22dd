"""The same form open twice: what the second tab sends does not write over what the first has saved."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.employer import Employer
from models.graduate import Intention
from models.org import OrgUnit, Staff
from models.partner import Partner
from models.post import Fair, Post
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast
from tests.desks import pass_second_factor
from tests.posts import add_post
from tests.rosters import hold_places

STALE = "这条记录刚刚被更新过"
Open = Callable[..., Browser]


class Tabs:
    """Two tabs of one person on one page."""

    def __init__(self, browser: Browser, page: str, action: str = "") -> None:
        self._tabs = [browser.open(page) for _ in range(2)]
        self._action = action or page

    def send(self, tab: int, **values: object) -> str:
        """What the page says after one of the tabs has sent its form."""
        return self._tabs[tab].submit(self._action, **values).text


@pytest.fixture
def seat(client_of: Open, cast: Cast) -> Callable[[str], Browser]:
    def seated(who: str) -> Browser:
        browser = client_of(getattr(cast, who))
        pass_second_factor()
        return browser

    return seated


def test_of_a_post(ctx: Context, cast: Cast, client_of: Open) -> None:
    hold_places(ctx)
    post = add_post(ctx, cast.unit, status="draft", published_at=None)
    tabs = Tabs(client_of(cast.employer), f"/employer/posts/{post.code}/edit")
    assert "后端工程师" in tabs.send(0, title="后端工程师")
    assert STALE in tabs.send(1, title="前端工程师")
    assert STALE in tabs.send(1, title="前端工程师")  # what was refused is no news of the row
    assert Post.get().title == "后端工程师"
    assert STALE not in tabs.send(1, title="后端工程师")  # wanting what is there already is no quarrel


def test_of_a_unit_that_registers(ctx: Context, cast: Cast, client_of: Open) -> None:
    hold_places(ctx)
    Employer.update(status="returned").execute()
    tabs = Tabs(client_of(cast.employer), "/employer/unit")
    assert STALE not in tabs.send(0, address="创新大道 1 号")
    assert STALE in tabs.send(1, address="创新大道 2 号")
    assert Employer.get().address == "创新大道 1 号"


def test_of_a_fair(ctx: Context, cast: Cast, seat: Callable[[str], Browser]) -> None:
    day = ctx.clock().date()
    unit, ends = cast.units["school"], day + timedelta(days=9)
    fair = Fair.create(unit=unit, school_id=unit.id, title="双选会", starts_on=day, ends_on=ends)
    tabs = Tabs(seat("school"), f"/console/fairs/{fair.code}/edit")
    assert "春季双选会" in tabs.send(0, title="春季双选会")
    assert STALE in tabs.send(1, title="秋季双选会")
    assert Fair.get().title == "春季双选会"


def test_of_an_office(cast: Cast, seat: Callable[[str], Browser]) -> None:
    college = cast.units["college"]
    browser = seat("school")
    tabs = Tabs(browser, f"/console/units/{college.code}")
    assert "已保存" in tabs.send(0, name="软件学院")
    assert STALE in tabs.send(1, name="人工智能学院")
    assert OrgUnit.get_by_id(college.id).name == "软件学院"


def test_an_office_in_which_somebody_was_put_is_no_other_office(
    cast: Cast, seat: Callable[[str], Browser]
) -> None:
    college = cast.units["college"]
    tabs = Tabs(seat("school"), f"/console/units/{college.code}")
    OrgUnit.get_by_id(college.id).hold()
    assert "已保存" in tabs.send(0, name="软件学院")


def test_of_where_somebody_is_found(cast: Cast, seat: Callable[[str], Browser]) -> None:
    code = cast.counselor.staff.code
    tabs = Tabs(seat("school"), f"/console/people/{code}")
    assert "已保存" in tabs.send(0, office="逸夫楼 1")
    assert STALE in tabs.send(1, office="逸夫楼 2")
    assert Staff.get(Staff.code == code).office == "逸夫楼 1"


def test_of_a_partners_terms(cast: Cast, seat: Callable[[str], Browser]) -> None:
    place = {"unit": cast.units["province"], "province_id": cast.units["province"].id}
    who = {"name": "省平台", "contact_name": "吴霞"}
    partner = Partner.create(**place, **who, kind="interface")
    page = f"/console/partners/{partner.code}"
    tabs = Tabs(seat("ministry"), page, f"{page}/settle")
    assert "已保存" in tabs.send(0, daily_quota="10")
    assert STALE in tabs.send(1, daily_quota="20")
    assert Partner.get().daily_quota == 10


@pytest.mark.parametrize("is_there", [True, False])
def test_of_what_somebody_wishes(ctx: Context, cast: Cast, client_of: Open, is_there: bool) -> None:
    hold_places(ctx)
    if is_there:
        Intention.create(graduate=cast.graduate.graduate, direction="employ")
    tabs = Tabs(client_of(cast.graduate), "/h5/intention")
    assert STALE not in tabs.send(0, direction="employ", remark="甲")
    assert STALE in tabs.send(1, direction="employ", remark="乙")
    assert Intention.get().remark == "甲"
