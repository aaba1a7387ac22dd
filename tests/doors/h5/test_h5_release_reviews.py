"""解约初审 on a counselor's phone: the papers, what is ticked, the word on it, and who has none."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.refusal_words import SAY
from models.account import Account
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.fields import utc_now
from models.graduate import Graduate
from models.journal import Journal
from models.org import Responsibility, Staff
from services.agreements import chain, parties, release_reviews, releases
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser, Page
from tests.cast import Cast, Persona

LIST = "/h5/reviews"
PAGE = f"{LIST}/releases"
Open = Callable[..., Browser]


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


@pytest.fixture
def filed(ctx: Context, cast: Cast, held: Agreement) -> Release:
    """A release that the graduate has brought the unit's letter for."""
    party = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, party, held)
    ways.add_letter(ctx, party, release)
    return releases.file_offline(ctx, party, release, "单位停业")


@pytest.fixture
def phone(client_of: Open, cast: Cast) -> Browser:
    """The counselor's, in WeChat."""
    return client_of(cast.counselor, in_wechat=True)


def address(release: Release) -> str:
    return f"{PAGE}/{release.code}"


def letter_of(release: Release) -> str:
    file = AgreementFile.get((AgreementFile.release == release.id) & (AgreementFile.kind == "letter"))
    return f"{address(release)}/files/{file.code}"


def say(browser: Browser, release: Release, act: str, **values: Any) -> Page:
    return browser.open(address(release)).submit(address(release), act=act, **values)


def state(release: Release) -> tuple[str, str]:
    now = ways.release_of(release)
    return now.status, agreements.fresh(now.agreement).status


def looks() -> int:
    return Journal.select().where(Journal.verb == "view_material").count()


# -- the papers and the word -------------------------------------------------------------------------------


def test_the_papers_stand_beside_what_is_asked(phone: Browser, filed: Release) -> None:
    assert f'href="{address(filed)}"' in phone.open(LIST).html
    page = phone.open(address(filed))
    for words in ("李晓雨", "单位停业", "线下解约函", "原协议条款", "软件开发工程师", "已加盖单位公章"):
        assert words in page.text, words
    assert letter_of(filed) in page.html
    response = phone.open(letter_of(filed)).response
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert looks() == 1


def test_what_comes_of_it_is_read_before_the_second_tap(phone: Browser, filed: Release) -> None:
    page = phone.open(address(filed))
    before, _, after = page.html.partition("<summary")[2].partition('value="pass"')
    assert "不能撤回" in before
    assert "确认通过" in after


def test_it_passes_when_the_letter_was_looked_at(phone: Browser, filed: Release) -> None:
    page = say(phone, filed, "pass")
    assert page.status == 422
    assert SAY["criteria_all"] in page.text
    assert state(filed) == ("college_review", "releasing")
    page = say(phone, filed, "pass", criteria=["letter_sealed"])
    assert page.path == LIST
    assert "院系审核通过，已转学校审核" in page.text
    assert state(filed) == ("school_review", "releasing")
    event = chain.events(agreements.fresh(filed.agreement))[-1]
    assert (event.kind, event.body["items"]) == ("term.college_passed", ["letter_sealed"])
    assert 'value="pass"' not in phone.open(address(filed)).html


def test_what_is_ticked_is_what_is_there(phone: Browser, ctx: Context, cast: Cast, held: Agreement) -> None:
    unit = parties.signer_party(held.code, ways.DESK)
    release = ways.asked(ctx, unit, held)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    page = phone.open(address(release))
    assert 'value="both_signed"' in page.html
    assert 'value="letter_sealed"' not in page.html
    for words in ("周敏", "单位签名", "毕业生签名", "对方同意"):
        assert words in page.text, words
    assert say(phone, release, "pass", criteria=["letter_sealed"]).status == 422
    assert say(phone, release, "pass", criteria=["both_signed"]).path == LIST
    assert state(release)[0] == "school_review"


def test_it_is_rejected_with_a_reason(phone: Browser, filed: Release) -> None:
    page = say(phone, filed, "reject", reason=" ")
    assert page.status == 422
    assert SAY["review_reason_needed"] in page.text
    assert 'class="card more" open' in page.html
    page = say(phone, filed, "reject", reason="公章与单位不符<b>")
    assert "已记为审核不通过，协议继续有效" in page.text
    assert state(filed) == ("rejected", "effective")
    page = phone.open(address(filed))
    assert "公章与单位不符" in page.text
    assert "<b>" not in page.html
    assert say_nothing(page)


def say_nothing(page: Page) -> bool:
    """The page has no button."""
    return 'name="act"' not in page.html


