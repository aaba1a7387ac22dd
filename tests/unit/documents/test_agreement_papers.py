"""The papers of 网上签约, each in both modes: what they say, that every font is inside, and that their code is read."""

import io
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import StreamObject

from config.agreement_papers import MODES, clauses_of, edition, paper_words
from documents import agreement_papers, fonts, typeset
from documents.agreement_papers import Kind, Mode, Paper, Side, Unsigned
from documents.typeset import NotSet

KINDS: tuple[Kind, ...] = ("agreement", "form", "receipt", "release")
RARE = "李䶮㛃𬭎"
HOSTILE = '#read("/etc/passwd") *粗* $x$ ]#sys.inputs[ \\ " `raw` {number}'
URL = "https://example.edu.cn/v/8f3KQ2mZ7xw1Tb9LcV4e"
UNIT = "合肥市数智未来科技有限责任公司"
SEAL = "平台数字签名（自建证书）"
DOTS = 150  # an inch


def drawing(mode: str = "RGBA", pen: int = 9) -> bytes:
    picture = Image.new(mode, (600, 200))
    ImageDraw.Draw(picture).line([(20, 150), (200, 30), (580, 60)], fill="navy", width=pen)
    out = io.BytesIO()
    picture.save(out, "PNG" if mode == "RGBA" else "JPEG")
    return out.getvalue()


def paper(kind: Kind = "agreement", mode: str = "two") -> Paper:
    ink = drawing() if kind in ("agreement", "release") else b""
    sides = [
        Side(
            "graduate", RARE, (("学号", "2023010101"), ("专业", "软件工程")), RARE, ink, "2026-11-21 14:05:09"
        ),
        Side(
            "employer",
            UNIT,
            (("单位地址", "安徽省合肥市高新区创新大道2800号"), ("电子邮箱", "hr@example.com")),
            "王志强",
            drawing(pen=5) if ink else b"",
            "2026-11-20 09:41:30",
        ),
    ]
    if mode == "three":
        stamp = drawing("RGB") if ink else b""
        sides.append(Side("school", "江淮大学", (), "赵敏", b"", "2026-11-21 16:20:00", stamp))
    return Paper(
        kind=kind,
        mode="three" if mode == "three" else "two",
        number="2027340100000017",
        sides=tuple(sides),
        terms=(("服务期", "3年"), ("违约金", "3,000元"), ("其他约定", HOSTILE)),
        made_on="2026-11-21",
        verify_url=URL,
        digests=(("条款摘要", "a1b2c3d4" * 8), ("扫描件摘要", "0f" * 32)),
        notes=("原件由各方自行保存。",),
        reason="甲方拟回原籍就业" if kind == "release" else "",
    )


@cache
def made(kind: Kind, mode: Mode) -> bytes:
    return agreement_papers.pdf(paper(kind, mode))


def plain(text: str) -> str:
    return re.sub(r"\s|\u200b", "", text)


def text_of(content: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


EACH = pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind in KINDS for mode in MODES])


@pytest.mark.slow
@EACH
def test_it_says_all_that_it_was_given(kind: Kind, mode: Mode) -> None:
    text, given, words = text_of(made(kind, mode)), paper(kind, mode), paper_words(kind, mode)
    said = [words.title, words.foot, words.lead.format(number=given.number), given.number, given.made_on, URL]
    said += [part for clause in words.clauses for part in clause]
    said += [given.reason, *given.notes, *(word for pair in (*given.terms, *given.digests) for word in pair)]
    for side in given.sides:
        said += [side.name, *(word for pair in side.facts for word in pair)]
        said += [side.signer, side.signed_at] if side.ink or side.stamp else []
    assert [one for one in said if plain(one) not in text] == []
    assert "root:" not in text


@pytest.mark.slow
@EACH
def test_every_font_is_inside(kind: Kind, mode: Mode, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(made(kind, mode))
    listed = subprocess.run(
        ["pdffonts", file],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()[2:]
    assert listed
    for line in listed:
        assert re.match(r"[A-Z]{6}\+Noto(Sans|Serif)CJKsc-", line), line
        assert re.search(r"Identity-H\s+yes yes yes\s", line), line


@pytest.mark.slow
@EACH
def test_it_is_made_to_last(kind: Kind, mode: Mode) -> None:
    """PDF/A-2a, by its own word, with its language and its structure."""
    root = PdfReader(io.BytesIO(made(kind, mode))).root_object
    about = root["/Metadata"].get_object()
    assert isinstance(about, StreamObject)
    said = about.get_data()
    assert b"<pdfaid:part>2<" in said
    assert b"<pdfaid:conformance>A<" in said
    assert str(root["/Lang"]).startswith("zh")
    assert "/StructTreeRoot" in root


def printed(content: bytes, folder: Path) -> list[Image.Image]:
    (folder / "paper.pdf").write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS), "-gray", folder / "paper.pdf", folder / "page"],
        check=True,
    )
    return [Image.open(page) for page in sorted(folder.glob("page-*.pgm"))]


