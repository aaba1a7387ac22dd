"""One 生源信息 record: who may change what, what is remembered of the import, and the three states."""

import json
from collections.abc import Callable

import pytest

from domain.actors import Role
from domain.refusals import Refusal
from models.graduate import Graduate
from models.journal import Journal
from models.people import FieldRight
from services import field_rights, roster
from services.context import Context
from services.roster import FieldView
from tests.cast import Cast, Persona
from tests.rosters import hold_places, make_whole, seat_of
from tests.services.tools import Meet, acts, codes_of, together


@pytest.fixture
def whole(ctx: Context, cast: Cast) -> Graduate:
    """李晓雨's record with every field filled."""
    hold_places(ctx)
    return make_whole(cast.graduate.graduate)


def now(graduate: Graduate) -> Graduate:
    return Graduate.get_by_id(graduate.id)


def refused(verb: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        verb()
    return refusal.value


def views(ctx: Context, persona: Persona, graduate: Graduate) -> dict[str, FieldView]:
    return {view.field.name: view for view in roster.record(ctx, seat_of(ctx, persona), graduate.code).fields}


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other_counselor"])
def test_outside_the_range_there_is_no_record(ctx: Context, cast: Cast, whole: Graduate, who: str) -> None:
    seat = seat_of(ctx, getattr(cast, who))
    for verb in (
        lambda: roster.record(ctx, seat, whole.code),
        lambda: roster.change(ctx, seat, whole.code, 1, {}),
        lambda: roster.unlock(ctx, seat, whole.code, 1),
        lambda: roster.record(ctx, seat, "no-such-code"),
    ):
        assert refused(verb).code == "not_found"
    assert roster.differences(ctx, seat, [whole.code]) == {}


@pytest.mark.parametrize(
    ("who", "number", "phone"),
    [
        ("counselor", "110***********1239", "13900000101"),
        ("college", "110***********1239", "13900000101"),
        ("school", "110101200501011239", "13900000101"),
        ("province", "110***********1239", "139****0101"),
        ("ministry", "110***********1239", "139****0101"),
    ],
)
def test_numbers_are_whole_for_those_who_need_them(
    ctx: Context, cast: Cast, whole: Graduate, who: str, number: str, phone: str
) -> None:
    seen = views(ctx, getattr(cast, who), whole)
    assert (seen["identity_number"].shown, seen["phone"].shown) == (number, phone)
    assert seen["identity_number"].value == ""


def test_codes_are_read_by_their_names(ctx: Context, cast: Cast, whole: Graduate) -> None:
    seen = views(ctx, cast.counselor, whole)
    assert seen["education_code"].shown == "本科毕业 (31)"
    assert seen["origin"].shown == "安徽省 合肥市 蜀山区 (340104)"
    assert {name for name, view in seen.items() if view.trouble} == set()


def test_a_record_says_what_is_still_wrong_with_it(ctx: Context, cast: Cast) -> None:
    hold_places(ctx)
    graduate = make_whole(cast.graduate.graduate, origin="340100", politics="")
    seen = views(ctx, cast.college, graduate)
    assert {name for name, view in seen.items() if view.trouble} == {"origin", "politics"}


@pytest.mark.parametrize(
    ("who", "may", "may_not"),
    [
        ("counselor", {"ethnicity", "class_name", "hardship"}, {"college", "enrolled_on", "name"}),
        ("college", {"enrolled_on", "conclusion"}, {"college", "identity_number"}),
        ("school", {"college", "origin"}, {"name", "year", "major_code", "training"}),
        ("province", set(), {"origin", "ethnicity"}),
        ("ministry", set(), {"origin", "ethnicity"}),
    ],
)
def test_rights_by_role(
    ctx: Context, cast: Cast, whole: Graduate, who: str, may: set[str], may_not: set[str]
) -> None:
    writable = {name for name, view in views(ctx, getattr(cast, who), whole).items() if view.may_write}
    assert may <= writable
    assert not may_not & writable


# -- changing ----------------------------------------------------------------------------------------------


def test_a_change_by_staff_locks_and_remembers_the_import(ctx: Context, cast: Cast, whole: Graduate) -> None:
    seat = seat_of(ctx, cast.counselor)
    roster.change(ctx, seat, whole.code, whole.version, {"origin": "340111", "phone": "13900000999"})
    after = now(whole)
    assert (after.status, after.origin, after.phone) == ("locked", "340111", "13900000999")
    assert after.phone_index != whole.phone_index
    assert json.loads(after.edits) == {"origin": "340104", "phone": "13900000101"}
    assert after.edited_at == ctx.clock()
    assert acts("graduate") == [("lock", "counselor", "open", "locked")]
    assert Journal.get().note == {"fields": ["origin", "phone"]}
    found = roster.differences(ctx, seat, [whole.code])[whole.code]
    assert [(view.field.name, view.imported, view.shown) for view in found] == [
        ("origin", "安徽省 合肥市 蜀山区 (340104)", "安徽省 合肥市 包河区 (340111)"),
        ("phone", "13900000101", "13900000999"),
    ]


def test_what_goes_back_to_the_import_is_no_difference(ctx: Context, cast: Cast, whole: Graduate) -> None:
    seat = seat_of(ctx, cast.college)
    for origin in ("340111", "340181", "340104"):
        roster.change(ctx, seat, whole.code, now(whole).version, {"origin": origin})
    assert now(whole).edits is None
    assert roster.record(ctx, seat, whole.code).differences == []


def test_locking_alone_changes_nothing_else(ctx: Context, cast: Cast, whole: Graduate) -> None:
    roster.change(ctx, seat_of(ctx, cast.school), whole.code, whole.version, {})
    after = now(whole)
    assert (after.status, after.edits, after.edited_at) == ("locked", None, None)
    assert Journal.get().note is None


@pytest.mark.parametrize(
    ("who", "field", "value", "reason"),
    [
        ("school", "name", "李大雨", "必须与学籍保持一致"),
        ("school", "year", "2026", "必须与学籍保持一致"),
        ("school", "identity_number", "110101200502021236", "必须与学籍保持一致"),
        ("counselor", "enrolled_on", "2023-09-02", "未对您开放修改"),
        ("college", "college", "外国语学院", "未对您开放修改"),
    ],
)
def test_a_field_that_is_not_ones_to_change_is_named(
    ctx: Context, cast: Cast, whole: Graduate, who: str, field: str, value: str, reason: str
) -> None:
    seat = seat_of(ctx, getattr(cast, who))
    values = {field: value, "ethnicity": "02"}
    refusal = refused(lambda: roster.change(ctx, seat, whole.code, whole.version, values))
    assert set(refusal.fields) == {field}
    assert reason in refusal.fields[field]
    assert (now(whole).status, now(whole).ethnicity) == ("open", "01")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("origin", "340100"),
        ("origin", "341402"),
        ("ethnicity", "1"),
        ("commissioned_by", "某某集团"),
        ("graduates_on", "2023-01-01"),
        ("phone", "12"),
        ("college", "没有的学院"),
        ("politics", ""),
    ],
)
def test_values_are_judged_as_in_an_import(
    ctx: Context, cast: Cast, whole: Graduate, field: str, value: str
) -> None:
    seat = seat_of(ctx, cast.school)
    refusal = refused(lambda: roster.change(ctx, seat, whole.code, whole.version, {field: value}))
    assert set(refusal.fields) == {field}
    assert now(whole).version == whole.version