def test_the_next_one_that_waits_is_a_tap_away(
    phone: Browser, ctx: Context, cast: Cast, filed: Release
) -> None:
    assert "下一份待审核" not in phone.open(address(filed)).text
    second = Release.create(
        **{
            name: value
            for name, value in ways.release_of(filed).__data__.items()
            if name not in ("id", "code", "open_key")
        }
    )
    for here, there in ((filed, second), (second, filed)):
        assert f'href="{address(there)}">下一份待审核：李晓雨' in phone.open(address(here)).html
    release_reviews.reject(ctx, ways.seat(ctx, cast.college), ways.DESK, ways.release_of(filed), "材料不符")
    assert "下一份待审核" not in phone.open(address(second)).text
    _party, waiting = ways.accepted(ctx, cast.other_graduate)
    assert "下一份待审核" not in phone.open(f"{LIST}/{waiting.code}").text  # each kind for itself


def test_many_are_shown_a_slice_at_a_time(phone: Browser, filed: Release) -> None:
    kept = {
        name: value
        for name, value in filed.__data__.items()
        if name not in ("id", "code", "open_key", "agreement", "graduate")
    }
    for nth in range(52):
        Release.insert(
            kept | {"agreement": filed.agreement, "graduate": filed.graduate, "code": f"copy{nth:02d}"}
        ).execute()
    page = phone.open(LIST)
    assert f"{PAGE}/copy48" in page.html
    assert f"{PAGE}/copy49" not in page.html
    following = page.html.partition("releases=")[2].partition('"')[0]
    assert f"{PAGE}/copy51" in phone.open(f"{LIST}?releases={following}").html


# -- the unfriendly ----------------------------------------------------------------------------------------


def test_who_brought_the_letter_has_no_word(
    phone: Browser, client_of: Open, ctx: Context, cast: Cast, held: Agreement
) -> None:
    sitting = ways.seat(ctx, cast.counselor)
    release = releases.begin_for(ctx, sitting, ways.DESK, held)
    party = parties.staff_party(sitting, ways.DESK)
    ways.add_letter(ctx, party, release)
    release = releases.file_offline(ctx, party, release, "单位停业")
    page = phone.open(address(release))
    assert SAY["same_reviewer"] in page.text
    assert "学校工作人员代毕业生" in page.text
    assert say_nothing(page)
    sent = {"seen": str(release.version), "criteria": "letter_sealed", "reason": "x"}
    for act in ("pass", "reject"):
        told = phone.post(address(release), sent | {"act": act, "csrf_token": phone.token()})
        assert told.status == 409
        assert SAY["same_reviewer"] in told.text
    assert state(release) == ("college_review", "releasing")
    colleague = client_of(_colleague(cast), in_wechat=True)
    assert say(colleague, release, "pass", criteria=["letter_sealed"]).path == LIST
    assert state(release)[0] == "school_review"


def _colleague(cast: Cast) -> Persona:
    """Another counselor who answers for the same graduates."""
    other = ways.another(cast.counselor)
    duty = Responsibility.get(Responsibility.staff == cast.counselor.staff)
    columns = {name: value for name, value in duty.__data__.items() if name not in ("id", "staff")}
    Responsibility.create(staff=other.staff, **columns)
    return other


def test_an_old_form_says_nothing_twice(phone: Browser, ctx: Context, cast: Cast, filed: Release) -> None:
    page = phone.open(address(filed))
    passed = {"act": "pass", "criteria": ["letter_sealed"]}
    assert page.submit(address(filed), **passed).status == 200
    again = page.submit(address(filed), **passed)
    assert (again.status, "院系审核通过" in again.text) == (200, True)  # a second tap
    told = page.submit(address(filed), act="reject", reason="x")
    assert told.status == 409
    assert SAY["stale"] in told.text
    assert "学校审核中" in told.text  # as it is now
    kinds = [event.kind for event in chain.events(agreements.fresh(filed.agreement))]
    assert kinds.count("term.college_passed") == 1
    for seen in ("", str(ways.release_of(filed).version)):  # the next word is the school's
        assert (
            "院系审核通过"
            in phone.post(address(filed), passed | {"csrf_token": phone.token(), "seen": seen}).text
        )
    assert state(filed) == ("school_review", "releasing")


def test_a_form_of_another_site_is_nothing(phone: Browser, filed: Release) -> None:
    sent = {"act": "pass", "criteria": "letter_sealed", "seen": str(filed.version)}
    assert phone.post(address(filed), sent).status in (400, 403)
    assert phone.post(address(filed), sent | {"act": "x", "csrf_token": phone.token()}).status == 404
    assert state(filed) == ("college_review", "releasing")


