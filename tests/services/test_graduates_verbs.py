"""毕业生: proving who one is without learning anything of others, and registering an intention."""

from collections.abc import Callable

import pytest

from domain.refusals import Refusal
from models.account import Account
from models.graduate import Graduate, Intention
from providers.oidc import Identity
from services import binding, graduates, identity, sessions
from services.context import Context
from services.graduates import Wish
from services.sessions import Visitor
from services.throttle import IDENTIFY
from tests.cast import Cast, Persona, add_graduate
from tests.services.tools import Meet, acts, codes_of, together

ISSUER = "https://id.example.edu.cn"


def refusal_of(verb: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value


def identify(ctx: Context, visitor: Visitor, persona: Persona, **other: str) -> Graduate:
    """Identifies with the persona's three facts, or others."""
    facts = {
        "name": persona.name,
        "student_number": persona.student_number,
        "identity_number": persona.identity_number,
    } | other
    return graduates.identify(ctx, visitor, **facts)


def owner_of(persona: Persona) -> int | None:
    return Graduate.get_by_id(persona.graduate.id).account_id


# -- who one is --------------------------------------------------------------------------------------------


def test_three_right_facts_tie_the_account_to_the_roster(ctx: Context, cast: Cast, meet: Meet) -> None:
    persona = cast.fresh_graduate
    row = identify(ctx, meet(persona), persona)
    assert row.id == persona.graduate.id
    assert owner_of(persona) == persona.account.id
    assert meet(persona).graduate.id == row.id
    assert acts("graduate") == [("identify", "person", "", "")]


def test_facts_are_taken_as_people_type_them(ctx: Context, cast: Cast, meet: Meet) -> None:
    persona = cast.fresh_graduate
    number = persona.identity_number
    spaced = f" {number[:6]} {number[6:14]} {number[14:]}"
    assert identify(
        ctx, meet(persona), persona, name="林 小满", student_number="２０２３0003 ", identity_number=spaced
    )


def test_doing_it_again_gives_the_same_row(ctx: Context, cast: Cast, meet: Meet) -> None:
    persona = cast.fresh_graduate
    before = meet(persona)
    first = identify(ctx, before, persona)
    assert identify(ctx, before, persona).id == first.id
    assert identify(ctx, meet(persona), persona).id == first.id
    assert len(acts("graduate")) == 1


def test_the_account_takes_the_rosters_name(ctx: Context, cast: Cast, meet: Meet) -> None:
    cast.fresh_graduate.account.change(name="小满")
    identify(ctx, meet(cast.fresh_graduate), cast.fresh_graduate)
    assert Account.get_by_id(cast.fresh_graduate.account.id).name == "林小满"


def test_the_next_tap_on_the_menu_knows(ctx: Context, cast: Cast, meet: Meet) -> None:
    persona = cast.fresh_graduate
    binding.bind(ctx, persona.account, persona.openid)
    assert ctx.redis.get(f"{{wxb}}:card:{persona.openid}") == b"p"
    identify(ctx, meet(persona), persona)
    assert ctx.redis.get(f"{{wxb}}:card:{persona.openid}") == b"pg"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "林大满"},
        {"student_number": "20239999"},
        {"identity_number": "110101200502021236"},  # somebody else's
        {"identity_number": "110101200505051238"},  # nobody's
        {"name": "林大满", "student_number": "20239999"},
        {"name": "李晓雨", "student_number": "20230001"},  # two facts of somebody else
        {"student_number": "20230001", "identity_number": "110101200501011239"},
    ],
)
def test_one_wrong_fact_or_three_look_the_same(
    ctx: Context, cast: Cast, meet: Meet, wrong: dict[str, str]
) -> None:
    refusal = refusal_of(lambda: identify(ctx, meet(cast.fresh_graduate), cast.fresh_graduate, **wrong))
    assert (type(refusal).__name__, refusal.code, refusal.fields) == ("Invalid", "no_match", {})
    assert owner_of(cast.fresh_graduate) is None
    assert acts("graduate") == []


def test_a_claimed_number_is_told_to_whoever_knows_all_three_only(
    ctx: Context, cast: Cast, meet: Meet
) -> None:
    visitor = meet(cast.person)
    all_three = refusal_of(lambda: identify(ctx, visitor, cast.graduate))
    assert (type(all_three).__name__, all_three.code) == ("Conflict", "already_claimed")
    for wrong in (
        {"name": "何路"},
        {"student_number": "20239999"},
        {"identity_number": "110101200503031233"},
    ):
        assert (
            refusal_of(lambda wrong=wrong: identify(ctx, visitor, cast.graduate, **wrong)).code == "no_match"
        )
    assert owner_of(cast.graduate) == cast.graduate.account.id


