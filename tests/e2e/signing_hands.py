"""What people do with their hands when an agreement is signed: write on the pad, fill in the terms, send pictures."""

import os
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.e2e.phones import Phone

Screen = Page | FrameLocator

UNIT = "合肥创新软件有限公司"
SIGNER = {"姓名": "周敏", "职务": "招聘主管", "手机号": "13900000301"}
TERMS = {
    "单位名称": UNIT,
    "统一社会信用代码": "91340100MA8PXJ6B1G",
    "单位地址": "高新区创新大道 88 号",
    "单位邮编": "230088",
    "单位联系人": "周敏",
    "单位联系电话": "0551-65000000",
    "联系人手机": "13900000301",
    "联系人电子邮箱": "hr@example.com",
    "岗位": "软件开发工程师",
    "工作地点": "合肥市蜀山区",
    "试用期满月薪（元）": "8000",
    "报到日期": "2027-07-01",
    "服务期（月）": "36",
    "试用期（月）": "3",
    "违约金（元）": "5000",
    "其他约定": "单位提供住宿；入职第一年享受毕业生生活补贴。",
}
CHOICES = {"单位性质": "39", "单位行业": "34", "工作职位类别": "13"}
PAPERS = ("licence", "id_front", "id_back")

# A name in a hurry, in parts of the pad's width and height.
_NAME = (
    ((0.16, 0.2), (0.15, 0.4), (0.13, 0.6), (0.1, 0.78)),
    ((0.16, 0.2), (0.36, 0.18), (0.37, 0.5), (0.36, 0.78), (0.33, 0.72)),
    ((0.2, 0.36), (0.26, 0.34), (0.32, 0.36)),
    ((0.48, 0.3), (0.62, 0.28), (0.55, 0.28), (0.55, 0.72), (0.46, 0.74), (0.66, 0.75)),
    ((0.72, 0.3), (0.9, 0.32), (0.75, 0.7), (0.92, 0.72)),
)
_BREATH_MS = 45  # from one point to the next: a hand takes its time


class Pen:
    """A finger on a phone's screen, or the mouse at a desk."""

    def __init__(self, page: Page, *, by_mouse: bool = False) -> None:
        self._page = page
        self._touch = None if by_mouse else page.context.new_cdp_session(page)

    def write(self, canvas: Locator, *, turned: bool = False) -> None:
        """Writes a name; ``turned`` along the long side of an upright screen, its top at the right."""
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        for line in _NAME:
            points = [(1 - y, x) if turned else (x, y) for x, y in line]
            self._stroke([(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points])

    def _stroke(self, points: list[tuple[float, float]]) -> None:
        self._move("touchStart", points[0])
        for point in points[1:]:
            self._page.wait_for_timeout(_BREATH_MS)
            self._move("touchMove", point)
        self._move("touchEnd", points[-1])

    def _move(self, kind: str, point: tuple[float, float]) -> None:
        if self._touch is not None:
            points = [] if kind == "touchEnd" else [{"x": point[0], "y": point[1]}]
            self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            return
        mouse = self._page.mouse
        mouse.move(*point, steps=2)
        {"touchStart": mouse.down, "touchMove": lambda: None, "touchEnd": mouse.up}[kind]()


def sign(screen: Screen, pen: Pen) -> None:
    """On the small pad of the page."""
    pen.write(screen.locator(".pad-box__room canvas"))


def sign_large(screen: Screen, pen: Pen) -> None:
    """On the large pad, with the phone held sideways."""
    screen.get_by_role("button", name="放大横写").click()
    pen.write(screen.locator("dialog canvas"), turned=True)
    screen.get_by_role("button", name="完成", exact=True).click()
    expect(screen.get_by_text("已签好，可以提交")).to_be_visible()


def pictures(folder: Path) -> dict[str, Path]:
    """营业执照 and both sides of an ID card, as a phone would photograph them."""
    found = {}
    for number, name in enumerate(PAPERS):
        picture = Image.radial_gradient("L").resize((800, 1000 if name == "licence" else 500)).convert("RGB")
        ImageDraw.Draw(picture).text((80, 80), f"{name} 34010{number}", fill="#204070", font_size=60)
        found[name] = folder / f"{name}.jpg"
        picture.save(found[name])
    return found


def fill_terms(screen: Screen) -> None:
    """Every line of the terms; the county is looked for by its name first, what is typed stays."""
    for label, text in TERMS.items():
        screen.get_by_label(label, exact=True).fill(text)
    for label, code in CHOICES.items():
        screen.get_by_label(label, exact=True).select_option(code)
    screen.get_by_label("查找单位所在地").fill("蜀山")
    screen.get_by_role("button", name="查找").click()
    screen.get_by_text("合肥市 蜀山区").click()


def send_papers(screen: Screen, folder: Path) -> None:
    """Consents to what shows a person, then sends one picture after the other."""
    screen.get_by_role("button", name="我单独同意").click()
    for name, file in pictures(folder).items():
        section = screen.locator(f"section#{name}")
        section.locator("input[type=file]").set_input_files(str(file))
        section.get_by_role("button", name="上传", exact=True).click()
        expect(section.get_by_role("button", name="重新上传")).to_be_visible()


class Album:
    """Pictures of the pages, where somebody asks for pictures, each as long as it is."""

    def __init__(self) -> None:
        self._folder = os.environ.get("WXB_TEST_PICTURES")
        self._taken = 0

    def window(self, page: Page, name: str) -> None:
        """A whole page of a window."""
        if path := self._path(name):
            page.screenshot(path=path, full_page=True)

    def phone(self, phone: Phone, name: str) -> None:
        """The page in a phone's browser, 390 pixels wide."""
        path = self._path(name)
        if path is None:
            return
        page, size = phone.page, phone.page.viewport_size
        assert size
        tall = phone.web.locator("html").evaluate("one => one.scrollHeight") + 160
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall + 200)})
        phone.frame.evaluate(
            "(one, tall) => { one.style.cssText = `max-height: none; width: 406px; height: ${tall}px`; }",
            tall,
        )
        page.wait_for_timeout(300)
        phone.frame.screenshot(path=path)
        phone.frame.evaluate("one => { one.style.cssText = ''; }")
        page.set_viewport_size(size)

    def _path(self, name: str) -> Path | None:
        self._taken += 1
        return Path(self._folder) / f"{self._taken:02}-{name}.png" if self._folder else None