def test_a_date_is_judged_with_its_partner(ctx: Context, cast: Cast, whole: Graduate) -> None:
    seat = seat_of(ctx, cast.college)
    values = {"enrolled_on": "2027年7月1日"}
    refusal = refused(lambda: roster.change(ctx, seat, whole.code, whole.version, values))
    assert set(refusal.fields) == {"graduates_on"}


def test_the_school_moves_a_graduate_to_another_college(ctx: Context, cast: Cast, whole: Graduate) -> None:
    roster.change(ctx, seat_of(ctx, cast.school), whole.code, whole.version, {"college": "外国语学院"})
    assert now(whole).college_id == cast.units["other_college"].id
    assert refused(lambda: roster.record(ctx, seat_of(ctx, cast.college), whole.code)).code == "not_found"
    assert roster.record(ctx, seat_of(ctx, cast.other_counselor), whole.code).differences[0].imported == (
        "计算机学院"
    )


def test_an_incomplete_import_does_not_stand_in_the_way(ctx: Context, cast: Cast) -> None:
    hold_places(ctx)
    graduate = cast.graduate.graduate  # most fields are empty
    seat = seat_of(ctx, cast.counselor)
    roster.change(ctx, seat, graduate.code, now(graduate).version, {"ethnicity": "02"})
    assert now(graduate).ethnicity == "02"


