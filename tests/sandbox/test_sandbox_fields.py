"""The typed fields of template messages, and the limits of the menu, rule by rule."""

from typing import Any

import pytest

from sandbox.api.field_rules import trouble_with, trouble_with_all
from sandbox.api.menu_rules import check_menu
from sandbox.api.refusal import ApiRefusal
from sandbox.catalogue import TemplateField


def field(kind: str) -> TemplateField:
    return TemplateField(key=f"{kind}1", label="项", values=("审核中",))


GOOD = [
    ("thing", "毕" * 20),
    ("thing", "王建国 A-1"),
    ("character_string", "AB-2026#0001" + "x" * 20),
    ("time", "15:01"),
    ("time", "2019年10月1日 15:01"),
    ("time", "2019-10-01 15:01:30"),
    ("time", "2019年10月1日 15:01~2019年10月1日 16:00"),
    ("date", "2019年10月1日"),
    ("date", "2018/01/01"),
    ("date", "2018.01.01 15:01"),
    ("amount", "¥123.45"),
    ("amount", "1000元"),
    ("phone_number", "+86-0551-63600000"),
    ("number", "12.5"),
    ("letter", "ABCdef"),
    ("symbol", "!@#$%"),
    ("car_number", "皖A12345"),
    ("name", "阿卜杜拉·买买提"),
    ("name", "John Smith"),
    ("phrase", "已完成了"),
    ("const", "审核中"),
    ("enum", "审核中"),
]
BAD = [
    ("thing", "毕" * 21),
    ("thing", "两\n行"),
    ("thing", "   "),
    ("thing", ""),
    ("thing", "🎉"),
    ("character_string", "编号1"),
    ("character_string", "x" * 33),
    ("time", "25:01"),
    ("time", "明天下午"),
    ("time", "2019年10月1日"),
    ("time", "2019年10月1日15点"),
    ("date", "2018-1/1"),
    ("date", "15:01"),
    ("amount", "12345678901"),
    ("amount", "约100"),
    ("phone_number", "1" * 18),
    ("phone_number", "电话"),
    ("number", "1" * 33),
    ("number", "十二"),
    ("letter", "abc1"),
    ("symbol", "!!!!!!"),
    ("car_number", "皖A1234567"),
    ("name", "一" * 11),
    ("name", "a" * 21),
    ("phrase", "六个汉字太长"),
    ("phrase", "abc"),
    ("const", "没批准的值"),
    ("enum", "没批准的值"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_a_fitting_value_is_taken(kind: str, value: str) -> None:
    assert trouble_with(field(kind), value) == ""


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_an_unfitting_value_is_refused(kind: str, value: str) -> None:
    assert trouble_with(field(kind), value) != ""


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "data.thing1.value"),
        ({"thing1": {"value": 3}}, "data.thing1.value"),
        ({"thing1": "bare"}, "data.thing1.value"),
        ({"thing1": {"value": "好"}, "first": {"value": "开头"}}, "data.first.value"),
        ("nothing", "data"),
    ],
)
def test_the_trouble_names_the_field(data: Any, named: str) -> None:
    assert trouble_with_all((field("thing"),), data).startswith(named)


def item(**more: Any) -> dict[str, Any]:
    return {"name": "名", "type": "click", "key": "k", **more}


def parent(subs: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"name": "名", "sub_button": subs, **more}


@pytest.mark.parametrize(
    "buttons",
    [
        [item(name="五个汉字名")],
        [item(key="k" * 128)],
        [parent([item(name="汉" * 20)] * 5)] * 3,
        [item(type="view", url="http://e.cn/" + "x" * 1012)],
        [item(type="miniprogram", url="http://e.cn", appid="wx1", pagepath="index")],
    ],
)
def test_a_menu_at_its_limits_is_taken(buttons: list[dict[str, Any]]) -> None:
    check_menu({"button": buttons})


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([item()] * 4, 40016),
        ([item(type="dance")], 40017),
        ([parent([item()], type="click")], 40017),
        ([item(name="六个汉字名称")], 40018),
        ([item(name="")], 40018),
        ([item(key="k" * 129)], 40019),
        ([{"name": "名", "type": "click"}], 40019),
        ([item(type="view", url="http://e.cn/" + "x" * 1013)], 40020),
        ([parent([item()] * 6)], 40023),
        ([parent([parent([item()])])], 40023),
        ([parent([item(type="dance")])], 40024),
        ([parent([item(name="汉" * 21)])], 40025),
        ([parent([item(key="")])], 40026),
        ([parent([{"name": "名", "type": "view"}])], 40027),
        ([parent([item(type="view", url="/h5/")])], 40027),
        ([parent([item(type="miniprogram", url="http://e.cn", appid="wx1")])], 40026),
    ],
)
def test_a_menu_beyond_its_limits_is_refused(buttons: list[dict[str, Any]], errcode: int) -> None:
    with pytest.raises(ApiRefusal) as refusal:
        check_menu({"button": buttons})
    assert refusal.value.errcode == errcode
