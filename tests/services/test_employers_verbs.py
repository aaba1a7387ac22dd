"""Registering a unit, looking at it, and what recruiters are told."""

from collections.abc import Callable
from typing import Any

import pytest

from models.employer import Employer, Recruiter
from models.journal import Journal
from models.org import OrgUnit
from models.post import Post
from services import binding
from services.context import Context
from services.employers import forms, registering, review
from services.employers.forms import EmployerForm
from services.employers.review import EmployerFilter
from services.jobs.steps import vault
from services.seats import Seat
from services.sessions import Visitor
from tests.cast import CREDIT_CODE, Cast
from tests.papers import PLACE, pdf, photo
from tests.posts import add_post
from tests.rosters import hold_places
from tests.services.tools import Meet, acts, codes_of, owed, refusal_of, together


def valid_code(stem: str = "91340100MA2N00000") -> str:
    """A code with a right check digit."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + signs[(31 - total % 31) % 31]


@pytest.fixture
def form(ctx: Context, cast: Cast) -> Callable[..., EmployerForm]:
    hold_places(ctx)

    def filled(**changes: str) -> EmployerForm:
        values = {
            "name": "合肥未来科技有限公司",
            "credit_code": valid_code(),
            "nature": "39",
            "industry": "34",
            "scale": "s2",
            "region": "340104",
            "address": "创新大道 1 号",
            "contact_name": "何路",
            "contact_phone": "13900000401",
            "unit": cast.units["school"].code,
        }
        return EmployerForm(**values | changes)

    return filled


@pytest.fixture
def filed(ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]) -> Employer:
    """何路's unit, handed in to the school."""
    registering.save(ctx, meet(cast.person), form())
    registering.add_licence(ctx, meet(cast.person), iter([photo()]))
    return registering.file(ctx, meet(cast.person))


def test_a_unit_is_written_proved_and_handed_in(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    first = registering.save(ctx, meet(cast.person), form(name="合肥未来科技"))
    again = registering.save(ctx, meet(cast.person), form())
    assert (first.id, again.name, again.status) == (again.id, "合肥未来科技有限公司", "known")
    assert (again.school_id, again.province_id) == (cast.units["school"].id, cast.units["province"].id)
    assert refusal_of(lambda: registering.file(ctx, meet(cast.person))).code == "licence_needed"
    registering.add_licence(ctx, meet(cast.person), iter([photo()[:500], photo()[500:]]))
    media_type, pieces = registering.licence(ctx, meet(cast.person))
    assert (media_type, PLACE in b"".join(pieces)) == ("image/jpeg", False)
    filed = [registering.file(ctx, meet(cast.person)) for _ in range(2)]
    assert {row.status for row in filed} == {"filed"}
    assert acts("employer")[-1] == ("file", "employer", "known", "filed")
    visitor = meet(cast.person)
    assert visitor.recruiter is not None
    assert refusal_of(lambda: registering.save(ctx, visitor, form())).code == "employer_not_editable"
    assert (
        refusal_of(lambda: registering.add_licence(ctx, visitor, iter([pdf()]))).code
        == "employer_not_editable"
    )


def test_another_licence_takes_the_place_of_the_first(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    registering.save(ctx, meet(cast.person), form())
    first = registering.add_licence(ctx, meet(cast.person), iter([photo()])).licence
    second = registering.add_licence(ctx, meet(cast.person), iter([pdf()]))
    assert second.licence_type == "application/pdf"
    names = set(vault(ctx).names())
    assert (first in names, second.licence in names) == (False, True)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_needed"),
        (b"not a picture", "licence_kind"),
        (pdf(extra=b"/JavaScript"), "licence_unsafe"),
        (b"\xff\xd8\xff" + b"0" * (9 * 2**20), "licence_too_big"),
    ],
)
def test_a_bad_licence_leaves_nothing_behind(
    data: bytes, code: str, ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    registering.save(ctx, meet(cast.person), form())
    before = set(vault(ctx).names())
    assert refusal_of(lambda: registering.add_licence(ctx, meet(cast.person), iter([data]))).code == code
    assert set(vault(ctx).names()) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "公司"}, "name"),
        ({"credit_code": "91110000600037341M"}, "credit_code"),
        ({"nature": "xx"}, "nature"),
        ({"industry": "00"}, "industry"),
        ({"scale": "9"}, "scale"),
        ({"region": "340100"}, "region"),
        ({"address": ""}, "address"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"intro": "字" * 2001}, "intro"),
        ({"contact_phone": ""}, "contact_phone"),
        ({"contact_phone": "call me"}, "contact_phone"),
        ({"contact_email": "a@b"}, "contact_email"),
        ({"unit": "nowhere"}, "unit"),
    ],
)
def test_each_field_is_looked_at(
    changes: dict[str, str],
    field: str,
    ctx: Context,
    cast: Cast,
    meet: Meet,
    form: Callable[..., EmployerForm],
) -> None:
    refusal = refusal_of(lambda: registering.save(ctx, meet(cast.person), form(**changes)))
    assert list(refusal.fields) == [field]
    assert not Recruiter.select().where(Recruiter.account == cast.person.account).exists()


