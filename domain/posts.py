"""Posts in the terms of the field: ranks of levels, what may be hidden, how long things last."""

from collections.abc import Iterable
from datetime import timedelta

# 层次 as ranks, by the first digit of a 学历 code: 博士, 硕士, 第二学士学位, 本科, 专科, 高职.
RANKS = {"0": 4, "1": 3, "2": 2, "3": 2, "4": 1, "6": 1}
ANYWHERE = "000000"  # 全国
MAJOR_MATCHES = ("exact", "class", "open")  # 专业匹配: 完全匹配, 专业大类匹配, 专业不限
HIDEABLE = (
    "phone",
    "email",
    "address",
    "family",
    "photo",
)  # what a graduate may hide from employers in a 简历
PER_EMPLOYER = 3  # posts of one employer in a list of recommendations
RECOMMENDED = 20

LIFE = timedelta(days=90)  # of a post that names no last day
ANSWER_WITHIN = timedelta(days=5)  # an interview that names no moment to answer by
CONSENT_LIFE = timedelta(days=30)  # of a 学历查询 once granted
SMALLEST_COUNT = 5  # 生源查询 shows no count below it


def rank_of(education_code: str) -> int:
    """The rank of a 学历 code or of a 层次 digit; 0 for one that is not known."""
    return RANKS.get(education_code[:1], 0)


def major_codes(code: str) -> tuple[str, str, str]:
    """A major's code as major (its first six characters), class and category."""
    return code[:6], code[:4], code[:2]


def cities(places: Iterable[str]) -> set[str]:
    """Places as far as two posts are told apart by them: cities, or the whole country."""
    return {place if place == ANYWHERE else place[:4] for place in places}