@pytest.mark.parametrize("who", ["province", "ministry"])
def test_levels_above_the_school_only_look_on(ctx: Context, cast: Cast, whole: Graduate, who: str) -> None:
    seat = seat_of(ctx, getattr(cast, who))
    assert not roster.record(ctx, seat, whole.code).may_lock
    assert refused(lambda: roster.change(ctx, seat, whole.code, whole.version, {})).code == "not_allowed"
    assert now(whole).status == "open"


def test_two_at_once_do_not_overwrite_each_other(ctx: Context, cast: Cast, whole: Graduate) -> None:
    first, second = seat_of(ctx, cast.counselor), seat_of(ctx, cast.college)
    results = together(
        lambda: roster.change(ctx, first, whole.code, whole.version, {"ethnicity": "02"}),
        lambda: roster.change(ctx, second, whole.code, whole.version, {"politics": "01"}),
    )
    assert codes_of(results) == ["ok", "stale"]


# -- unlocking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "code"), [("college", "ok"), ("school", "ok"), ("counselor", "not_allowed")])
def test_college_and_school_unlock(ctx: Context, cast: Cast, whole: Graduate, who: str, code: str) -> None:
    locked = roster.change(ctx, seat_of(ctx, cast.counselor), whole.code, whole.version, {})
    seat = seat_of(ctx, getattr(cast, who))
    assert roster.record(ctx, seat, whole.code).may_unlock is (code == "ok")
    if code == "ok":
        roster.unlock(ctx, seat, whole.code, locked.version)
        assert acts("graduate")[-1] == ("unlock", who, "locked", "open")
    else:
        assert refused(lambda: roster.unlock(ctx, seat, whole.code, locked.version)).code == code
        assert now(whole).status == "locked"


def test_what_is_not_locked_is_not_unlocked(ctx: Context, cast: Cast, whole: Graduate) -> None:
    seat = seat_of(ctx, cast.school)
    assert refused(lambda: roster.unlock(ctx, seat, whole.code, whole.version)).code == "illegal_move"
    assert refused(lambda: roster.unlock(ctx, seat, whole.code, 99)).code == "stale"


# -- the graduate ------------------------------------------------------------------------------------------


def test_the_graduate_confirms_with_own_changes(
    ctx: Context, cast: Cast, whole: Graduate, meet: Meet
) -> None:
    me = meet(cast.graduate)
    roster.confirm(ctx, me, whole.version, {"origin": "340111", "phone": "13900000101"})
    after = now(whole)
    assert (after.status, after.origin) == ("confirmed", "340111")
    assert json.loads(after.edits) == {"origin": "340104"}
    assert acts("graduate") == [("confirm", "graduate", "open", "confirmed")]
    roster.confirm(ctx, me, after.version, {"origin": "340104"})
    assert (now(whole).status, now(whole).edits) == ("confirmed", None)


def test_the_graduate_may_not_change_the_rest(ctx: Context, cast: Cast, whole: Graduate, meet: Meet) -> None:
    me = meet(cast.graduate)
    for field, value in (("name", "李大雨"), ("hardship", "1"), ("class_name", "别的班")):
        refusal = refused(lambda f=field, v=value: roster.confirm(ctx, me, whole.version, {f: v}))
        assert set(refusal.fields) == {field}
    assert now(whole).status == "open"


def test_what_is_the_graduates_to_fill_must_be_filled(ctx: Context, cast: Cast, meet: Meet) -> None:
    hold_places(ctx)
    graduate = make_whole(cast.graduate.graduate, politics="", origin="340100")
    me = meet(cast.graduate)
    refusal = refused(lambda: roster.confirm(ctx, me, graduate.version, {"ethnicity": "02"}))
    assert set(refusal.fields) == {"politics", "origin"}


