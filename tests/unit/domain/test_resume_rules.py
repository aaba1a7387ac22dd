"""简历完整度 and what may stand in a 简历."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.resume import resume_form
from domain import resume as rules
from domain.refusals import Invalid
from domain.resume import Standing

FORM = resume_form()
NAMES = [block.name for block in FORM.blocks]
WHOLE = Standing(
    {
        block.name: {one.name: "x" for one in block.fields if one.points}
        for block in FORM.blocks
        if block.shape == "fields"
    },
    {block.name: 1 for block in FORM.blocks if block.shape == "entries"},
    frozenset(),
    has_photo=True,
    has_intention=True,
)


def test_the_seven_blocks_stand_in_their_order() -> None:
    titles = [block.title for block in FORM.blocks]
    assert titles == [
        *("基本资料", "本人及家庭联系方式", "求职意向", "教育背景"),
        *("获奖情况", "在校经历", "技能证书"),
    ]
    assert rules.ALL_MISSING == 127


def test_nothing_is_zero_and_everything_is_a_hundred() -> None:
    assert rules.measure(Standing()) == rules.Measure(0, tuple(NAMES))
    assert rules.measure(Standing()).mask == rules.ALL_MISSING
    assert rules.measure(WHOLE) == rules.Measure(100, ())
    assert rules.measure(WHOLE).mask == 0


@pytest.mark.parametrize(
    ("standing", "percent"),
    [
        (Standing(has_photo=True), 8),
        (Standing({"basics": {"summary": "x"}}), 8),
        (Standing({"basics": {"hobbies": "x"}}), 0),
        (Standing({"contacts": {"phone": "x", "email": "x"}}), 10),
        (Standing({"contacts": {"family_name": "x", "family_phone": "x"}}), 0),
        (Standing(has_intention=True), 15),
        (Standing(entries={"education": 3}), 15),
        (Standing(none=frozenset({"awards"})), 10),
        (Standing(entries={"awards": 1}, none=frozenset({"awards"})), 10),
    ],
)
def test_each_part_counts_what_the_table_says(standing: Standing, percent: int) -> None:
    assert rules.measure(standing).percent == percent


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Anything that a résumé may be."""
    values = {
        block.name: {one.name: "x" for one in block.fields if draw(st.booleans())}
        for block in FORM.blocks
        if block.shape == "fields"
    }
    entries = {block.name: draw(st.integers(0, 2)) for block in FORM.blocks if block.shape == "entries"}
    none = frozenset(draw(st.sets(st.sampled_from(list(entries)))))
    return Standing(values, entries, none, draw(st.booleans()), draw(st.booleans()))


@given(standings())
def test_a_hundred_is_reached_when_nothing_is_missing_and_only_then(standing: Standing) -> None:
    measure = rules.measure(standing)
    assert 0 <= measure.percent <= 100
    assert (measure.percent == 100) == (measure.missing == ())
    assert rules.titles_of(measure.mask) == [FORM.block(name).title for name in measure.missing]


@given(standings())
def test_more_is_never_less(standing: Standing) -> None:
    before = rules.measure(standing).percent
    for block, one in itertools.chain.from_iterable(
        [(block, one) for one in block.fields] for block in FORM.blocks if block.shape == "fields"
    ):
        values = {name: dict(some) for name, some in standing.values.items()}
        values.setdefault(block.name, {})[one.name] = "x"
        more = Standing(values, standing.entries, standing.none, standing.has_photo, standing.has_intention)
        assert rules.measure(more).percent >= before


def refused(block: str, **given: str) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        rules.checked(FORM.block(block), given)
    return error.value.fields


def test_fields_are_checked_by_their_kind() -> None:
    good = {"phone": "139 0000-0101", "email": "ＬI@example.cn", "address": " 合肥市  黄山路 "}
    assert rules.checked(FORM.block("contacts"), good | {"unknown": "x"}) == {
        "phone": "13900000101",
        "email": "LI@example.cn",
        "address": "合肥市 黄山路",
    }
    for email in ("a", "a@b", "a@@b.cn", "a b@", "@b.cn", "a@b..cn", "a@" + "b" * 90 + ".cn"):
        assert "email" in refused("contacts", **good | {"email": email}), email
    assert set(refused("contacts")) == {"phone", "email", "address"}
    assert "family_relation" in refused("contacts", **good, family_relation="邻居")


def test_several_lines_stay_several_lines() -> None:
    told = "第一行\r\n\r\n  第二行\u200b \n\x00第三行"
    assert rules.checked(FORM.block("basics"), {"summary": told}) == {"summary": "第一行\n第二行\n第三行"}
    assert "summary" in refused("basics", summary="字" * 501)


@pytest.mark.parametrize("month", ["2026", "2026-13", "26-01", "1959-12", "2026-7", "２０２６年"])
def test_a_month_is_a_year_and_a_month(month: str) -> None:
    assert "won" in refused("awards", title="奖", won=month)


def test_an_entry_ends_after_it_begins() -> None:
    did = {"type": "实习", "place": "公司", "role": "实习生", "told": "写代码"}
    assert "ends" in refused("experience", **did, begins="2026-07", ends="2026-06")
    values = rules.checked(FORM.block("experience"), did | {"begins": "2026-07"})
    assert rules.when(FORM.block("experience"), values) == "2026.07 – 至今"
    assert rules.when(FORM.block("awards"), {"won": "2025-11"}) == "2025.11"
    assert rules.when(FORM.block("skills"), {}) == ""
