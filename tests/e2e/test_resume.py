"""我的简历 on a phone: block by block to 100 %, and the PDF that comes of it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from config.codes import code_table
from models.graduate import Intention
from services.resumes import standing
from tests.cast import Cast
from tests.live import Served

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
SOON = 5_000


@pytest.fixture
def page(site: Served, cast: Cast, browser: Browser) -> Iterator[Page]:
    """The graduate's phone; whoever waits longer than usual waits for a page that does not come."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_cookies([site.cookie(cast.graduate)])
    context.set_default_timeout(SOON)
    page = context.new_page()
    page.goto(f"{site.url}/h5/")
    yield page
    context.close()


def shows_percent(page: Page, percent: int) -> None:
    expect(page.get_by_role("heading", name=f"简历完整度：{percent}%")).to_be_visible()


def add(page: Page, block: str, **values: str) -> None:
    """Adds one entry to a block, from the overview and back to it."""
    page.get_by_role("link", name=re.compile(f"^(下一步：)?{block}")).first.tap()
    page.get_by_role("link", name="添加一条").tap()
    for label, text in values.items():
        field = page.get_by_label(re.compile(f"^{label}"))
        field.select_option(text) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(text)
    page.get_by_role("button", name="保存").tap()
    page.get_by_role("link", name="完成").tap()
    expect(page.get_by_role("heading", name="我的简历")).to_be_visible()


def portrait(folder: Path) -> Path:
    path = folder / "me.png"
    Image.radial_gradient("L").resize((900, 1200)).convert("RGB").save(path)
    return path


def test_seven_blocks_a_photo_and_a_pdf(page: Page, cast: Cast, tmp_path: Path) -> None:
    page.get_by_role("link", name="我的简历").tap()
    shows_percent(page, 0)

    page.get_by_role("link", name="下一步：基本资料").tap()
    page.get_by_role("link", name="上传照片").tap()
    page.get_by_label("选择照片").set_input_files(portrait(tmp_path))
    page.get_by_role("button", name="上传").tap()
    face = page.get_by_role("img", name="我的照片")
    expect(face).to_be_visible()
    assert face.evaluate("one => one.complete && one.naturalWidth") == 480
    page.get_by_label("现居住地").fill("安徽省合肥市")
    page.get_by_label(re.compile("自我评价")).fill("踏实好学，喜欢写程序。\n做事有始有终。")
    page.get_by_role("button", name="保存").tap()
    shows_percent(page, 20)

    page.get_by_role("link", name="下一步：本人及家庭联系方式").tap()
    page.get_by_label(re.compile("^电子邮箱")).fill("没有邮箱")
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("邮箱格式不正确")).to_be_visible()
    page.get_by_label(re.compile("^电子邮箱")).fill("li@example.cn")
    page.get_by_label(re.compile("^通讯地址")).fill("合肥市蜀山区黄山路 1 号")
    page.get_by_role("button", name="保存").tap()
    shows_percent(page, 35)

    direction = next(iter(code_table("direction")))
    wish = Intention.create(graduate=cast.graduate.graduate, direction=direction, places=["340000"])
    standing.recount(wish.graduate_id)
    page.reload()
    shows_percent(page, 50)

    school = {"学校": "江淮大学", "学历": "本科", "开始时间": "2023-09", "结束时间": "2027-06"}
    add(page, "教育背景", **school)
    shows_percent(page, 65)
    page.get_by_role("link", name="下一步：获奖情况").tap()
    page.get_by_role("button", name="暂无获奖").tap()
    page.get_by_role("link", name="完成").tap()
    shows_percent(page, 75)
    did = {"类型": "实习", "单位或组织": "合肥某软件公司", "担任角色": "测试实习生", "开始时间": "2026-07"}
    add(page, "在校经历", **did, 主要内容="编写自动化测试，发现缺陷 30 个。")
    shows_percent(page, 90)
    add(page, "技能证书", 证书或技能="大学英语六级", 等级或成绩="560 分")
    shows_percent(page, 100)
    expect(page.get_by_role("img", name="简历完整度 100%")).to_be_visible()

    page.get_by_role("link", name="预览和下载 PDF").tap()
    with page.expect_download(timeout=15_000) as download:
        page.get_by_role("link", name="下载 PDF").tap()
    assert download.value.suggested_filename == "李晓雨-简历.pdf"
    check(download.value.path().read_bytes())


def check(content: bytes) -> None:
    """The text can be taken out of the PDF, its fonts are inside, and the face is there."""
    pages = PdfReader(io.BytesIO(content)).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    for words in ("李晓雨", "安徽省", "li@example.cn", "测试实习生", "2026.07–至今", "做事有始有终。"):
        assert words in text
    fonts = [font.get_object() for font in pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        face = font["/DescendantFonts"][0].get_object()
        assert "/FontFile3" in face["/FontDescriptor"]
    assert len(pages[0].images) == 1


def test_a_removed_entry_comes_back_with_one_tap(page: Page, site: Served) -> None:
    page.goto(f"{site.url}/h5/resume")
    add(page, "技能证书", 证书或技能="大学英语六级")
    page.goto(f"{site.url}/h5/resume/skills")
    page.get_by_role("button", name="删除 大学英语六级").tap()
    expect(page.get_by_text("已删除“大学英语六级”")).to_be_visible()
    page.get_by_role("button", name="撤销").tap()
    expect(page.get_by_role("article")).to_contain_text("大学英语六级")
