"""The pages of a graduate: identification, intention, counselors."""

import pytest

from models.graduate import Intention, Link
from models.org import Responsibility
from services import links, sessions
from tests.cast import add_graduate


def identify(page, me, **other):
    facts = {
        "name": me.name,
        "student_number": me.student_number,
        "identity_number": me.identity_number,
    }
    return page.submit("/h5/identify", **(facts | other))


@pytest.fixture
def fresh(cast, client_of):
    """The page of a graduate who has not been identified yet."""
    return client_of(cast.fresh_graduate).open("/h5/identify")


@pytest.mark.parametrize(
    "other",
    [{"name": "林大满"}, {"student_number": "20239999"}, {"identity_number": "110101200501011239"}],
)
def test_one_wrong_fact_of_three_tells_nothing(cast, fresh, other):
    page = identify(fresh, cast.fresh_graduate, **other)
    assert page.status == 422
    assert "信息不匹配或没有注册" in page.text


def test_a_row_that_belongs_to_another_account_is_told(cast, fresh):
    cast.fresh_graduate.graduate.claim(cast.person.account)
    page = identify(fresh, cast.fresh_graduate)
    assert page.status == 409
    assert "该学号已经绑定其他账号或微信号" in page.text


def test_a_row_that_stands_twice_on_the_roster_is_told(cast, fresh):
    add_graduate(cast.fresh_graduate, cast.units, account=None)
    page = identify(fresh, cast.fresh_graduate)
    assert page.status == 409
    assert "信息重复" in page.text


def test_wrong_fields_are_marked_and_the_identity_number_is_not_shown_again(cast, fresh):
    page = identify(fresh, cast.fresh_graduate, student_number="1", identity_number="110101200501010000")
    assert page.status == 422
    assert 'id="student_number-wrong"' in page.html
    assert 'id="identity_number-wrong"' in page.html
    assert ("name", "林小满") in page.form("/h5/identify").fields
    assert "110101200501010000" not in page.html


def test_guessing_is_stopped(cast, fresh):
    pages = [identify(fresh, cast.fresh_graduate, student_number=f"2023{n:04d}") for n in range(10, 17)]
    assert [page.status for page in pages] == [422] * 6 + [429]


def test_an_identified_graduate_sees_the_record_and_goes_on(cast, client_of):
    page = client_of(cast.graduate).open("/h5/identify?next=/h5/intention")
    assert "江淮大学" in page.text
    assert 'href="/h5/intention"' in page.html
    assert cast.graduate.student_number not in page.html


def test_an_intention_is_saved_shown_and_changed(cast, client_of):
    desktop = client_of(cast.graduate)
    page = desktop.open("/h5/intention").submit(
        "/h5/intention",
        direction="employ",
        work_type="full",
        places=["340000", "310000", "340000"],
        industries=["34"],
        kinds=["13", "24"],
        natures=["31"],
        major_match="open",
        hides=["phone", "photo"],
        pay="floor",
        pay_floor="6500",
        remark="离家近",
    )
    assert (page.path, page.status) == ("/h5/", 200)
    saved = Intention.get()
    assert (saved.places, saved.industries, saved.pay_floor) == (["340000", "310000"], ["34"], 6500)
    assert (saved.kinds, saved.natures, saved.major_match) == (["13", "24"], ["31"], "open")
    assert saved.hides == ["phone", "photo"]

    page = desktop.open("/h5/intention")
    fields = page.form("/h5/intention").fields
    for expected in (
        ("direction", "employ"),
        ("places", "340000"),
        ("pay", "floor"),
        ("pay_floor", "6500"),
        ("kinds", "24"),
        ("major_match", "open"),
        ("hides", "photo"),
    ):
        assert expected in fields
    assert "离家近" in page.html
    page.submit("/h5/intention", direction="study", pay="open")
    assert (Intention.get().direction, Intention.get().pay_floor) == ("study", 0)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"direction": ""}, "direction"),
        ({"direction": "nothing"}, "direction"),
        ({"places": ["999999"]}, "places"),
        ({"places": ["340000", "310000", "110000", "120000"]}, "places"),
        ({"industries": ["99"]}, "industries"),
        ({"kinds": ["99"]}, "kinds"),
        ({"natures": ["31", "39", "10", "20"]}, "natures"),
        ({"major_match": "any"}, "major_match"),
        ({"hides": ["name"]}, "hides"),
        ({"pay": "floor", "pay_floor": "lots"}, "pay_floor"),
        ({"pay": "floor", "pay_floor": "9999999"}, "pay_floor"),
        ({"remark": "长" * 201}, "remark"),
    ],
)
def test_a_wrong_intention_is_told_beside_its_field(cast, client_of, values, wrong):
    page = client_of(cast.graduate).open("/h5/intention")
    page = page.submit("/h5/intention", **({"direction": "employ"} | values))
    assert page.status == 422
    assert f'id="{wrong}-wrong"' in page.html
    assert not Intention.select().exists()


