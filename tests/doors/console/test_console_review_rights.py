"""Reviewers at the console who have no right, or have it no more: other colleges' people, those who left, old forms."""

from collections.abc import Callable
from itertools import product

import pytest

from domain.refusal_words import SAY
from models.account import Account
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent
from models.fields import utc_now
from models.journal import Journal
from models.org import Staff
from services.agreements import releases
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser, Page
from tests.cast import Cast, Persona

Desk = Callable[..., Browser]
EVERYTHING = {"criteria": list(ways.ALL), "reason": "x", "fault_unit_licence": "x"}
ACTS = ("pass", "reject", "return_unit")


@pytest.fixture
def waiting(ctx: Context, cast: Cast) -> tuple[Agreement, Release]:
    """Of two graduates: an agreement and a release, with papers, that wait for the first review."""
    agreements.open_school(ctx, cast)
    _unit, held = ways.in_force(ctx, cast)
    party = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, party, held)
    ways.add_letter(ctx, party, release)
    release = releases.file_offline(ctx, party, release, "单位停业")
    return ways.accepted(ctx, cast.other_graduate)[1], release


def pages(waiting: tuple[Agreement, Release]) -> tuple[str, str]:
    row, release = waiting
    return f"/console/agreements/{row.code}", f"/console/releases/{release.code}"


def stand(waiting: tuple[Agreement, Release]) -> tuple[str, str, int, int]:
    """How both stand, how much has happened, and how often somebody has looked."""
    row, release = waiting
    looks = Journal.select().where(Journal.verb == "view_material").count()
    events = AgreementEvent.select().count()
    return agreements.fresh(row).status, ways.release_of(release).status, events, looks


def pictures(page: Page) -> list[str]:
    found = [part.partition('"')[0] for part in page.html.split('src="')[1:]]
    return [one for one in found if "/files/" in one]


def _is_refused(browser: Browser, path: str, data: dict[str, object] | None = None) -> bool:
    """Nothing is shown and nothing taken: 404, 403, or led away to the log-in."""
    if data is None:
        response = browser.client.get(path, base_url="http://wx.test")
    else:
        response = browser.client.post(path, data=data, base_url="http://wx.test")
    is_led_away = (
        response.status_code in (302, 303) and path not in response.headers["Location"].split("?")[0]
    )
    return is_led_away or response.status_code in (400, 401, 403, 404)


def test_another_colleges_people_find_nothing(
    desk_of: Desk, cast: Cast, waiting: tuple[Agreement, Release]
) -> None:
    other = ways.another(cast.college)
    Staff.update(unit=cast.units["other_college"]).where(Staff.id == other.staff.id).execute()
    mine, theirs = desk_of(cast.college), desk_of(other)
    seen = [picture for path in pages(waiting) for picture in pictures(mine.open(path))]
    assert len(seen) == 6  # five of the agreement, one of the release
    before, token = stand(waiting), theirs.token()
    for path in pages(waiting):
        for act in ACTS:
            for version in (waiting[0].version, waiting[1].version):
                sent = EVERYTHING | {"act": act, "csrf_token": token, "seen": str(version)}
                assert theirs.post(path, sent).status == 404, (path, act)
        listed = path.rpartition("/")[0]
        assert path not in theirs.open(f"{listed}?status=all").html
        assert theirs.open(path).status == 404
    assert theirs.open(f"{pages(waiting)[0]}/letter").status == 404
    for picture in seen:
        assert theirs.open(picture).status == 404
    assert stand(waiting) == before


def _left(persona: Persona, _cast: Cast) -> None:
    Staff.update(ended_at=utc_now()).where(Staff.id == persona.staff.id).execute()


def _disabled(persona: Persona, _cast: Cast) -> None:
    Account.update(disabled_at=utc_now()).where(Account.id == persona.account.id).execute()


def _moved(persona: Persona, cast: Cast) -> None:
    Staff.update(unit=cast.units["other_college"]).where(Staff.id == persona.staff.id).execute()


@pytest.mark.parametrize("lose", [_left, _disabled, _moved])
def test_whoever_loses_the_right_with_the_page_open_has_none(
    desk_of: Desk, cast: Cast, waiting: tuple[Agreement, Release], lose: Callable[[Persona, Cast], None]
) -> None:
    browser = desk_of(cast.college)
    shown = {path: browser.open(path) for path in pages(waiting)}
    token, before = browser.token(), stand(waiting)
    lose(cast.college, cast)
    for path, page in shown.items():
        fields = dict(page.form(path).fields)
        for act in ACTS:
            assert _is_refused(browser, path, fields | EVERYTHING | {"act": act, "csrf_token": token}), act
        for address in (path, *pictures(page)):
            assert _is_refused(browser, address), address
    assert stand(waiting) == before


def test_the_word_of_one_of_two_with_the_same_page_counts(
    desk_of: Desk, cast: Cast, waiting: tuple[Agreement, Release]
) -> None:
    """A school's two clerks, of whom one is quicker; nothing is numbered or sealed twice."""
    college, clerks = desk_of(cast.college), [desk_of(cast.school), desk_of(ways.another(cast.school))]
    for path in pages(waiting):
        college.open(path).submit(path, act="pass", **EVERYTHING)
        quick, slow = (clerk.open(path) for clerk in clerks)
        assert quick.submit(path, act="pass").status == 200
        after = stand(waiting)
        for page, act in product((quick, slow), ACTS):
            told = page.submit(path, act=act, **EVERYTHING)
            if page is quick and act == "pass":
                assert told.status == 200  # a second tap
            elif told.status == 404:
                assert "return" in act  # which is no word on a release
            else:
                assert (told.status, SAY["stale"] in told.text) == (409, True), act
        assert stand(waiting) == after
    assert stand(waiting)[:2] == ("sealing", "sealing")


def test_what_comes_of_a_pass_is_read_before_it_is_said(
    desk_of: Desk, cast: Cast, waiting: tuple[Agreement, Release]
) -> None:
    for who in ("college", "school"):
        browser = desk_of(getattr(cast, who))
        for path in pages(waiting):
            page = browser.open(path)
            asked, _, button = page.html.partition("确认审核通过？")[2].partition('value="pass"')
            assert "不能撤回" in asked, (who, path)
            assert button.startswith(">确认通过")
            page.submit(path, act="pass", **EVERYTHING)
    assert stand(waiting)[:2] == ("sealing", "sealing")