def test_a_college_looks_at_no_employers(cast: Cast) -> None:
    assert forms.office_of(cast.units["college"].code) is None
    assert [unit.name for unit in forms.offices("安徽")] == ["安徽省"]
    assert forms.offices("计算机") == []
    assert forms.offices(" ") == []


def test_staff_and_graduates_register_no_unit(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    for persona in (cast.school, cast.graduate):
        visitor = meet(persona)
        assert (
            refusal_of(lambda who=visitor: registering.save(ctx, who, form())).code
            == "employer_other_account"
        )


def test_a_unit_that_is_registered_is_refused_and_says_whom_to_ask(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    refusal = refusal_of(lambda: registering.save(ctx, meet(cast.person), form(credit_code=CREDIT_CODE)))
    assert refusal.code == "employer_taken"
    taken = registering.whose(CREDIT_CODE)
    assert taken is not None
    assert (taken.office, taken.recruiter, taken.phone) == ("江淮大学", "周*", "139****0301")
    assert registering.whose(valid_code()) is None


def test_a_draft_belongs_to_whoever_writes_it_last(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm], password_hash: str
) -> None:
    registering.save(ctx, meet(cast.person), form(contact_name="张三", intro="甲"))
    registering.add_licence(ctx, meet(cast.person), iter([photo()]))
    Recruiter.update(ended_at=ctx.clock()).where(Recruiter.account == cast.employer.account).execute()
    unit = registering.save(ctx, meet(cast.employer), form(contact_name="周敏"))
    assert (unit.contact_name, unit.intro, unit.licence) == ("周敏", "", "")
    assert meet(cast.person).recruiter is None
    taker = meet(cast.employer).recruiter
    assert taker is not None
    assert taker.employer_id == unit.id


def test_two_at_once_leave_one_recruiter(
    ctx: Context, cast: Cast, meet: Meet, form: Callable[..., EmployerForm]
) -> None:
    Recruiter.update(ended_at=ctx.clock()).where(Recruiter.account == cast.employer.account).execute()
    people = [meet(cast.person), meet(cast.employer)]
    done = together(*(lambda who=who: registering.save(ctx, who, form()) for who in people))
    assert "ok" in codes_of(done)
    unit = Employer.get(Employer.credit_code == valid_code())
    live = Recruiter.select().where((Recruiter.employer == unit) & Recruiter.ended_at.is_null())
    assert live.count() == 1


def test_an_office_approves_and_the_recruiter_is_told(
    ctx: Context, cast: Cast, meet: Meet, sit: Callable[[str], Seat], filed: Employer
) -> None:
    assert refusal_of(lambda: review.approve(ctx, sit("college"), filed.code)).status == 404
    assert [review.approve(ctx, sit("school"), filed.code).status for _ in range(2)] == ["approved"] * 2
    told = owed("hiring_told")
    assert [(row.channel, row.phone) for row in told] == [("sms", cast.person.phone)]
    row = Employer.get_by_id(filed.id)
    assert (row.status, row.reviewer_id) == ("approved", cast.school.staff.id)


def test_whoever_is_bound_is_told_in_wechat(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], filed: Employer
) -> None:
    binding.bind(ctx, cast.person.account, cast.person.openid)
    review.return_(ctx, sit("school"), filed.code, " 营业执照不清楚 ")
    row = owed("hiring_told")[0]
    assert (row.channel, row.openid) == ("template", cast.person.openid)
    assert "营业执照不清楚" in row.payload
    assert row.link.endswith("/employer/")


