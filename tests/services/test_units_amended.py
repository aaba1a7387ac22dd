"""An approved unit changes what it says of itself: most at once, its name and paper once an office has looked."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from models.employer import Employer
from models.journal import Journal
from models.post import Post, PostChange, PostWord
from services import applications, stray_files
from services.context import Context
from services.employers import amending, renaming, review
from services.employers.review import EmployerFilter
from services.jobs.steps import vault
from services.posts import search
from services.posts.search import Asked
from services.seats import Seat
from services.sessions import Visitor
from tests.cast import CREDIT_CODE, Cast
from tests.papers import photo
from tests.posts import add_post
from tests.rosters import hold_places
from tests.services.test_employers_verbs import valid_code
from tests.services.tools import Meet, acts, owed, refusal_of

Sit = Callable[[str], Seat]
NEW_NAME = "合肥启明软件有限公司"


@pytest.fixture
def boss(ctx: Context, cast: Cast, meet: Meet) -> Visitor:
    hold_places(ctx)
    return meet(cast.employer)


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    return add_post(ctx, cast.unit, school_id=cast.units["school"].id)


def details(**changes: str) -> dict[str, str]:
    known = {
        **{"scale": "s3", "region": "340104", "address": "高新区创新大道 88 号", "website": "", "intro": ""},
        **{"contact_name": "周敏", "contact_phone": "0551-65000000", "contact_email": "", "position": ""},
    }
    return known | changes


def change(**changes: str) -> dict[str, str]:
    return {"name": NEW_NAME, "credit_code": CREDIT_CODE, "nature": "39", "industry": "34"} | changes


def paper() -> Iterator[bytes]:
    return iter([photo()])


@pytest.fixture
def proposed(ctx: Context, boss: Visitor, post: Post) -> Employer:
    return amending.propose(ctx, boss, change(), paper(), str(Employer.get().version))


def test_what_harms_nobody_is_changed_at_once(ctx: Context, boss: Visitor, post: Post) -> None:
    seen = str(Employer.get().version)
    for _ in range(2):
        amending.save_details(ctx, boss, details(address="创新大道 1 号", intro="做软件"), seen)
    row = Employer.get()
    assert (row.address, row.intro, row.status) == ("创新大道 1 号", "做软件", "approved")
    notes = [one.note for one in Journal.select().where(Journal.verb == "change")]
    assert notes == [{"fields": ["address", "intro"]}]
    stale = refusal_of(lambda: amending.save_details(ctx, boss, details(address="创新大道 2 号"), seen))
    assert stale.code == "stale"
    assert Post.get().status == "published"


@pytest.mark.parametrize(
    ("name", "value"),
    [("scale", "x"), ("region", "340000"), ("website", "javascript:x"), ("contact_phone", "")],
)
def test_each_detail_is_looked_at(ctx: Context, boss: Visitor, name: str, value: str) -> None:
    refusal = refusal_of(lambda: amending.save_details(ctx, boss, details(**{name: value}), ""))
    assert list(refusal.fields) == [name]


def test_another_name_waits_and_all_goes_on(
    ctx: Context, cast: Cast, meet: Meet, boss: Visitor, post: Post, proposed: Employer
) -> None:
    row = Employer.get()
    assert (row.status, row.name) == ("amending", "合肥创新软件有限公司")
    assert search.search(Asked()).rows[0].employer.name == "合肥创新软件有限公司"
    sent = applications.apply(ctx, meet(cast.graduate), post.code)
    assert applications.view(ctx, meet(cast.employer), sent.code).application.status == "seen"
    again = refusal_of(lambda: amending.propose(ctx, boss, change(name="别的名称"), paper(), ""))
    assert again.code == "employer_amending"
    assert set(vault(ctx).names()) >= {row.new_licence}


def test_what_an_office_adopts_is_in_force_with_its_posts(
    ctx: Context, sit: Sit, post: Post, proposed: Employer
) -> None:
    former = Employer.get().new_licence
    waiting = review.listed(ctx, sit("school"), EmployerFilter(status="amending")).rows
    assert [row.id for row in waiting] == [proposed.id]
    assert refusal_of(lambda: review.adopt(ctx, sit("school"), proposed.code, "0")).code == "stale"
    for _ in range(2):
        review.adopt(ctx, sit("school"), proposed.code, str(Employer.get().version))
    row = Employer.get()
    assert (row.status, row.name, row.name_key, row.licence) == ("approved", NEW_NAME, NEW_NAME, former)
    assert (row.proposal, row.new_licence) == (None, "")
    assert "变更通过" in owed("hiring_told")[0].payload
    assert search.search(Asked(keyword="启明")).rows == []
    assert [renaming.sweep(ctx) for _ in range(2)] == [1, 0]
    assert [one.code for one in search.search(Asked(keyword="启明")).rows] == [post.code]
    assert PostChange.select().where(PostChange.verb == "change").count() == 1
    assert Employer.get().renamed_up_to is None


def test_many_posts_get_their_new_words_some_at_a_time(
    ctx: Context, cast: Cast, sit: Sit, post: Post, proposed: Employer
) -> None:
    same = {name: value for name, value in post.__data__.items() if name not in ("id", "code")}
    rows = [same | {"code": f"code{nth:08d}"} for nth in range(renaming.BATCH + 5)]
    for start in range(0, len(rows), 20):
        Post.insert_many(rows[start : start + 20]).execute()
    review.adopt(ctx, sit("school"), proposed.code)
    assert renaming.sweep(ctx) == renaming.BATCH + 6
    assert PostWord.select().where(PostWord.word == "启明").count() == renaming.BATCH + 6


def test_what_an_office_refuses_leaves_the_unit_as_it_was(ctx: Context, sit: Sit, proposed: Employer) -> None:
    paper_name = Employer.get().new_licence
    assert (
        refusal_of(lambda: review.keep(ctx, sit("school"), proposed.code, " ")).code == "review_reason_needed"
    )
    for _ in range(2):
        review.keep(ctx, sit("school"), proposed.code, "与执照不一致")
    row = Employer.get()
    assert (row.status, row.name, row.reason) == ("approved", "合肥创新软件有限公司", "与执照不一致")
    assert (row.proposal, row.new_licence) == (None, "")
    assert paper_name not in set(vault(ctx).names())
    assert "变更未通过" in owed("hiring_told")[0].payload
    assert [verb for verb, *_ in acts("employer")] == ["amend", "keep"]


def test_a_change_is_taken_back_or_ends_with_the_unit(
    ctx: Context, boss: Visitor, sit: Sit, proposed: Employer
) -> None:
    for _ in range(2):
        assert amending.recall(ctx, boss).status == "approved"
    assert Employer.get().proposal is None
    amending.propose(ctx, boss, change(), paper(), "")
    name = Employer.get().new_licence
    review.suspend(ctx, sit("school"), proposed.code, "涉嫌收费")
    row = Employer.get()
    assert (row.status, row.proposal, row.name) == ("suspended", None, "合肥创新软件有限公司")
    assert name not in set(vault(ctx).names())


def test_a_change_needs_something_new_and_its_paper(ctx: Context, cast: Cast, boss: Visitor) -> None:
    same = change(name="合肥创新软件有限公司")
    assert refusal_of(lambda: amending.propose(ctx, boss, same, None, "")).code == "amend_nothing"
    assert refusal_of(lambda: amending.propose(ctx, boss, change(), None, "")).code == "amend_licence"
    assert amending.propose(ctx, boss, same | {"nature": "31"}, None, "").status == "amending"


def test_a_code_that_another_has_is_not_taken(ctx: Context, cast: Cast, boss: Visitor, sit: Sit) -> None:
    code = valid_code()
    wanted = change(credit_code=code)
    row = amending.propose(ctx, boss, wanted, paper(), "")
    Employer.create(name="别家", name_key="别家", credit_code=code, unit=cast.units["school"])
    assert refusal_of(lambda: review.adopt(ctx, sit("school"), row.code)).code == "employer_taken"
    amending.recall(ctx, boss)
    assert refusal_of(lambda: amending.propose(ctx, boss, wanted, paper(), "")).code == "employer_taken"


def test_only_the_office_above_decides(ctx: Context, sit: Sit, proposed: Employer) -> None:
    assert refusal_of(lambda: review.adopt(ctx, sit("college"), proposed.code)).status == 404


def test_a_paper_that_waits_is_swept_by_nobody(ctx: Context, proposed: Employer) -> None:
    later = replace(ctx, clock=lambda: ctx.clock())
    assert "employer_new" in stray_files.OWNERS
    assert vault(later).unclaimed("employer_new", 10**12) == []
