"""Contacts in running text."""

import pytest

from domain.reading.contacts import mask

HIDDEN = [
    ("电话13812345678", {"phone": 1}),
    ("联系 138 1234 5678", {"phone": 1}),
    ("138-1234-5678", {"phone": 1}),
    ("1 3 8 1 2 3 4 5 6 7 8", {"phone": 1}),
    ("１３８１２３４５６７８", {"phone": 1}),
    ("+86 13812345678 或 008613812345679", {"phone": 2}),
    ("一三八一二三四五六七八", {"phone": 1}),
    ("①③⑧①②③④⑤⑥⑦⑧", {"phone": 1}),
    ("138\u200b1234\u200b5678", {"phone": 1}),
    ("0551-62345678转801", {"phone": 1}),
    ("（010）66097865", {"phone": 1}),
    ("021 5012 3456", {"phone": 1}),
    ("400-820-8820", {"phone": 1}),
    ("请致电 62345678", {"phone": 1}),
    ("13812345678/13987654321", {"phone": 2}),
    ("微信：hr_2026", {"wechat": 1}),
    ("加V：media-hz88", {"wechat": 1}),
    ("vx hfhr2027", {"wechat": 1}),
    ("微信号hr_zhang01", {"wechat": 1}),
    ("微信同号13812345678", {"phone": 1}),
    ("QQ：12345678", {"qq": 1}),
    ("QQ群 87654321", {"qq": 1}),
    ("简历发至 hr@demo-example.com.cn", {"email": 1}),
    ("hr(at)demo-example.cn", {"email": 1}),
    ("hr ＠ demo-example.cn", {"email": 1}),
    ("hr#demo-example.com", {"email": 1}),
    ("13812 345678", {"phone": 1}),
    ("身份证11010519491231002X", {"identity_number": 1}),
    ("11010519491231002x", {"identity_number": 1}),
    ("110105 19491231 002X", {"identity_number": 1}),
    ("身份证号：110105194912310021", {"identity_number": 1}),
]
SHOWN = [
    "岗位编号2026112100123",
    "职位代码 HF-2027-0012",
    "年薪150000-200000元",
    "工资8000-12000元/月，13薪",
    "2026年12月31日前",
    "2026-11-21至2026-12-31",
    "注册资本5000万元",
    "熟悉微信小程序、Android、iOS",
    "关注微信公众号：某某招聘",
    "熟悉微信 Android 开发",
    "统一社会信用代码91110000600037341L",
    "110105194912310021",
    "运营QQ空间与微博，粉丝100000以上",
    "英语CET6，计算机二级",
    "985、211",
    "G3 高速 1200 公里",
    "熟悉C# ASP.NET",
    "vue@3.2.1、Spring @Bean注解",
    "wxPython3与wechatpay_v3接口",
    "薪资15000-200000元",
]


@pytest.mark.parametrize(("text", "found"), HIDDEN)
def test_contacts_are_hidden(text: str, found: dict[str, int]) -> None:
    masked = mask(text)
    assert masked.found == found
    assert not any(digits in masked.text for digits in ("1234", "12345", "0000", "5678"))


@pytest.mark.parametrize("text", SHOWN)
def test_other_numbers_stay(text: str) -> None:
    masked = mask(text)
    assert masked.text == text
    assert masked.found == {}


def test_the_words_around_stay() -> None:
    masked = mask("请联系王老师（13812345678，微信同号），谢谢")
    assert masked.text == "请联系王老师（［电话已隐藏］，微信同号），谢谢"
