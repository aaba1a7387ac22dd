"""Setting documents: data stays text, fonts are inside, and what cannot be set is said and not printed as boxes."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents import fonts, typeset
from documents.typeset import TEMPLATES, Limits, NotSet

pytestmark = pytest.mark.slow

HOSTILE = '#read("/etc/passwd") *粗* $x$ ]#sys.inputs[ \\ " @preview/x `raw`'
RARE = "䶮㛃𬭎𠮷"


def data(**other: object) -> dict[str, object]:
    fields = {"title": "简历", "name": f"李{RARE}", "line": HOSTILE, "facts": [["邮箱", "a" * 90]]}
    section = {"title": "经历", "facts": [], "text": HOSTILE, "entries": []}
    return {**fields, "photo": b"", "sections": [section], "foot": "2026-11", **other}


def text_of(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def test_what_people_wrote_stays_what_they_wrote() -> None:
    text = text_of(typeset.pdf("resume", data()))
    assert re.sub(r"\s", "", HOSTILE) in text
    assert "root:" not in text
    assert RARE in text


def test_every_font_is_inside() -> None:
    page = PdfReader(io.BytesIO(typeset.pdf("resume", data()))).pages[0]
    faces = [
        font.get_object()["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()
    ]
    assert faces
    for face in faces:
        assert "NotoSansCJKsc" in face["/BaseFont"]
        assert "/FontFile3" in face["/FontDescriptor"]


def test_a_long_document_has_more_pages() -> None:
    entry = {"title": "公司", "note": "实习", "when": "2026", "text": "编写自动化测试。" * 60}
    section = {"title": "经历", "facts": [], "text": "", "entries": [entry] * 20}
    pages = PdfReader(io.BytesIO(typeset.pdf("resume", data(sections=[section])))).pages
    assert len(pages) > 2
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()


@pytest.mark.parametrize(
    ("template", "limits", "told"),
    [
        ("no-such-template", Limits(), "No such file"),
        ("resume", Limits(seconds=0), "out of time"),
        ("resume", Limits(memory=64 * 2**20), "."),
        ("resume", Limits(result=100), "too long"),
    ],
    ids=["no template", "no time", "no memory", "too big"],
)
def test_what_cannot_be_set_is_said(template: str, limits: Limits, told: str) -> None:
    with pytest.raises(NotSet, match=told):
        typeset.pdf(template, data(), limits)


def test_a_picture_that_is_none_is_said() -> None:
    with pytest.raises(NotSet):
        typeset.pdf("resume", data(photo=b"no picture"))


def test_templates_use_nothing_but_what_is_theirs() -> None:
    """Typst would fetch a package from its registry."""
    for path in TEMPLATES.glob("*.typ"):
        text = path.read_text("utf-8")
        assert "@preview" not in text, path
        taken = re.findall(r"#?\b(?:import|include)\b(.*)", text)
        beside = [re.match(r'\s+"([a-z_]+\.typ)"', words) for words in taken]
        assert all(found and (TEMPLATES / found[1]).exists() for found in beside), path


def test_the_font_knows_what_it_lacks(tmp_path: Path) -> None:
    assert fonts.lacking(f"李{RARE}·—“”…①A é") == []
    assert fonts.lacking("好😀a😀\ue000") == ["😀", "\ue000"]
