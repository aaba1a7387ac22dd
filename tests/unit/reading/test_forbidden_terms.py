"""What a post must not say."""

import pytest

from config.forbidden_terms import forbidden_kinds
from domain.reading.forbidden import find

OFFENDING = {
    "sex": [
        "限男性",
        "仅限女生",
        "只招男生",
        "女士优先",
        "性别：女",
        "前台（女）",
        "招男工",
        "不招女性",
        "男教师优先",
        "限 男",
        "限应届男生",
    ],
    "household": [
        "限本地户籍",
        "具有合肥市户籍",
        "本省户籍优先",
        "不招外地人",
        "户口：合肥",
        "河南人勿扰",
        "限安徽生源",
        "安徽籍优先",
        "只招河南人",
        "户籍在本市",
        "户口为安徽",
    ],
    "age": ["年龄18-35岁", "年龄不超过30周岁", "25岁以下", "95后优先", "年龄：20至28", "30周岁（含）以下"],
    "family": ["未婚优先", "已婚已育优先", "三年内不得生育", "婚姻状况：已婚", "无生育计划"],
    "school": ["985优先", "211院校毕业", "要求双一流高校", "一本及以上", "QS前100", "重点大学毕业", "C9高校"],
    "study_mode": [
        "全日制本科及以上",
        "国家统招本科",
        "第一学历须为本科",
        "自考勿扰",
        "不接受自考",
        "只要统招",
    ],
    "ethnicity": ["限汉族", "少数民族勿扰", "无宗教信仰"],
    "looks": ["身高165cm以上", "五官端正", "形象气质佳", "身高1.60米以上", "相貌端正", "无纹身"],
    "health": ["乙肝携带者勿扰", "须查乙肝两对半", "无残疾", "残疾人勿扰"],
    "fees": ["入职须缴纳押金500元", "收取服装费200元", "体检费自理", "先交198元", "交保证金"],
    "papers": ["扣押身份证", "毕业证原件由公司保管", "上交毕业证原件"],
    "loans": ["培训贷", "学费可分期", "入职前自费培训"],
    "fraud": ["刷单", "代签三方协议", "内部名额"],
}
INNOCENT = [
    "男女不限",
    "不限性别",
    "性别不限、户籍不限、民族不限",
    "不限性别、户籍、年龄、婚育",
    "女装设计师，招女性内衣买手",
    "管理男生宿舍",
    "985/211等高校的毕业生均可",
    "不限985、211，双非院校同样欢迎",
    "我校是国家双一流建设高校",
    "团队成员来自985高校",
    "位于211国道旁985号",
    "本科及以上学历",
    "全日制与非全日制均可",
    "非全日制用工，全日制工作",
    "可解决北京户口",
    "协助办理落户，户籍所在地派出所",
    "不要求本地户籍",
    "年限安徽人才公寓两年",
    "书籍优先采购岗，学籍管理",
    "户口可落在本市",
    "年龄不限",
    "年满18周岁",
    "18周岁以上",
    "照护60岁以上老人",
    "面向12-18岁青少年的课程",
    "团队平均年龄28岁",
    "提供单身公寓，享受婚假、产假",
    "婚育不限，未婚已婚均可",
    "少数民族优先",
    "维护企业形象，负责品牌形象设计",
    "记录患者身高体重",
    "五官科医生",
    "乙肝疫苗研发",
    "不得检测乙肝",
    "残疾人优先",
    "不收取任何费用，无押金",
    "为员工缴纳五险一金",
    "公司承担培训费",
    "负责投标保证金管理",
    "负责物业费用收取、押金退还",
    "携带身份证、毕业证复印件",
    "不扣押任何证件",
    "信贷分期业务经验优先",
    "谨防培训贷",
    "反刷单风控",
    "权限管理，无限男孩乐队",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in OFFENDING.items() for text in texts]
)
def test_offences(kind: str, text: str) -> None:
    assert {offence.kind for offence in find(f"岗位职责清楚。{text}，待遇优厚。")} == {kind}
    assert {offence.kind for offence in find(text)} == {kind}


@pytest.mark.parametrize("text", INNOCENT)
def test_what_sounds_alike_is_not_flagged(text: str) -> None:
    assert find(text) == ()
    assert find(f"欢迎投递。{text}。期待你的加入。") == ()


def test_every_kind_is_tried() -> None:
    assert set(OFFENDING) == set(forbidden_kinds())


def test_the_term_its_sentence_and_advice() -> None:
    text = "负责接待。要求：女性优先，身高 165 cm 以上；双休！"
    sex, looks = find(text)
    assert sex.term == text[sex.start : sex.end] == "女性优先"
    assert looks.term == text[looks.start : looks.end] == "身高 165 cm"
    for offence in (sex, looks):
        assert text[offence.sentence_start : offence.sentence_end] == "要求：女性优先，身高 165 cm 以上"
        assert offence.advice == forbidden_kinds()[offence.kind].advice


def test_spaces_and_what_cannot_be_seen_hide_nothing() -> None:
    text = "限\u200b 女　性"
    (offence,) = find(text)
    assert (offence.start, offence.end) == (0, len(text))


def test_a_post_that_needs_it_may_ask_for_height() -> None:
    assert find("招聘空乘人员，身高163cm以上，五官端正") == ()
    assert find("招聘文员，身高163cm以上")


def test_sentences_of_several_lines() -> None:
    (offence,) = find("任职要求\n1、限男性\n2、能出差")
    assert offence.term == "限男性"
    assert offence.sentence_start == len("任职要求\n")
    assert offence.sentence_end == len("任职要求\n1、限男性")
