"""Places in free text."""

import pytest

from domain.reading.places import NATIONWIDE, read
from tests.unit.reading.labelled import place_book

CASES = [
    ("合肥", ["340100"]),
    ("安徽合肥", ["340100"]),
    ("安徽省合肥市蜀山区", ["340104"]),
    ("安徽-合肥-蜀山", ["340104"]),
    ("工作地点：合肥市包河区徽州大道1000号", ["340111"]),
    ("合肥高新区", ["340100"]),
    ("北京/上海/深圳", ["110000", "310000", "440300"]),
    ("北京上海", ["110000", "310000"]),
    ("北京和上海", ["110000", "310000"]),
    ("江苏（南京、苏州）", ["320100", "320500"]),
    ("广东 广州 深圳", ["440100", "440300"]),
    ("北京-海淀 上海-浦东", ["110108", "310115"]),
    ("南京市鼓楼区、玄武区", ["320106", "320102"]),
    ("福州鼓楼", ["350102"]),
    ("辽宁朝阳", ["211300"]),
    ("长春朝阳区", ["220104"]),
    ("北京 朝阳", ["110105"]),
    ("吉林", ["220000"]),
    ("吉林市", ["220200"]),
    ("海南", ["460000"]),
    ("和田", ["653200"]),
    ("安徽和县", ["340523"]),
    ("内蒙古包头", ["150200"]),
    ("恩施州", ["422800"]),
    ("黔东南州凯里市", ["522601"]),
    ("昆山", ["320583"]),
    ("东莞市", ["441900"]),
    ("仙桃", ["429004"]),
    ("江浙沪", ["320000", "330000", "310000"]),
    ("安徽各地", ["340000"]),
    ("宣武区", ["110102"]),
    ("香港", ["810000"]),
    ("上海市杨浦区四平路", ["310110"]),
    ("上海 南京西路", ["310000"]),
    ("西安碑林", ["610103"]),
    ("重庆渝北", ["500157"]),
]


@pytest.mark.parametrize(("text", "codes"), CASES)
def test_places(text: str, codes: list[str]) -> None:
    places = read(text, place_book())
    assert list(places.codes) == codes
    assert places.unread == ()
    assert not places.is_nationwide


@pytest.mark.parametrize(
    "text", ["全国", "全国各地", "各地", "面向全国", "不限", "地点不限", "全国（除港澳台）", "北京、全国可选"]
)
def test_nationwide(text: str) -> None:
    places = read(text, place_book())
    assert places.is_nationwide
    assert places.codes == (NATIONWIDE,)


@pytest.mark.parametrize(
    "text",
    [
        "朝阳",
        "鼓楼",
        "鼓楼区",
        "和平区",
        "长三角",
        "海外",
        "新加坡",
        "皖",
        "省内",
        "平安集团",
        "哈尔滨铁路局管内",
        "横店",
    ],
)
def test_what_could_be_several_places_or_none_is_kept(text: str) -> None:
    places = read(text, place_book())
    assert places.codes == ()
    assert places.unread


def test_a_district_of_another_city_is_not_taken_for_a_zone() -> None:
    assert read("武汉东湖高新区", place_book()).codes == ("420100",)
    assert read("合肥滨湖新区", place_book()).codes == ("340100",)


def test_what_is_known_stays_beside_what_is_not() -> None:
    places = read("合肥、雄安", place_book())
    assert places.codes == ("340100",)
    assert places.unread == ("雄安",)


def test_every_region_is_read_by_its_full_name_behind_its_province() -> None:
    book = place_book()
    names = {code: name for name, codes in book._full.items() for code in codes}
    wrong = []
    for code, name in names.items():
        above = book.above(code)
        text = names.get(above, "") + name
        found = read(text, book).codes
        if found != (code,):
            wrong.append((text, code, found))
    assert wrong == []
