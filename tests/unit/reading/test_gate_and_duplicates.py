"""Posts that are none, and posts that are the same."""

import pytest

from domain.reading.duplicates import key
from domain.reading.gate import ANNOUNCEMENT, SEVERAL, TOO_SHORT, concerns

LONG = "负责日常运营与客户维护工作，完成领导交办的其他事项，工作认真细致。"
UNIT = "安徽某某科技有限公司"


def test_a_post_like_any_other() -> None:
    assert concerns("软件工程师（2027届）", LONG) == ()


def test_a_text_that_says_nothing() -> None:
    assert [(concern.kind, concern.count) for concern in concerns("销售", "诚聘英才。")] == [(TOO_SHORT, 15)]
    assert concerns("销售", "一" * 17) == ()
    assert concerns("销售", "一" * 16)


@pytest.mark.parametrize(
    "title", ["2027年公开招聘公告", "关于举办双选会的通知", "拟录用人员名单", "校园招聘简章", "招聘启事"]
)
def test_announcements(title: str) -> None:
    assert [concern.kind for concern in concerns(title, LONG)] == [ANNOUNCEMENT]


@pytest.mark.parametrize("title", ["公告栏编辑", "政务公示专员", "通知系统开发工程师"])
def test_posts_with_such_a_word(title: str) -> None:
    assert concerns(title, LONG) == ()


@pytest.mark.parametrize(
    "title",
    [
        "语文、数学、英语、物理、化学教师",
        "语文/数学/英语/体育/音乐老师",
        "语文 数学 英语 物理 化学",
        "销售、客服、文员、会计",
    ],
)
def test_several_posts_in_one(title: str) -> None:
    assert [concern.kind for concern in concerns(title, LONG)] == [SEVERAL]


@pytest.mark.parametrize(
    "title", ["语文、数学教师", "Java 后端 开发 工程师", "销售 (合肥、芜湖、蚌埠、安庆)"]
)
def test_one_post(title: str) -> None:
    assert concerns(title, LONG) == ()


@pytest.mark.parametrize(
    ("unit", "title", "place"),
    [
        (UNIT, "软件工程师", "合肥"),
        ("安徽某某科技有限责任公司", "软件工程师", "合肥"),
        (" 安徽某某科技有限公司 ", "软件工程师【急聘】", "合肥"),
        (UNIT, "2027届软件工程师（五险一金）", "合 肥"),
        (UNIT, "软件 工程师", "「合肥」"),
    ],
)
def test_the_same_post_in_other_dress(unit: str, title: str, place: str) -> None:
    assert key(unit, title, place) == key(UNIT, "软件工程师", "合肥")


def test_other_posts() -> None:
    keys = {
        key(UNIT, "软件工程师", "合肥"),
        key(UNIT, "软件工程师", "芜湖"),
        key(UNIT, "软件测试工程师", "合肥"),
        key(UNIT, "软件工程师（Java）", "合肥"),
        key(UNIT, "软件工程师（Python）", "合肥"),
        key("安徽另一科技有限公司", "软件工程师", "合肥"),
    }
    assert len(keys) == 6
    assert all(len(found) == 32 for found in keys)


def test_codes_of_places_in_any_order() -> None:
    assert key(UNIT, "店长", ["340100", "340200"]) == key(UNIT, "店长", ("340200", "340100", "340100"))
    assert key(UNIT, "店长", ["340100"]) != key(UNIT, "店长", ["340200"])


def test_a_title_of_nothing_but_decoration_is_a_title() -> None:
    assert key(UNIT, "急聘", "合肥") != key(UNIT, "校招", "合肥")
