"""生源信息确认 on the phone."""

import pytest

from models.graduate import Graduate
from services import roster
from tests.rosters import hold_places, make_whole, seat_of

PAGE = "/h5/roster"


@pytest.fixture
def whole(ctx, cast):
    hold_places(ctx)
    return make_whole(cast.graduate.graduate)


@pytest.fixture
def page(whole, cast, client_of):
    """The page of a graduate whose record is whole."""
    return client_of(cast.graduate).open(PAGE)


def now(graduate):
    return Graduate.get_by_id(graduate.id)


def test_the_whole_record_is_shown_and_the_identity_number_is_not(page, cast):
    for words in ("本科毕业", "软件工程2301", "2027-06-30", "安徽省 合肥市 蜀山区", "110***********1239"):
        assert words in page.text
    assert cast.graduate.identity_number not in page.html
    fields = dict(page.form(PAGE).fields)
    assert set(fields) - {"csrf_token", "next", "version"} == {
        *("ethnicity", "politics", "division", "division_word", "origin", "origin_word", "phone")
    }


def test_confirming_is_a_step_of_the_first_page(page, cast, whole, client_of):
    home = client_of(cast.graduate).open("/h5/")
    assert "生源信息确认" in home.text
    assert "核对档案转寄要用的信息" in home.text
    after = page.submit(PAGE, ethnicity="05")
    assert (after.path, after.status) == ("/h5/", 200)
    assert "已确认，可随时修改" in after.text
    assert (now(whole).status, now(whole).ethnicity) == ("confirmed", "05")


def test_a_place_is_found_by_a_word_without_losing_what_was_typed(page, whole):
    found = page.submit(PAGE, origin_word="包河", find="origin", phone="13900000777")
    assert (found.status, found.path) == (200, PAGE)
    assert now(whole).status == "open"
    fields = found.form(PAGE).fields
    assert ("origin", "340104") in fields
    assert ("phone", "13900000777") in fields
    assert "安徽省 合肥市" in found.text
    assert "包河区 340111" in found.text
    after = found.submit(PAGE, origin="340111")
    assert after.path == "/h5/"
    assert (now(whole).origin, now(whole).phone) == ("340111", "13900000777")


def test_a_word_is_not_lost_when_the_wrong_button_is_pressed(page, whole):
    found = page.submit(PAGE, origin_word="包河")
    assert (found.status, found.path) == (200, PAGE)
    assert "包河区 340111" in found.text
    assert now(whole).status == "open"


def test_looking_for_nothing_saves_nothing(page, whole):
    after = page.submit(PAGE, find="origin")
    assert (after.status, after.path) == (200, PAGE)
    assert now(whole).status == "open"


def test_only_counties_are_offered_for_the_origin(page):
    assert "合肥市 340100" not in page.submit(PAGE, origin_word="合肥", find="origin").text
    assert "合肥市 340100" in page.submit(PAGE, division_word="合肥市", find="division").text


def test_a_word_that_finds_nothing_is_said(page):
    assert "没有找到“乌有”" in page.submit(PAGE, origin_word="乌有", find="origin").text


@pytest.mark.parametrize(
    ("values", "wrong"),
    [({"phone": "12"}, "phone"), ({"politics": ""}, "politics"), ({"ethnicity": "99"}, "ethnicity")],
)
def test_what_cannot_be_taken_is_marked(page, whole, values, wrong):
    after = page.submit(PAGE, **values)
    assert after.status == 422
    assert f'id="{wrong}-wrong"' in after.html
    assert now(whole).status == "open"


def test_a_field_of_the_schools_is_refused_by_name(page, whole):
    after = page.submit(PAGE, hardship="1", name="李大雨")
    assert after.status == 422
    assert "困难生类别：此项未对您开放修改" in after.text
    assert "姓名：此项必须与学籍保持一致" in after.text
    assert (now(whole).name, now(whole).status) == ("李晓雨", "open")


def test_an_old_page_does_not_overwrite(page, whole, ctx, cast):
    now(whole).change(politics="01")
    after = page.submit(PAGE, ethnicity="05")
    assert after.status == 409
    assert "刷新页面" in after.text
    assert now(whole).ethnicity == "01"


def test_a_locked_record_is_read_only_and_says_whom_to_ask(page, whole, ctx, cast, client_of):
    roster.change(ctx, seat_of(ctx, cast.counselor), whole.code, whole.version, {})
    after = page.submit(PAGE, ethnicity="05")
    assert after.status == 409
    assert "已由老师确认并锁定" in after.text
    locked = client_of(cast.graduate).open(PAGE)
    assert f"请联系计算机学院 {cast.college.name}老师（图书馆 305）" in locked.text
    assert [form for form in locked.forms if form.action == PAGE] == []
    assert "已由老师锁定" in client_of(cast.graduate).open("/h5/").text