def test_several_counselors_can_be_ticked(cast, client_of):
    Responsibility.add_many(
        cast.other_counselor.staff,
        [{"year": 2027, "college": cast.units["college"], "education": "3", "class_name": "软件工程2301"}],
    )
    desktop = client_of(cast.graduate)
    desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open("/h5/my-counselors").submit(
        "/h5/my-counselors", staff=[cast.counselor.staff.code, cast.other_counselor.staff.code]
    )
    assert "已关联 2 位辅导员" in page.text
    assert Link.select().where(Link.status == "linked").count() == 2


def test_the_only_candidate_is_ticked_but_not_the_last_one_beside_a_linked_one(cast, client_of):
    desktop = client_of(cast.graduate)
    page = desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open("/h5/my-counselors")
    assert f'value="{cast.counselor.staff.code}" checked' in page.html
    Responsibility.add_many(
        cast.other_counselor.staff,
        [{"year": 2027, "college": cast.units["college"], "education": "3", "class_name": "软件工程2301"}],
    )
    page = desktop.open("/h5/my-counselors").submit("/h5/my-counselors", staff=cast.counselor.staff.code)
    assert f'value="{cast.other_counselor.staff.code}"' in page.html
    assert " checked" not in page.html


def test_a_counselor_of_another_college_cannot_be_ticked(cast, client_of):
    desktop = client_of(cast.graduate)
    desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open("/h5/my-counselors").submit(
        "/h5/my-counselors", staff=cast.other_counselor.staff.code
    )
    assert page.status == 422
    assert "所选辅导员不负责您所在的学院" in page.text
    assert not Link.select().exists()


def test_nobody_ticked_is_told(cast, client_of):
    desktop = client_of(cast.graduate)
    desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open("/h5/my-counselors").submit("/h5/my-counselors", staff=[])
    assert "请至少勾选一位辅导员" in page.text


def test_no_candidate_says_why_and_whom_to_ask(cast, client_of):
    Responsibility.delete().execute()
    desktop = client_of(cast.graduate)
    desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open("/h5/my-counselors")
    for words in ("暂时没有可以关联的辅导员", "软件工程2301", "2027届", "计算机学院或江淮大学就业部门"):
        assert words in page.text


def test_a_scanned_counselor_who_does_not_answer_for_me_is_explained(cast, client_of, ctx):
    counselor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.other_counselor.account, "desktop"))
    word = links.counselor_scene(ctx, counselor).word
    desktop = client_of(cast.graduate)
    desktop.open("/h5/intention").submit("/h5/intention/later")
    page = desktop.open(f"/h5/c/{word}")
    assert page.path == "/h5/my-counselors"
    assert "您扫描的是 赵敏 的二维码" in page.text
    assert "王建国" in page.text


def test_a_graduate_unlinks_without_a_reason(cast, client_of, linked):
    desktop = client_of(cast.graduate)
    page = desktop.open("/h5/my-counselors").submit(f"/h5/my-counselors/{linked.code}/unlink")
    assert "已解除关联" in page.text
    assert Link.get_by_id(linked.id).status == "unlinked"


def test_somebody_elses_link_is_not_found(cast, client_of, linked):
    desktop = client_of(cast.other_graduate)
    page = desktop.post(f"/h5/my-counselors/{linked.code}/unlink", {"csrf_token": desktop.token()})
    assert page.status == 404
    assert Link.get_by_id(linked.id).status == "linked"


@pytest.fixture
def linked(cast, ctx):
    """李晓雨's link with 王建国."""
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.graduate.account, "desktop"))
    return links.link(ctx, visitor, [cast.counselor.staff.code])[0]


def test_a_person_without_a_row_is_led_to_identify_first(cast, client_of):
    for path in ("/h5/my-counselors", "/h5/intention"):
        assert client_of(cast.person).open(path).path == "/h5/identify"
