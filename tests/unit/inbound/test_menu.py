"""The menu file, and every limit of the platform on it."""

from pathlib import Path
from typing import Any

import pytest

from config.menu import BadMenu, Menu, load

URL = "http://wx.test"


def problems(groups: list[dict[str, Any]], url: str = URL) -> list[str]:
    with pytest.raises(BadMenu) as caught:
        Menu(groups, url)
    return caught.value.problems


def click(name: str = "项", key: str = "K") -> dict[str, Any]:
    return {"name": name, "type": "click", "key": key}


def test_our_menu_is_as_the_source_documents_name_it() -> None:
    payload = load(URL).payload()
    names = {group["name"]: [item["name"] for item in group["sub_button"]] for group in payload["button"]}
    assert names == {
        "毕业生": ["我的辅导员", "职位精准推荐", "求职意愿", "网上签约", "去向登记"],
        "辅导员": ["辅导员工作平台", "我的任务", "直播课签到", "就业进展", "我的毕业生"],
        "服务": ["用人单位", "常见问题", "风险防范", "我的账号"],
    }
    assert payload["button"][0]["sub_button"][0] == {
        "name": "我的辅导员",
        "type": "view",
        "url": "http://wx.test/h5/my-counselors",
    }


def test_a_name_is_measured_in_bytes() -> None:
    Menu([click("五个汉字呢")], URL)  # 15 bytes
    assert problems([click("六个汉字就不行")]) == ["group 1 (六个汉字就不行): name of 21 bytes, at most 16"]
    Menu([{"name": "组", "item": [click("字" * 20)]}], URL)
    assert "name of 63 bytes, at most 60" in problems([{"name": "组", "item": [click("字" * 21)]}])[0]


def test_counts() -> None:
    assert problems([])[0].startswith("menu: 0 groups")
    assert problems([click(key=str(n)) for n in range(4)])[0].startswith("menu: 4 groups")
    assert "0 items" in problems([{"name": "组", "item": []}])[0]
    assert "6 items" in problems([{"name": "组", "item": [click(key=str(n)) for n in range(6)]}])[0]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"name": "项"}, "type None is none of"),
        ({"name": "项", "type": ["click"]}, "is none of"),
        ({"name": "项", "type": "click"}, "needs key"),
        ({"name": "项", "type": "view"}, "needs path"),
        ({"name": "项", "type": "view", "path": "h5"}, "must start with one /"),
        ({"name": "项", "type": "view", "path": "//evil.example"}, "must start with one /"),
        ({"name": "项", "type": "view", "path": "/" + "a" * 1024}, "at most 1024"),
        ({"name": "项", "type": "click", "key": "钥" * 43}, "key of 129 bytes, at most 128"),
        ({"name": "项", "type": "click", "key": "K", "path": "/h5"}, "has no use for path"),
        ({"name": "", "type": "click", "key": "K"}, "has no name"),
        ({"name": 5, "type": "click", "key": "K"}, "has no name"),
        ({"name": "项", "type": "miniprogram", "path": "/h5", "appid": "wx1"}, "needs pagepath"),
    ],
)
def test_every_limit_of_an_item(item: dict[str, Any], expected: str) -> None:
    assert expected in problems([item])[0]


def test_all_problems_are_listed_at_once() -> None:
    groups = [{"name": "组", "type": "click", "item": [click(), click(), {"name": "项", "type": "view"}]}]
    found = problems(groups)
    assert len(found) == 3
    assert found[0].endswith("a group with items has a name only, not type")
    assert found[-1] == "key K: used more than once"


@pytest.mark.parametrize("text", ["[[group]", 'group = "x"', "", "group = [1]"])
def test_a_file_that_is_no_menu(text: str, tmp_path: Path) -> None:
    path = tmp_path / "menu.toml"
    path.write_text(text)
    with pytest.raises(BadMenu):
        load(URL, path)
    with pytest.raises(BadMenu):
        load(URL, tmp_path / "missing.toml")