def test_a_roster_that_holds_somebody_twice(ctx: Context, cast: Cast, meet: Meet) -> None:
    add_graduate(cast.fresh_graduate, cast.units, account=None)
    refusal = refusal_of(lambda: identify(ctx, meet(cast.fresh_graduate), cast.fresh_graduate))
    assert (type(refusal).__name__, refusal.code) == ("Conflict", "duplicate_roster")
    assert Graduate.select().where(Graduate.account == cast.fresh_graduate.account).count() == 0


def test_whoever_is_somebody_cannot_become_somebody_else(ctx: Context, cast: Cast, meet: Meet) -> None:
    refusal = refusal_of(lambda: identify(ctx, meet(cast.graduate), cast.fresh_graduate))
    assert refusal.code == "already_identified"
    nobody = refusal_of(lambda: identify(ctx, meet(cast.graduate), cast.fresh_graduate, name="无此人"))
    assert nobody.code == "already_identified"
    assert owner_of(cast.fresh_graduate) is None


def test_wrong_fields_are_all_named(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.fresh_graduate)
    refusal = refusal_of(lambda: graduates.identify(ctx, visitor, "李", "学号", "1101012005010112"))
    assert refusal.code == "form"
    assert set(refusal.fields) == {"name", "student_number", "identity_number"}


def test_six_guesses_an_hour(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.fresh_graduate)
    for _ in range(6):
        refusal_of(lambda: identify(ctx, visitor, cast.fresh_graduate, name="林大满"))
    assert refusal_of(lambda: identify(ctx, visitor, cast.fresh_graduate)).code == "too_many_tries"
    assert identify(ctx, meet(cast.person), cast.fresh_graduate)


def test_twenty_guesses_a_day(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.fresh_graduate)
    for _ in range(20):
        ctx.throttle.forget(IDENTIFY, visitor.account.code)
        refusal_of(lambda: identify(ctx, visitor, cast.fresh_graduate, student_number="20239999"))
    ctx.throttle.forget(IDENTIFY, visitor.account.code)
    assert refusal_of(lambda: identify(ctx, visitor, cast.fresh_graduate)).code == "too_many_tries"


def test_one_persons_number_is_guessed_thirty_times_a_day_by_all_together(
    ctx: Context, cast: Cast, meet: Meet
) -> None:
    wrong = {"identity_number": "110101200505051238"}
    guessers = [meet(persona) for persona in (cast.person, cast.fresh_graduate)]
    for _ in range(15):
        for visitor in guessers:
            ctx.throttle.forget(IDENTIFY, visitor.account.code)
            refusal = refusal_of(lambda who=visitor: identify(ctx, who, cast.fresh_graduate, **wrong))
            assert refusal.code == "no_match"
    ctx.throttle.forget(IDENTIFY, cast.person.account.code)
    assert refusal_of(lambda: identify(ctx, guessers[0], cast.fresh_graduate)).code == "too_many_tries"
    other = {"student_number": "20239999"}
    assert refusal_of(lambda: identify(ctx, guessers[0], cast.fresh_graduate, **other)).code == "no_match"


def test_a_mistyped_number_is_no_guess(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.fresh_graduate)
    for _ in range(10):
        refusal_of(lambda: identify(ctx, visitor, cast.fresh_graduate, identity_number="110101200503031234"))
    assert identify(ctx, visitor, cast.fresh_graduate)


# -- people of a provider ----------------------------------------------------------------------------------


def provided(ctx: Context, name: str) -> Visitor:
    account = identity.admit(Identity(ISSUER, "sub-1", name, None))
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, account, "desktop"))
    assert visitor is not None
    return visitor


def test_whom_a_provider_calls_otherwise_is_not_that_person(ctx: Context, cast: Cast) -> None:
    """With the same words as for somebody who is on no roster."""
    refusal = refusal_of(lambda: identify(ctx, provided(ctx, "何路"), cast.fresh_graduate))
    assert (refusal.code, refusal.fields) == ("no_match", {})
    assert owner_of(cast.fresh_graduate) is None


@pytest.mark.parametrize("name", ["林小满", "林 小满", ""])
def test_whom_a_provider_calls_so_or_does_not_name(ctx: Context, cast: Cast, name: str) -> None:
    assert identify(ctx, provided(ctx, name), cast.fresh_graduate)


def test_a_dot_is_a_dot_at_the_provider_and_on_the_roster(ctx: Context, cast: Cast) -> None:
    cast.fresh_graduate.graduate.change(name="买买提·艾力")
    assert identify(ctx, provided(ctx, "买买提•艾力"), cast.fresh_graduate, name="买买提・艾力")


