"""What the gate of posts found, in words, for the employer and for whoever reviews."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.forbidden_terms import forbidden_kinds
from domain.reading.gate import ANNOUNCEMENT, SEVERAL, TOO_SHORT
from services.posts.gate import Finding

FIELDS = {"title": "岗位名称", "description": "岗位描述", "majors_text": "专业要求", "address": "工作地址"}
_CONCERNS = {
    TOO_SHORT: ("描述过短", "毕业生看不出要做什么，请补充工作内容和要求。"),
    ANNOUNCEMENT: ("像招聘公告", "标题像一则公告而不是一个岗位，请把每个岗位分别填写。"),
    SEVERAL: ("多个岗位写在一起", "请把不同的岗位分开填写，便于毕业生检索。"),
    "double": ("可能重复", "同一单位、同名、同地点的岗位已在发布或审核中。"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A finding: its title, what to do, and the sentence in three pieces with the offending one in the middle."""

    title: str
    advice: str
    where: str
    before: str
    term: str
    after: str
    other: str
    is_forbidden: bool


def said(found: Sequence[Finding]) -> list[Said]:
    """The findings in words."""
    return [_said(one) for one in found]


def _said(one: Finding) -> Said:
    if not one.is_forbidden:
        title, advice = _CONCERNS.get(one.code, (one.code, ""))
        return Said(title, advice, "", "", one.text, "", one.other, False)
    kind = forbidden_kinds()[one.code]
    before, term, after = one.sentence.partition(one.text)
    return Said(kind.title, one.advice, FIELDS.get(one.field, ""), before, term, after, "", True)
