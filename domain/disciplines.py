"""Numbers of majors that mean one thing wherever they stand.

普通高等学校本科专业目录 and 研究生教育学科专业目录 share their numbers: 0812 is 测绘类 among undergraduates and
计算机科学与技术 among postgraduates. Among posts a discipline has a letter for its first digit: P812.
"""

from domain.posts import rank_of

_LETTERS = {"0": "P", "1": "Q"}
POSTGRADUATE = 3  # the lowest rank of one: 硕士


def discipline(code: str) -> str:
    """A postgraduate's code as posts have it: 0812 → P812, 1202 → Q202."""
    return _LETTERS.get(code[:1], code[:1]) + code[1:]


def major_of(code: str, education: str) -> str:
    """The code of a graduate's major as posts have it; ``education`` is the 层次 or the 学历 code."""
    return discipline(code) if rank_of(education) >= POSTGRADUATE else code


def is_discipline(code: str) -> bool:
    """Whether a code has the letter by which posts tell disciplines."""
    return code[:1] in _LETTERS.values()