def test_what_staff_have_locked_is_only_read(ctx: Context, cast: Cast, whole: Graduate, meet: Meet) -> None:
    locked = roster.change(ctx, seat_of(ctx, cast.counselor), whole.code, whole.version, {})
    me = meet(cast.graduate)
    own = roster.own_record(ctx, me)
    assert not any(view.may_write for view in own.fields)
    assert refused(lambda: roster.confirm(ctx, me, locked.version, {})).code == "roster_locked"
    names = [staff.account.name for staff in roster.whom_to_ask(own.graduate)]
    assert names == [cast.college.name, cast.school.name]
    opened = roster.unlock(ctx, seat_of(ctx, cast.college), whole.code, locked.version)
    roster.confirm(ctx, me, opened.version, {})
    assert now(whole).status == "confirmed"


def test_somebody_without_a_record_has_none_to_confirm(ctx: Context, cast: Cast, meet: Meet) -> None:
    me = meet(cast.person)
    assert refused(lambda: roster.own_record(ctx, me)).code == "identify_first"
    assert refused(lambda: roster.confirm(ctx, me, 0, {})).code == "identify_first"


def test_the_graduate_sees_the_identity_number_masked(
    ctx: Context, cast: Cast, whole: Graduate, meet: Meet
) -> None:
    seen = {view.field.name: view.shown for view in roster.own_record(ctx, meet(cast.graduate)).fields}
    assert seen["identity_number"] == "110***********1239"
    assert seen["phone"] == "13900000101"


# -- rights on fields --------------------------------------------------------------------------------------


def test_a_school_gives_and_takes_rights(ctx: Context, cast: Cast, whole: Graduate, meet: Meet) -> None:
    school = seat_of(ctx, cast.school)
    wanted = {("counselor", "enrolled_on"): True, ("graduate", "origin"): False, ("college", "origin"): True}
    assert field_rights.set_rights(ctx, school, wanted) == 2  # the third is the rule already
    assert field_rights.set_rights(ctx, school, wanted) == 0
    assert Journal.get().note == {
        "counselor": {"given": ["enrolled_on"]},
        "graduate": {"taken": ["origin"]},
    }
    assert Journal.select().count() == 1
    assert views(ctx, cast.counselor, whole)["enrolled_on"].may_write
    me = meet(cast.graduate)
    refusal = refused(lambda: roster.confirm(ctx, me, whole.version, {"origin": "340111"}))
    assert set(refusal.fields) == {"origin"}
    field_rights.set_rights(ctx, school, {("graduate", "origin"): True})
    roster.confirm(ctx, me, whole.version, {"origin": "340111"})
    assert now(whole).origin == "340111"


def test_locked_fields_stay_locked(ctx: Context, cast: Cast, whole: Graduate) -> None:
    school = seat_of(ctx, cast.school)
    for key in (("school", "name"), ("graduate", "identity_number"), ("school", "special_group")):
        refusal = refused(lambda k=key: field_rights.set_rights(ctx, school, {k: True}))
        assert list(refusal.fields) == [key[1]]
    FieldRight.create(school=cast.units["school"], role="school", field="name", may_write=True)
    assert not views(ctx, cast.school, whole)["name"].may_write


@pytest.mark.parametrize("who", ["counselor", "college", "province", "ministry"])
def test_rights_are_the_schools_to_set(ctx: Context, cast: Cast, who: str) -> None:
    seat = seat_of(ctx, getattr(cast, who))
    assert refused(lambda: field_rights.rights_here(ctx, seat)).code == "school_only"
    assert refused(lambda: field_rights.set_rights(ctx, seat, {})).code == "school_only"


def test_nobody_beside_the_four_writes(ctx: Context, cast: Cast) -> None:
    rights = field_rights.rights_in(cast.units["school"].id)
    assert {role for role in Role if any(rights.may(role, f) for f in field_rights.roster_fields())} == {
        Role.GRADUATE,
        Role.COUNSELOR,
        Role.COLLEGE,
        Role.SCHOOL,
    }
