"""我的简历 on the phone: seven blocks, each saved once, nothing lost, a photo without its past, and the PDF."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader

from config.codes import code_table
from models.graduate import Graduate, Intention
from models.resume import Resume, ResumeEntry
from tests.papers import heic

CONTACTS = {"phone": "13900000101", "email": "li@example.cn", "address": "安徽省合肥市蜀山区黄山路 1 号"}
JOB = next(iter(code_table("direction")))
AWARD = {"title": "国家励志奖学金", "level": "国家级", "won": "2025-11", "remark": ""}


def picture(size=(600, 900), kind="JPEG", **options):
    content = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(content, kind, **options)
    content.seek(0)
    return content


@pytest.fixture
def mine(client_of, cast):
    return client_of(cast.graduate)


def percent(cast):
    return Graduate.get_by_id(cast.graduate.graduate.id).resume_percent


def add(browser, block, **values):
    page = browser.open(f"/h5/resume/{block}/new")
    return page.submit(f"/h5/resume/{block}/new", **values)


def test_an_empty_resume_says_what_comes_next(mine, cast):
    page = mine.open("/h5/resume")
    assert "简历完整度：0%" in page.text
    assert "下一步：基本资料" in page.text
    assert "还缺：照片、现居住地、自我评价" in page.text
    assert "简历完整度 0%" in mine.open("/h5/").text


def test_contacts_begin_with_the_rosters_phone_and_are_sealed(mine, cast):
    page = mine.open("/h5/resume/contacts")
    assert dict(page.form("/h5/resume/contacts").fields)["phone"] == "13900000101"
    assert "本人及家庭联系方式已保存" in page.submit("/h5/resume/contacts", **CONTACTS).text
    assert percent(cast) == 15
    raw = Resume._meta.database.execute_sql("SELECT contacts FROM resume").fetchone()[0]
    assert b"example.cn" not in bytes(raw)


def test_what_was_changed_in_another_tab_is_not_written_over(mine, cast):
    first, second = mine.open("/h5/resume/contacts"), mine.open("/h5/resume/contacts")
    first.submit("/h5/resume/contacts", **CONTACTS)
    late = CONTACTS | {"email": "other@example.cn"}
    page = second.submit("/h5/resume/contacts", **late)
    assert page.status == 409
    assert "刚在别处修改过" in page.text
    assert "现在的内容：li@example.cn" in page.text
    assert dict(page.form("/h5/resume/contacts").fields)["email"] == "other@example.cn"
    assert "已保存" in page.submit("/h5/resume/contacts").text
    assert "other@example.cn" in mine.open("/h5/resume/contacts").html


def test_a_wrong_field_in_between_hides_no_change_of_another_tab(mine, cast):
    first, second = mine.open("/h5/resume/contacts"), mine.open("/h5/resume/contacts")
    first.submit("/h5/resume/contacts", **CONTACTS)
    page = second.submit("/h5/resume/contacts", **CONTACTS | {"email": "wrong"})
    assert page.status == 422
    page = page.submit("/h5/resume/contacts", email="other@example.cn")
    assert page.status == 409
    assert "现在的内容：li@example.cn" in page.text


def test_the_first_school_is_the_rosters(mine, cast):
    fields = dict(mine.open("/h5/resume/education/new").form("/h5/resume/education/new").fields)
    assert (fields["school"], fields["major"]) == ("江淮大学", "软件工程")
    add(mine, "education", level="本科", begins="2023-09", ends="2027-06")
    fields = dict(mine.open("/h5/resume/education/new").form("/h5/resume/education/new").fields)
    assert fields["school"] == ""


def test_each_wrong_field_is_named_and_what_was_typed_stays(mine, cast):
    wrong = {"phone": "123", "email": "no address", "address": ""}
    page = mine.open("/h5/resume/contacts").submit("/h5/resume/contacts", **wrong)
    assert page.status == 422
    for words in ("请填写 11 位手机号码", "邮箱格式不正确", "请填写此项"):
        assert words in page.text
    assert 'value="no address"' in page.html
    assert percent(cast) == 0


def test_a_character_that_cannot_be_printed_is_refused_when_it_is_typed(mine, cast):
    page = mine.open("/h5/resume/basics").submit("/h5/resume/basics", summary="踏实😀好学")
    assert page.status == 422
    assert "“😀”不能印在简历上" in page.text
    rare = mine.open("/h5/resume/basics").submit("/h5/resume/basics", summary="我叫䶮，住㛃村")
    assert "基本资料已保存" in rare.text


def test_a_long_text_is_taken_whole(mine, cast):
    told = "字" * 500
    mine.open("/h5/resume/basics").submit("/h5/resume/basics", summary=told)
    assert told in mine.open("/h5/resume/basics").html
    assert mine.open("/h5/resume/basics").submit("/h5/resume/basics", summary=told + "多").status == 422


def test_an_entry_sent_twice_is_one_entry(mine, cast):
    page = mine.open("/h5/resume/awards/new")
    page.submit("/h5/resume/awards/new", **AWARD)
    page.submit("/h5/resume/awards/new", **AWARD)
    assert ResumeEntry.select().count() == 1
    assert page.submit("/h5/resume/awards/new", **AWARD | {"title": "别的"}).status == 409


def test_entries_are_moved_changed_removed_and_brought_back(mine, cast):
    for title in ("甲奖", "乙奖"):
        page = add(mine, "awards", **AWARD | {"title": title})
    assert re.findall("[甲乙]奖", page.text)[0] == "乙奖"
    code = re.search(r"/awards/([\w-]{16})/move", page.html)[1]
    page = page.submit(f"/h5/resume/awards/{code}/move")
    assert re.findall("[甲乙]奖", page.text)[0] == "甲奖"
    page = page.submit(f"/h5/resume/awards/{code}/remove")
    assert "已删除“乙奖”" in page.text
    page = page.submit(f"/h5/resume/awards/{code}/restore")
    assert re.findall("[甲乙]奖", page.text)[0] == "甲奖"
    changed = mine.open(f"/h5/resume/awards/{code}").submit(f"/h5/resume/awards/{code}", title="丙奖")
    assert "丙奖" in changed.text
    assert "乙奖" not in changed.text


def test_months_must_follow_each_other(mine, cast):
    page = add(mine, "education", school="江淮大学", level="本科", begins="2027-09", ends="2023-06")
    assert "结束时间不能早于开始时间" in page.text
    page = add(mine, "education", school="江淮大学", level="本科", begins="27年", ends="")
    assert "请填写年份和月份" in page.text


def test_nothing_to_tell_counts_as_done(mine, cast):
    page = mine.open("/h5/resume/awards")
    page = page.submit("/h5/resume/awards/none")
    assert percent(cast) == 10
    page.submit("/h5/resume/awards/none")
    assert percent(cast) == 0
    assert mine.post("/h5/resume/education/none", {"csrf_token": mine.token(), "none": "1"}).status == 404


def test_the_intention_is_shown_and_counted(mine, cast, ctx):
    assert "还没有登记求职意愿" in mine.open("/h5/resume/intention").text
    wish = mine.open("/h5/intention")
    wish.submit("/h5/intention", direction=JOB, places=["340000"], pay="floor", pay_floor="6000")
    assert percent(cast) == 15
    page = mine.open("/h5/resume/intention")
    assert "安徽省" in page.text
    assert "不低于 6000 元/月" in page.text


def test_a_photo_keeps_nothing_but_its_pixels(mine, cast):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # lies on its side
    page = mine.open("/h5/resume/photo")
    sent = page.submit("/h5/resume/photo", photo=(picture((900, 600), exif=exif), "me.jpg", "image/jpeg"))
    assert "照片已保存" in sent.text
    content = mine.client.get("/h5/resume/photo.jpg", base_url="http://wx.test")
    assert content.headers["Cache-Control"] == "no-store"
    kept = Image.open(io.BytesIO(content.data))
    assert kept.size == (480, 640)
    assert not kept.getexif()
    assert b"secret" not in content.data
    assert percent(cast) == 8
    page = mine.open("/h5/resume/photo").submit("/h5/resume/photo/remove")
    assert "照片已删除" in page.text
    assert mine.client.get("/h5/resume/photo.jpg", base_url="http://wx.test").status_code == 404
    assert percent(cast) == 0


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (io.BytesIO(b"<svg/>"), "JPG 或 PNG"),
        (picture(kind="GIF"), "JPG 或 PNG"),
        (io.BytesIO(heic()), "兼容性最佳"),
        (picture((100, 100)), "照片太小"),
        (picture((9000, 9000), "PNG"), "4000 万像素"),
        (io.BytesIO(picture().getvalue()[:400]), "JPG 或 PNG"),
        (io.BytesIO(b""), "请选择要上传的文件"),
    ],
    ids=["svg", "gif", "heic", "small", "bomb", "cut short", "empty"],
)
def test_what_is_no_photo_is_refused(mine, cast, content, say):
    content.seek(0)
    page = mine.open("/h5/resume/photo").submit(
        "/h5/resume/photo", photo=(io.BytesIO(content.read()), "me.jpg", "image/jpeg")
    )
    assert page.status == 422
    assert say in page.text
    assert Resume.select().where(Resume.photo != "").count() == 0


def fill(browser):
    """Everything that counts."""
    browser.open("/h5/resume/photo").submit("/h5/resume/photo", photo=(picture(), "me.jpg", "image/jpeg"))
    browser.open("/h5/resume/basics").submit(
        "/h5/resume/basics", residence="安徽省合肥市", summary="踏实好学。\n喜欢写程序。"
    )
    family = {"family_name": "李建国", "family_relation": "父亲", "family_phone": "13900009999"}
    browser.open("/h5/resume/contacts").submit("/h5/resume/contacts", **CONTACTS | family)
    browser.open("/h5/intention").submit("/h5/intention", direction=JOB, places=["340000"], pay="open")
    school = {"school": "江淮大学", "major": "计算机科学与技术", "level": "本科"}
    add(browser, "education", **school, begins="2023-09", ends="2027-06", courses="数据结构、操作系统")
    add(browser, "awards", **AWARD)
    did = {"type": "实习", "place": "合肥某软件公司", "role": "测试实习生", "told": "编写自动化测试。"}
    add(browser, "experience", **did, begins="2026-07", ends="")
    add(browser, "skills", title="大学英语六级", grade="560 分", got="2025-06")


@pytest.mark.slow
def test_a_whole_resume_is_a_pdf_with_its_fonts(mine, cast):
    fill(mine)
    assert percent(cast) == 100
    assert "简历完整度：100%" in mine.open("/h5/resume").text
    assert "李建国" not in mine.open("/h5/resume/preview").text
    assert "李建国" in mine.open("/h5/resume/preview?family=1").text
    answer = mine.client.get("/h5/resume/resume.pdf", base_url="http://wx.test")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    page = PdfReader(io.BytesIO(answer.data)).pages[0]
    text = re.sub(r"\s", "", page.extract_text())
    for words in ("李晓雨", "li@example.cn", "国家励志奖学金", "2026.07–至今", "大学英语六级", "喜欢写程序"):
        assert words in text
    assert "13900009999" not in text
    for font in page["/Resources"]["/Font"].values():
        face = font.get_object()["/DescendantFonts"][0].get_object()
        assert "NotoSansCJKsc" in face["/BaseFont"]
        assert "/FontFile3" in face["/FontDescriptor"]
    assert page.images[0].image.size == (480, 640)


@pytest.mark.slow
def test_the_same_pdf_is_set_once(mine, cast):
    fill(mine)
    first = mine.client.get("/h5/resume/resume.pdf", base_url="http://wx.test").data
    name = Resume.get().pdf
    assert mine.client.get("/h5/resume/resume.pdf", base_url="http://wx.test").data == first
    assert Resume.get().pdf == name
    mine.open("/h5/resume/basics").submit("/h5/resume/basics", hobbies="羽毛球")
    assert mine.client.get("/h5/resume/resume.pdf", base_url="http://wx.test").data != first
    assert Resume.get().pdf != name


def test_a_resume_of_somebody_else_is_not_there(mine, cast, client_of):
    add(mine, "awards", **AWARD)
    code = ResumeEntry.get().code
    other = client_of(cast.other_graduate)
    assert other.open(f"/h5/resume/awards/{code}").status == 404
    token = other.token()
    for verb in ("remove", "restore", "move"):
        assert other.post(f"/h5/resume/awards/{code}/{verb}", {"csrf_token": token, "to": "0"}).status == 404
    theirs = {"csrf_token": token, "code": code, "seen": ""} | AWARD
    assert other.post("/h5/resume/awards/new", theirs).status == 404
    assert "国家励志奖学金" not in other.open("/h5/resume/awards").text


@pytest.mark.parametrize("wishes", [False, True])
def test_each_page_says_the_same_of_a_resume_that_was_never_saved(mine, cast, wishes):
    """A wish that was there before it counted, or came in by another way, counts on every page."""
    if wishes:
        Intention.create(graduate=cast.graduate.graduate, direction=JOB)
    shown = re.search(r"简历完整度：(\d+)%", mine.open("/h5/resume").text)
    assert shown is not None
    assert (int(shown[1]) > 0) is wishes
    assert f"简历完整度 {shown[1]}%" in mine.open("/h5/").text