@pytest.mark.slow
@EACH
def test_its_code_is_read_from_the_printed_page(kind: Kind, mode: Mode, tmp_path: Path) -> None:
    first, *others = printed(made(kind, mode), tmp_path)
    found = zxingcpp.read_barcodes(first)
    assert [one.text for one in found] == [URL]
    place = found[0].position
    wide = (place.top_right.x - place.top_left.x) / DOTS * 25.4
    assert 15 < wide < 22  # millimetres, without the white around
    assert not any(zxingcpp.read_barcodes(page) for page in others)


@pytest.mark.slow
def test_signatures_and_the_stamp_are_on_it() -> None:
    pages = PdfReader(io.BytesIO(made("agreement", "three"))).pages
    assert sum(len(page.images) for page in pages) == 3
    assert all(len(page.images) == 0 for page in PdfReader(io.BytesIO(made("form", "three"))).pages)


@pytest.mark.slow
def test_a_form_has_places_to_sign_and_to_stamp() -> None:
    text = text_of(made("form", "three"))
    assert text.count("签名（手写）") == 3
    assert text.count("（加盖公章）") == 2
    assert "签署时间" not in text


@pytest.mark.slow
def test_a_long_agreement_has_more_pages() -> None:
    long = replace(paper(), terms=(("其他约定", "甲方参加岗前培训，培训期间工资照发。" * 300),))
    pages = PdfReader(io.BytesIO(agreement_papers.pdf(long))).pages
    assert len(pages) > 4
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()


@pytest.mark.slow
def test_a_font_that_is_missing_is_told_and_not_printed_as_boxes() -> None:
    other = agreement_papers.data_of(paper()) | {"body": "No Such Serif"}
    with pytest.raises(NotSet, match="unknown font family"):
        typeset.pdf("agreement", other)


@pytest.mark.parametrize("odd", ["😀", "\ue000"])
def test_a_character_that_cannot_be_printed_is_told(odd: str) -> None:
    given = paper()
    named = replace(given, sides=(replace(given.sides[0], name=f"李{odd}"), given.sides[1]))
    with pytest.raises(NotSet, match=f"U\\+{ord(odd):04X}"):
        agreement_papers.pdf(named)


@pytest.mark.parametrize("side", [0, 1])
def test_an_agreement_without_a_signature_is_none(side: int) -> None:
    sides = list(paper().sides)
    sides[side] = replace(sides[side], ink=b"")
    with pytest.raises(Unsigned):
        agreement_papers.data_of(replace(paper(), sides=tuple(sides)))


def test_a_release_that_not_both_have_signed_is_a_record() -> None:
    given = paper("release", "three")
    assert agreement_papers.data_of(given)["title"] == "就业协议解约协议"
    alone = replace(given, sides=(given.sides[0], replace(given.sides[1], ink=b""), given.sides[2]))
    data = agreement_papers.data_of(alone)
    assert data["title"] == agreement_papers.title_of(alone) == "就业协议解约登记表"
    assert data["clauses"] == []
    assert given.number in data["lead"]


def test_what_was_agreed_is_printed_whatever_the_clauses_are_today() -> None:
    """A brace in what people wrote is a brace."""
    signed = replace(paper(), clauses=(("如实告知", "当时的条款 {number}"),))
    assert agreement_papers.data_of(signed)["clauses"] == [("如实告知", "当时的条款 {number}")]


@pytest.mark.slow
def test_the_lines_of_free_text_stay_lines(tmp_path: Path) -> None:
    lines = ["单位提供住宿", "试用期内离职提前三天告知"]
    file = tmp_path / "paper.pdf"
    file.write_bytes(agreement_papers.pdf(replace(paper(), terms=(("其他约定", "\n".join(lines)),))))
    printed = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True)
    assert [line.strip() for line in printed.stdout.splitlines() if line.strip() in lines] == lines


def test_a_code_may_be_left_out() -> None:
    assert agreement_papers.data_of(replace(paper(), verify_url=""))["qr"] == ""


def test_the_clauses_are_those_of_the_mode() -> None:
    assert edition()
    two, three = (dict(clauses_of("agreement", mode)) for mode in MODES)
    assert "丙" not in "".join(two.values()) + paper_words("agreement", "two").lead
    assert "丙方" in three["协议的成立与生效"]
    for topic in ("服务期", "报酬", "劳动合同", "解除", "违约", "争议", "生效"):
        assert all(any(topic in title for title in clauses) for clauses in (two, three)), topic
    assert "电子签署" in two
    assert "电子签署" not in dict(clauses_of("form", "two"))


def test_nothing_is_claimed_that_is_not_so() -> None:
    """The platform's own seal is called that, and only on what bears it."""
    for kind in (*KINDS, "register"):
        words = [paper_words(kind, mode) for mode in MODES]
        assert all((SEAL in one.foot) == (kind != "form") for one in words)
        said = "".join(one.title + one.lead + one.foot + "".join(map("".join, one.clauses)) for one in words)
        assert not re.search(r"CA|认证(?!服务机构签发的证书)", said)


def test_the_body_is_set_in_a_font_of_the_machine() -> None:
    assert agreement_papers.data_of(paper())["body"] in (fonts.SERIF, fonts.FAMILY)