# -- races -------------------------------------------------------------------------------------------------


def test_several_reach_for_one_row(ctx: Context, cast: Cast, meet: Meet) -> None:
    people = [meet(persona) for persona in (cast.fresh_graduate, cast.person, cast.counselor, cast.employer)]
    results = together(*[lambda who=who: identify(ctx, who, cast.fresh_graduate) for who in people])
    assert codes_of(results) == ["already_claimed"] * 3 + ["ok"]
    assert len(acts("graduate")) == 1
    named = Account.select().where(Account.name == "林小满").count()
    assert named in (1, 2)  # the rightful one has the name anyway; of the others at most the winner


def test_a_double_tap_gets_the_first_answer(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.fresh_graduate)
    results = together(*[lambda: identify(ctx, visitor, cast.fresh_graduate)] * 5)
    assert {row.id for row in results} == {cast.fresh_graduate.graduate.id}
    assert len(acts("graduate")) == 1


def test_one_account_reaches_for_two_rows(ctx: Context, cast: Cast, meet: Meet) -> None:
    other = Persona(
        "x", "林小满", "13900000104", "o4", student_number="20230004", identity_number="110101200503031233"
    )
    add_graduate(other, cast.units, account=None)
    visitor = meet(cast.fresh_graduate)
    results = together(*[lambda who=who: identify(ctx, visitor, who) for who in (cast.fresh_graduate, other)])
    assert codes_of(results) == ["already_identified", "ok"]
    assert Graduate.select().where(Graduate.account == cast.fresh_graduate.account).count() == 1


# -- 求职意愿 ----------------------------------------------------------------------------------------------


def wish(**other: object) -> Wish:
    columns: dict[str, object] = {
        "direction": "employ",
        "work_type": "full",
        "places": ("340000", "310000"),
        "industries": ("34",),
        "pay_floor": 8000,
        "remark": " 愿意\n出差 ",
    }
    return Wish(**(columns | other))


def test_registering_and_changing(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.graduate)
    assert graduates.intention_of(visitor) is None
    graduates.register_intention(ctx, visitor, wish())
    stored = graduates.intention_of(visitor)
    assert (stored.direction, stored.places, stored.industries) == ("employ", ["340000", "310000"], ["34"])
    assert (stored.pay_floor, stored.remark) == (8000, "愿意 出差")
    graduates.register_intention(ctx, visitor, wish(direction="study", places=(), pay_floor=0))
    stored = graduates.intention_of(visitor)
    assert (stored.direction, stored.places, stored.pay_floor) == ("study", [], 0)
    assert Intention.select().count() == 1
    assert [verb for verb, *_ in acts("intention")] == ["register", "change"]


def test_the_card_shows_an_intention(ctx: Context, cast: Cast, meet: Meet) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    graduates.register_intention(ctx, meet(cast.graduate), wish())
    assert ctx.redis.get(f"{{wxb}}:card:{cast.graduate.openid}") == b"pgi"


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ({"direction": ""}, {"direction"}),
        ({"direction": "nowhere"}, {"direction"}),
        ({"work_type": "x"}, {"work_type"}),
        ({"places": ("340000",) * 4}, {"places"}),
        ({"places": ("999999",)}, {"places"}),
        ({"industries": ("99",)}, {"industries"}),
        ({"industries": ("11", "21", "22", "23")}, {"industries"}),
        ({"pay_floor": -1}, {"pay_floor"}),
        ({"pay_floor": 200_001}, {"pay_floor"}),
        ({"remark": "长" * 201}, {"remark"}),
        ({"direction": "x", "places": ("x",), "remark": "长" * 201}, {"direction", "places", "remark"}),
    ],
)
def test_every_wrong_field_is_named(
    ctx: Context, cast: Cast, meet: Meet, columns: dict[str, object], fields: set[str]
) -> None:
    refusal = refusal_of(lambda: graduates.register_intention(ctx, meet(cast.graduate), wish(**columns)))
    assert (refusal.code, set(refusal.fields)) == ("form", fields)
    assert Intention.select().count() == 0


def test_only_who_is_identified_may_register(ctx: Context, cast: Cast, meet: Meet) -> None:
    for persona in (cast.fresh_graduate, cast.counselor):
        refusal = refusal_of(lambda persona=persona: graduates.register_intention(ctx, meet(persona), wish()))
        assert (refusal.status, refusal.code) == (403, "identify_first")


def test_registering_twice_at_once_makes_one(ctx: Context, cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.graduate)
    together(*[lambda: graduates.register_intention(ctx, visitor, wish())] * 5)
    assert Intention.select().count() == 1
    assert [verb for verb, *_ in acts("intention")] == ["register"]