def _no_duty(cast: Cast) -> None:
    Responsibility.delete().where(Responsibility.staff == cast.counselor.staff).execute()


def _other_class(cast: Cast) -> None:
    Responsibility.update(class_name="别的班").execute()


def _other_year(cast: Cast) -> None:
    Graduate.update(year=2026).execute()


def _left(cast: Cast) -> None:
    Staff.update(ended_at=utc_now()).where(Staff.id == cast.counselor.staff.id).execute()


def _disabled(cast: Cast) -> None:
    Account.update(disabled_at=utc_now()).where(Account.id == cast.counselor.account.id).execute()


def _to_college(cast: Cast) -> None:
    unit = cast.units["other_college"]
    Responsibility.update(college=unit).where(Responsibility.staff == cast.counselor.staff).execute()


@pytest.mark.parametrize("lose", [_no_duty, _other_class, _other_year, _left, _disabled, _to_college])
@pytest.mark.parametrize("kind", ["release", "agreement"])
def test_whoever_loses_the_right_with_the_page_open_has_none(
    phone: Browser, ctx: Context, cast: Cast, filed: Release, lose: Callable[[Cast], None], kind: str
) -> None:
    row = filed.agreement
    if kind == "agreement":
        row = ways.accepted(ctx, cast.other_graduate)[1]
    page = address(filed) if kind == "release" else f"{LIST}/{row.code}"
    old, token = phone.open(page), phone.token()
    pictures = [part.partition('"')[0] for part in old.html.split('src="') if "/files/" in part[:120]]
    assert pictures
    before = (state(filed), agreements.fresh(row).status, looks())
    lose(cast)
    fields = dict(old.form(page).fields)
    for act in ("pass", "reject", "return_unit"):
        words = {"act": act, "reason": "x", "fault_unit_licence": "x", "csrf_token": token}
        ticked = {"criteria": list(ways.ALL)}
        response = phone.client.post(
            page, data=fields | words | ticked, base_url="http://wx.test", headers={"User-Agent": "x"}
        )
        assert response.status_code in (302, 303, 400, 401, 403, 404), act
        assert "reviews" not in response.headers.get("Location", "").partition("?")[0]
    for path in (page, *pictures):
        response = phone.client.get(path, base_url="http://wx.test", headers={"User-Agent": "x"})
        assert response.status_code in (302, 303, 401, 403, 404), path
        assert row.unit_name not in response.data.decode(errors="replace")
    assert filed.code not in phone.open(LIST).html
    assert (state(filed), agreements.fresh(row).status, looks()) == before


@pytest.mark.parametrize(
    "who", ["graduate", "other_counselor", "employer", "college", "school", "province", "stranger"]
)
def test_others_have_no_business_there(client_of: Open, cast: Cast, filed: Release, who: str) -> None:
    browser = client_of(getattr(cast, who), in_wechat=who != "stranger")
    for path in (address(filed), letter_of(filed)):
        response = browser.client.get(path, base_url="http://wx.test")
        assert response.status_code in (302, 303, 401, 403, 404), path
    sent = {"csrf_token": browser.token(), "act": "reject", "reason": "x", "seen": str(filed.version)}
    assert browser.client.post(address(filed), data=sent, base_url="http://wx.test").status_code != 200
    assert state(filed) == ("college_review", "releasing")
    assert looks() == 0


def test_what_is_not_filed_yet_and_its_letter_are_nobodys_business(
    phone: Browser, ctx: Context, cast: Cast, held: Agreement
) -> None:
    party = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, party, held)
    ways.add_letter(ctx, party, release)
    file = AgreementFile.get(AgreementFile.kind == "letter")
    for path in (address(release), letter_of(release), f"{LIST}/{held.code}/files/{file.code}"):
        assert phone.open(path).status == 404, path
    assert release.code not in phone.open(LIST).html
    assert looks() == 0


def test_a_paper_of_another_is_not_shown_under_this_one(
    phone: Browser, ctx: Context, cast: Cast, filed: Release
) -> None:
    _party, other = ways.accepted(ctx, cast.other_graduate)
    files = {row.kind: row.code for row in AgreementFile.select().where(AgreementFile.agreement == other)}
    for kind in ("licence", "graduate_ink"):
        assert phone.open(f"{address(filed)}/files/{files[kind]}").status == 404
        assert phone.open(f"{LIST}/{filed.agreement.code}/files/{files[kind]}").status == 404
    strokes = AgreementFile.get(AgreementFile.media_type == "application/json")
    assert phone.open(f"{LIST}/{strokes.agreement.code}/files/{strokes.code}").status == 404
    assert looks() == 0
