"""Agreements for ``benchmarks.sign``: no two alike, with signatures that a hand could have drawn."""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import replace

from documents import ink
from documents.agreement_papers import Link, Mode, Paper, Side

HANDS = 24
EVENTS = 16
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗䶮㛃"
_GIVEN = "子轩梓涵一诺欣怡浩然宇航晨曦雨桐思远嘉懿若溪明哲佳琪俊杰诗涵𬭎"
_MAJORS = ("计算机科学与技术", "汉语言文学", "土木工程", "临床医学", "会计学", "电子信息工程")
_WORK = ("后端开发工程师", "中学语文教师", "结构设计师", "住院医师", "审计助理", "硬件测试工程师")
_UNITS = ("数智未来科技有限责任公司", "第一实验学校", "建筑设计研究院有限公司", "人民医院")


def signatures() -> list[bytes]:
    """Pictures of signatures, each drawn from strokes of its own."""
    chance = random.Random(20261121)
    drawn = []
    for _hand in range(HANDS):
        strokes = ink.parse(_sent(chance))
        ink.judge(strokes)
        drawn.append(ink.picture(strokes))
    return drawn


def _sent(chance: random.Random) -> str:
    """What a pad sends of three characters: fifteen strokes, each bent in a way of its own."""
    clock = 1_790_000_000_000
    strokes = []
    for at in range(15):
        x, y = 30 + 110 * (at // 5) + chance.random() * 60, 30 + chance.random() * 100
        way, bend, size = chance.random() * 2 * math.pi, chance.random() * 3 - 1.5, 25 + chance.random() * 40
        points = []
        for step in range(14):
            x += size / 14 * math.cos(way + bend * step / 14)
            y += size / 14 * math.sin(way + bend * step / 14)
            points.append({"x": round(x, 1), "y": round(y, 1), "time": clock + 14 * step})
        clock += 14 * 14 + chance.randrange(80, 200)
        strokes.append({"points": points})
    return json.dumps({"width": 390, "height": 220, "turn": 0, "strokes": strokes})


def agreement(number: int, inks: Sequence[bytes]) -> Paper:
    """The agreement with a number; every other one is three-party."""
    chance = random.Random(number)
    mode: Mode = "three" if number % 2 else "two"
    at = number % len(_MAJORS)
    name, recruiter = (chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2)) for _ in range(2))
    wage = 5000 + 100 * chance.randrange(80)
    graduate = Side(
        "graduate",
        name,
        (
            ("学号", f"2023{number:08d}"),
            ("学历", "本科"),
            ("专业", _MAJORS[at]),
            ("学校", "江淮大学"),
            ("联系电话", f"138****{number % 10_000:04d}"),
        ),
        name,
        inks[number % len(inks)],
        f"2026-11-21 14:{number % 60:02d}:09",
    )
    unit = f"合肥市{chance.choice(_SURNAMES)}氏{_UNITS[number % len(_UNITS)]}"
    employer = Side(
        "employer",
        unit,
        (
            ("统一社会信用代码", f"91340100MA{number:08d}"),
            ("单位性质", "其他企业"),
            ("单位行业", "信息传输、软件和信息技术服务业"),
            ("单位所在地", "安徽省合肥市蜀山区"),
            ("单位地址", f"安徽省合肥市高新区创新大道{number}号"),
            ("单位邮编", "230088"),
            ("单位联系人", recruiter),
            ("联系人手机", f"139****{number * 7 % 10_000:04d}"),
            ("联系人电子邮箱", f"hr{number}@example.com"),
        ),
        recruiter,
        inks[(number * 5 + 1) % len(inks)],
        f"2026-11-20 09:{number % 60:02d}:30",
    )
    school = Side("school", "江淮大学", (("联系部门", "就业指导中心"),), "赵敏", b"", "2026-11-21 16:20:00")
    return Paper(
        kind="agreement",
        mode=mode,
        number=f"2027340100{number:06d}",
        sides=(graduate, employer, school)[: 3 if mode == "three" else 2],
        terms=(
            ("毕业去向", "签就业协议形式就业"),
            ("工作岗位", _WORK[at]),
            ("工作地点", "安徽省合肥市蜀山区"),
            ("服务期", f"{chance.randrange(1, 6)} 年"),
            ("试用期", f"{chance.randrange(1, 4)} 个月"),
            ("转正工资", f"{wage} 元/月"),
            ("试用期工资", f"{wage * 9 // 10} 元/月"),
            ("违约金", f"{chance.randrange(0, 6)}000 元"),
            ("报到期限", f"2027-07-{chance.randrange(1, 29):02d} 前"),
            ("其他约定", "乙方提供单人宿舍；甲方参加岗前培训，培训期间工资照发。"),
        ),
        made_on="2026-11-21",
        verify_url=f"https://jiuye.example.edu.cn/v/{chance.randbytes(15).hex()}",
        digests=(
            ("条款摘要（SHA-256）", chance.randbytes(32).hex()),
            ("签署记录摘要（SHA-256）", chance.randbytes(32).hex()),
        ),
        notes=("本文件由平台生成，可扫码核验。",),
    )


def record(number: int, of: Paper, digest: str) -> Paper:
    """The completion record of an agreement whose bytes have a digest: sixteen events, as two parties make them."""
    chance = random.Random(f"record {number}")
    links = tuple(_link(at, chance) for at in range(1, EVENTS + 1))
    digests = (("文件摘要（SHA-256）", digest), *of.digests)
    return replace(of, kind="record", sides=(), digests=digests, clauses=(), lead="", links=links)


def _link(seq: int, chance: random.Random) -> Link:
    facts = (
        ("经办", f"毕业生 李** (AD{chance.randbytes(7).hex()})"),
        ("网络地址", f"203.0.113.{chance.randrange(1, 255)}"),
        ("设备", "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 MicroMessenger/8.0.50"),
        ("签名笔迹", chance.randbytes(32).hex()),
        ("哈希", chance.randbytes(32).hex()),
    )
    return Link(seq, f"2026-11-20 09:{seq:02d}:30.{chance.randrange(1000):03d} +08:00", "单位上传材料", facts)
