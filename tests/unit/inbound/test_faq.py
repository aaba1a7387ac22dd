"""Keyword answers."""

from pathlib import Path

import pytest

from config.faq import BadFaq, Faq, load


@pytest.fixture(scope="module")
def faq() -> Faq:
    return load()


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("登录不上怎么办", "登录不上"),
        ("忘记密码了！！", "登录不上"),
        ("学信网账号找不回来", "学信账号问题"),
        ("我换手机号了，怎么登录", "学信账号问题"),
        ("就业管理系统上报数据报错", "上报数据问题"),
        ("怎么 绑定 微信？", "绑定微信"),
        ("核对失败", "核对不上"),
        ("怎么关联辅导员", "关联辅导员"),
        ("我的辅导员在名单里没有，怎么关联", "关联辅导员"),
        ("求职意愿在哪填", "求职意愿"),
        ("毕业去向怎么登记", "去向登记"),
        ("三方协议怎么签", "网上签约"),
        ("辅导员怎么开通", "辅导员账号"),
        ("直播课怎么签到", "辅导员任务"),
        ("收不到验证码", "收不到消息"),
        ("客服电话是多少", "咨询时间和方式"),
        ("ＨＥＬＰ", "咨询时间和方式"),
        ("对方让我交押金", "求职安全"),
    ],
)
def test_questions_find_their_topic(faq: Faq, said: str, topic: str) -> None:
    found = faq.find(said)
    assert found is not None
    assert found.name == topic


@pytest.mark.parametrize("said", ["", "？？？", "😀", "今天食堂几号窗口好吃", "china", "x" * 5000])
def test_other_words_find_nothing(faq: Faq, said: str) -> None:
    assert faq.find(said) is None


def test_out_of_scope_questions_are_routed_as_the_guide_says(faq: Faq) -> None:
    topics = {topic.name: topic.answer for topic in faq.topics}
    assert "学信客服" in topics["学信账号问题"]
    assert "负责该项工作的老师" in topics["上报数据问题"]
    assert "工作日上午9点至下午5点" in topics["咨询时间和方式"]


def test_a_call_for_people_is_nothing_but_that(faq: Faq) -> None:
    assert faq.asks_for_people("人工！")
    assert faq.asks_for_people(" 转人工 ")
    assert not faq.asks_for_people("人工智能专业找什么工作")


def test_all_problems_are_listed() -> None:
    with pytest.raises(BadFaq) as caught:
        Faq(
            {
                "desk": {
                    "opens": "9 o'clock",
                    "closes": "17:00",
                    "account": "a",
                    "article": "b",
                    "words": ["人工"],
                },
                "topic": [
                    {"name": "一", "keywords": ["同"], "answer": "x", "link": "h5"},
                    {"name": "二", "keywords": ["同", "！"], "answer": "y" * 601},
                ],
            }
        )
    assert len(caught.value.problems) == 5


def test_a_file_that_is_no_faq(tmp_path: Path) -> None:
    path = tmp_path / "faq.toml"
    path.write_text("[[topic")
    with pytest.raises(BadFaq):
        load(path)
    path.write_text("")
    with pytest.raises(BadFaq):
        load(path)