def test_what_was_returned_is_mended_and_handed_in_again(
    ctx: Context,
    cast: Cast,
    meet: Meet,
    sit: Callable[[str], Seat],
    filed: Employer,
    form: Callable[..., EmployerForm],
) -> None:
    assert (
        refusal_of(lambda: review.return_(ctx, sit("school"), filed.code, " ")).code == "review_reason_needed"
    )
    review.return_(ctx, sit("school"), filed.code, "地址不对")
    registering.save(ctx, meet(cast.person), form(address="创新大道 2 号"))
    row = registering.file(ctx, meet(cast.person))
    assert (row.status, row.reason, row.address) == ("filed", "", "创新大道 2 号")
    review.decline(ctx, sit("province"), filed.code, "不是用人单位")
    assert refusal_of(lambda: registering.file(ctx, meet(cast.person))).code == "illegal_move"


def test_a_unit_is_stopped_and_goes_on(ctx: Context, cast: Cast, sit: Callable[[str], Seat]) -> None:
    assert cast.unit is not None
    post = add_post(ctx, cast.unit)
    assert review.suspend(ctx, sit("ministry"), cast.unit.code, "被投诉").status == "suspended"
    assert Post.get_by_id(post.id).status == "suspended"
    assert review.restore(ctx, sit("school"), cast.unit.code).status == "approved"
    assert [row.payload.count("已恢复") for row in owed("hiring_told")] == [0, 1]


@pytest.mark.parametrize(("who", "sees"), [("ministry", 2), ("province", 2), ("school", 2), ("college", 0)])
def test_each_office_sees_its_own_and_those_below(
    who: str, sees: int, ctx: Context, sit: Callable[[str], Seat], filed: Employer
) -> None:
    assert len(review.listed(ctx, sit(who), EmployerFilter()).rows) == sees


def test_another_school_sees_nothing(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], filed: Employer
) -> None:
    other = OrgUnit.add("school", "皖南学院", cast.units["province"])
    cast.school.staff.change(unit=other)
    assert review.listed(ctx, sit("school"), EmployerFilter()).rows == []
    for verb in (review.one, lambda seat, code: review.licence(ctx, seat, code)):
        assert refusal_of(lambda verb=verb: verb(sit("school"), filed.code)).status == 404
    for act in (review.approve, review.restore):
        assert refusal_of(lambda act=act: act(ctx, sit("school"), filed.code)).status == 404


def test_the_list_is_narrowed_and_goes_on(
    ctx: Context, cast: Cast, sit: Callable[[str], Seat], filed: Employer
) -> None:
    seat = sit("school")

    def names(**wanted: str) -> list[str]:
        return [row.name for row in review.listed(ctx, seat, EmployerFilter(**wanted)).rows]

    assert names(status="filed") == ["合肥未来科技有限公司"]
    assert names(keyword="（未来）科技") == ["合肥未来科技有限公司"]
    assert names(keyword=CREDIT_CODE.lower()) == ["合肥创新软件有限公司"]
    assert names(keyword="%") == []
    assert len(names(place="340000")) == len(names(place="340104")) == 2
    assert names(place="350000") == []
    columns: dict[str, Any] = {"unit": cast.units["school"], "school_id": cast.units["school"].id}
    for n in range(60):
        Employer.create(name=f"单位{n}", name_key=f"单位{n}", status="filed", filed_at=ctx.clock(), **columns)
    first = review.listed(ctx, seat, EmployerFilter(status="filed"))
    rest = review.listed(ctx, seat, EmployerFilter(status="filed"), first.after)
    assert (len(first.rows), len(rest.rows), first.total) == (50, 11, 61)
    assert not {row.id for row in first.rows} & {row.id for row in rest.rows}


def test_every_look_at_a_licence_is_written_down(
    ctx: Context, sit: Callable[[str], Seat], filed: Employer
) -> None:
    for _ in range(2):
        media_type, pieces = review.licence(ctx, sit("school"), filed.code)
        assert (media_type, b"".join(pieces)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    looks = Journal.select().where((Journal.verb == "view") & (Journal.record == filed.code))
    assert [row.school_id for row in looks] == [filed.school_id] * 2


def visitor_is_kept_out(visitor: Visitor) -> bool:
    """Whether the recruiter may use nothing yet."""
    return visitor.recruiter is None or visitor.recruiter.employer.status != "approved"


def test_nothing_is_usable_before_approval(
    ctx: Context, cast: Cast, meet: Meet, sit: Callable[[str], Seat], filed: Employer
) -> None:
    assert visitor_is_kept_out(meet(cast.person))
    review.approve(ctx, sit("school"), filed.code)
    assert not visitor_is_kept_out(meet(cast.person))
