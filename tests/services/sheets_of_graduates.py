"""Rosters as schools send them."""

import io

import openpyxl

from config.roster import roster_fields
from domain.actors import SYSTEM
from services import code_editions
from services.code_shelf import Entry
from services.context import Context

TITLES = [field.title for field in roster_fields()]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def add_regions(ctx: Context) -> None:
    """The regions that these rows name."""
    above = Entry("340100", "合肥市")
    code_editions.bring_in(ctx, SYSTEM, "region", 2020, [above, Entry("340104", "蜀山区", above.code)])


def identity_number(n: int) -> str:
    """An invented number of a man born in 2005, with a right check digit."""
    digits = f"110105{2005}{n // 500 % 12 + 1:02d}{n // 6000 % 28 + 1:02d}{n % 500 * 2 + 1:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def row(n: int, **others: str) -> list[str]:
    """The n-th graduate, in the order of TITLES; others by heading."""
    values = {
        "年度": "2027",
        "学历": "31",
        "学历类型": "1",
        "师范生类别": "1",
        "院系名称": "计算机学院",
        "班级名称": "软件2301",
        "姓名": f"张{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊'[n // 10 % 5]}",
        "性别": "1",
        "证件号码": identity_number(n),
        "学号": f"2027{9_000_000 + n}",
        "考生号": f"233401{n:08d}",
        "培养方式": "1",
        "专业代码": "080902",
        "专业名称": "软件工程",
        "修业年限": "4",
        "民族": "01",
        "政治面貌": "03",
        "行政区划": "340104",
        "生源所在地": "340104",
        "定向或委培单位": "",
        "入学日期": "2023-09-01",
        "毕业日期": "2027-06-30",
        "毕结业结论": "1",
        "困难生类别": "0",
        "本人联系电话": f"137{n:08d}",
    }
    values |= others
    return [values[title] for title in TITLES]


def xlsx(rows: list[list[str]], titles: list[str] | None = None) -> bytes:
    """A workbook of these rows under the headings of the form."""
    made = openpyxl.Workbook()
    made.active.title = "数据"
    made.active.append(titles or TITLES)
    for cells in rows:
        made.active.append(cells)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()
