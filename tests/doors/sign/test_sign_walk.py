"""A unit without an account signs: from the scanned code to the offer, on the pages that it sees."""

import io

import pytest
from flask import Flask
from PIL import Image

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from models.journal import Journal
from services.agreements import materials, tickets
from services.context import Context
from tests.agreements import SIGNER, TERMS, fresh, graduate_party, open_school, show_ticket, sms_code, strokes
from tests.browser import WECHAT, Browser
from tests.cast import Cast
from tests.fakes import FixedClock, RecordingGateway
from tests.sign_doors import drafted, finished, offered, papered, proven, scanned, termed, upload
from wechat.oauth import OAuthUser


@pytest.fixture
def unit(app: Flask, ctx: Context, cast: Cast) -> Browser:
    """A stranger's browser, once the school is open."""
    open_school(ctx, cast)
    return Browser(app)


def test_from_the_code_to_the_offer(unit: Browser, ctx: Context, cast: Cast) -> None:
    path = f"/s/{show_ticket(ctx, cast.graduate).token}"
    page = unit.open(path)
    assert page.status == 200
    for words in ("李**", "江淮大学", "营业执照"):
        assert words in page.text
    page, row = scanned(unit, ctx, cast.graduate)
    assert page.path == f"/s/d/{row.code}/person"
    assert proven(unit, row).path == f"/s/d/{row.code}/terms"
    assert termed(unit, row).path == f"/s/d/{row.code}/papers"
    page = papered(unit, row)
    assert "下一步：核对签名" in page.text
    page = unit.open(f"/s/d/{row.code}")
    assert page.path == f"/s/d/{row.code}/finish"
    for words in ("合肥创新软件有限公司", "安徽省 合肥市 蜀山区", "8000", "周敏"):
        assert words in page.text
    page = finished(unit, row)
    assert (page.status, page.path) == (200, f"/s/d/{row.code}")
    assert "邀约已发出" in page.text
    assert "待毕业生确认" in page.text
    assert fresh(row).status == "offered"


def test_nobody_who_scans_learns_who_the_graduate_is(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = offered(unit, ctx, cast.graduate)
    secrets = (
        *(cast.graduate.name, cast.graduate.phone, cast.graduate.student_number),
        *(cast.graduate.identity_number, cast.graduate.openid),
    )
    pages = [f"/s/{show_ticket(ctx, cast.graduate).token}", "/s/back", f"/s/d/{row.code}"]
    pages += [f"/s/d/{row.code}/{step}" for step in ("person", "terms", "papers", "finish", "revise")]
    for path in pages:
        page = unit.open(path)
        assert page.status == 200
        assert [secret for secret in secrets if secret in page.html] == []


def test_every_step_asks_for_the_one_before(unit: Browser, ctx: Context, cast: Cast) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}"
    assert unit.open(path).path == f"{path}/person"
    page = unit.open(f"{path}/finish")
    assert "去完成" in page.text
    page = page.submit(f"{path}/finish", consent="1", strokes=strokes())
    assert page.status == 422
    assert "请上传这份材料" in page.text
    proven(unit, row)
    assert unit.open(path).path == f"{path}/terms"
    termed(unit, row)
    assert unit.open(path).path == f"{path}/papers"
    assert fresh(row).status == "draft"


def test_what_is_typed_is_kept_and_wrong_fields_are_named(unit: Browser, ctx: Context, cast: Cast) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/terms"
    page = unit.open(path).submit(
        path, unit_name="合肥某公司", credit_code="123", pay="很多", starts_on="明年"
    )
    assert page.status == 422
    for field in ("credit_code", "pay", "starts_on", "unit_place", "post"):
        assert f'id="{field}-wrong"' in page.html
    assert "统一社会信用代码有误" in page.text
    assert 'value="合肥某公司"' in unit.open(path).html
    page = page.submit(path, unit_place_word="桃花源", find="unit_place")
    assert "没有找到“桃花源”" in page.text


def test_the_phone_is_shown_to_be_theirs(unit: Browser, ctx: Context, cast: Cast) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/person"
    page = unit.open(path).submit(path, name="周敏", position="", phone="12345")
    assert page.status == 422
    page = page.submit(path, **SIGNER, code="000000")
    assert (page.status, 'id="code-wrong"' in page.html) == (422, True)
    page = page.submit(path, to=f"/s/d/{row.code}/code", **(SIGNER | {"phone": "1"}))
    assert "请填写 11 位手机号码" in page.text
    assert fresh(row).signer_phone is None
    proven(unit, row)
    assert fresh(row).signer_phone == SIGNER["phone"]
    # Nothing new to show: the next step at once.
    assert unit.open(path).submit(path, code="").path == f"/s/d/{row.code}/terms"


def test_a_code_by_script_is_answered_in_json(unit: Browser, ctx: Context, cast: Cast) -> None:
    page, row = scanned(unit, ctx, cast.graduate)
    token = dict(page.form(f"/s/d/{row.code}/person").fields)["csrf_token"]
    asked = unit.client.post(
        f"/s/d/{row.code}/code",
        data={"csrf_token": token, "phone": SIGNER["phone"]},
        headers={"Accept": "application/json"},
        base_url="http://wx.test",
    )
    assert (asked.status_code, asked.json["seconds"] > 0) == (200, True)


def test_papers_come_after_a_consent_and_are_shown_to_whoever_gave_them(
    app: Flask, unit: Browser, ctx: Context, cast: Cast
) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/papers"
    page = unit.open(path)
    assert "单独同意" in page.text
    assert 'type="file"' not in page.html
    token = dict(page.form(path).fields)["csrf_token"]
    page = unit.post(path, {"csrf_token": token, "kind": "id_front", "file": upload()})
    assert page.status == 409
    papered(unit, row)
    file = AgreementFile.get(AgreementFile.kind == "id_front")
    shown = f"/s/d/{row.code}/files/{file.code}"
    assert shown in unit.open(path).html
    seen = unit.open(shown).response
    assert (seen.status_code, seen.mimetype, seen.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert seen.data != materials.content(ctx, file)[1]  # under a watermark
    assert [look.record for look in Journal.select() if look.verb == "view_material"] == [row.code]
    assert "找回" in Browser(app).open(shown).text
    other = Browser(app)
    _page, theirs = scanned(other, ctx, cast.graduate)
    assert theirs.id != row.id
    assert other.open(f"/s/d/{theirs.code}/files/{file.code}").status == 404
    assert unit.open(f"/s/d/{row.code}/files/nothing").status == 404


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("licence", b"", "请选择要上传的文件"),
        ("licence", b"%PDF-1.7 %%EOF", "请上传照片"),
        ("id_back", b"\xff\xd8\xff broken", "文件无法读取"),
    ],
)
def test_what_is_no_picture_is_said_beside_its_field(
    unit: Browser, ctx: Context, cast: Cast, kind: str, data: bytes, words: str
) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/papers"
    page = unit.open(path).submit(path)
    page = page.submit(path, kind=kind, file=upload(data) if data else "")
    assert page.status == 422
    assert f'id="{kind}-wrong"' in page.html
    assert words in page.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("", "请重新签名"),
        ("{", "请重新签名"),
        ("[]", "请重新签名"),
        ('{"width": 390, "height": 200, "strokes": []}', "请先手写签名"),
        ('{"width": 1e999, "height": 200, "strokes": [[]]}', "请重新签名"),
        ("[" * 50_000, "请重新签名"),
        ('{"strokes": "' + "x" * 320_000 + '"}', "笔画过多"),
    ],
)
def test_what_is_no_signature_is_said_at_the_pad(
    unit: Browser, ctx: Context, cast: Cast, sent: str, words: str
) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/finish"
    page = unit.open(path).submit(path, consent="1", strokes=sent)
    assert page.status == 422
    assert 'id="ink-wrong"' in page.html
    assert words in page.text


def test_a_form_beyond_all_bounds_is_refused(unit: Browser, ctx: Context, cast: Cast) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/finish"
    assert unit.open(path).submit(path, consent="1", strokes="x" * 2_000_000).status == 413


def test_a_real_photograph_gets_through_and_blind_bytes_do_not(
    app: Flask, unit: Browser, ctx: Context, cast: Cast
) -> None:
    _page, row = scanned(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/papers"
    picture = Image.effect_noise((700, 900), 90)
    file = io.BytesIO()
    picture.save(file, "JPEG")
    assert 128_000 < file.tell() < 480_000
    page = unit.open(path).submit(path)
    assert page.submit(path, kind="licence", file=upload(file.getvalue())).status == 200
    assert AgreementFile.get().kind == "licence"
    assert Browser(app).post(path, {"kind": "licence", "file": upload(file.getvalue())}).status == 413


def test_without_the_consent_nothing_is_sent(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = drafted(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/finish"
    page = unit.open(path).submit(path, strokes=strokes())
    assert (page.status, 'id="consent-wrong"' in page.html) == (422, True)
    assert fresh(row).status == "draft"


def test_sent_twice_it_is_one_offer(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = drafted(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/finish"
    before = unit.open(path)
    for _ in range(2):
        page = before.submit(path, consent="1", strokes=strokes())
        assert (page.status, page.path) == (200, f"/s/d/{row.code}")
    assert fresh(row).terms_version == 1
    assert Agreement.select().count() == 1
    for step in ("person", "terms", "papers", "finish"):
        assert unit.open(f"/s/d/{row.code}/{step}").path == f"/s/d/{row.code}"


def test_a_draft_may_be_given_up(unit: Browser, ctx: Context, cast: Cast) -> None:
    page, row = scanned(unit, ctx, cast.graduate)
    page = page.submit(f"/s/d/{row.code}/discard")
    assert (page.status, "已放弃" in page.text) == (200, True)
    assert fresh(row).status == "discarded"
    _page, another = scanned(unit, ctx, cast.graduate)
    assert another.id != row.id


# -- who comes in ------------------------------------------------------------------------------------------


def test_a_code_that_is_over_says_what_to_do(
    unit: Browser, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    for path in ("/s/nothing", "/s/" + "x" * 200, "/s/%00"):
        page = unit.open(path)
        assert page.status in (404, 409), path
    page = unit.open("/s/nothing")
    assert page.status == 409
    assert "签约码已失效，请毕业生重新出示" in page.text
    assert "找回" in page.text
    token = show_ticket(ctx, cast.graduate).token
    unit.open(f"/s/{token}")
    tickets.revoke(ctx, *graduate_party(ctx, cast.graduate, in_wechat=False))
    assert unit.open(f"/s/{token}").status == 409
    token = show_ticket(ctx, cast.graduate).token
    before = unit.open(f"/s/{token}")
    clock.advance(days=8)
    assert unit.open(f"/s/{token}").status == 409
    assert before.submit(f"/s/{token}").status == 409
    assert Agreement.select().count() == 0


def test_another_browser_is_led_to_the_way_back_and_sends_nothing(
    app: Flask, unit: Browser, ctx: Context, cast: Cast
) -> None:
    row = offered(unit, ctx, cast.graduate)
    other = Browser(app)
    assert other.led(f"/s/d/{row.code}") == f"/s/back?next=%2Fs%2Fd%2F{row.code}"
    token = other.token()
    for path in ("recall", "revise", "replace", "release", "discard", "finish", "person", "code"):
        assert other.post(f"/s/d/{row.code}/{path}", {"csrf_token": token, "reason": "错了"}).status == 404
    assert other.open(f"/s/d/{row.code}/agreement.pdf").path == "/s/back"
    assert other.open("/s/d/nothing").path == "/s/back"
    assert fresh(row).status == "offered"


def test_the_phone_leads_back(app: Flask, unit: Browser, ctx: Context, cast: Cast, clock: FixedClock) -> None:
    row = offered(unit, ctx, cast.graduate)
    clock.advance(minutes=2)
    other = Browser(app)
    page = other.open(f"/s/d/{row.code}")
    assert page.path == "/s/back"
    assert TERMS["unit_name"] not in page.text
    page = page.submit("/s/back", phone=SIGNER["phone"], code="000000")
    assert (page.status, 'id="code-wrong"' in page.html) == (422, True)
    page = page.submit("/s/back", to="/s/back/code", phone=SIGNER["phone"])
    assert "验证码已发送" in page.text
    page = other.open(f"/s/back?next=/s/d/{row.code}")
    page = page.submit("/s/back", phone=SIGNER["phone"], code=sms_code(SIGNER["phone"]))
    assert (page.status, page.path) == (200, f"/s/d/{row.code}")
    page = other.open("/s/back")
    assert "合肥创新软件有限公司" in page.text
    assert "待毕业生确认" in page.text


def test_a_phone_that_has_signed_nothing_is_told_so(unit: Browser, ctx: Context, cast: Cast) -> None:
    page = unit.open("/s/back")
    page.submit("/s/back", to="/s/back/code", phone="13912340000")
    page = page.submit("/s/back", phone="13912340000", code=sms_code("13912340000"))
    assert page.status == 422
    assert "没有找到用这个手机号办理的签约" in page.text


def test_the_way_back_leads_nowhere_else(unit: Browser, ctx: Context, cast: Cast, clock: FixedClock) -> None:
    offered(unit, ctx, cast.graduate)
    clock.advance(minutes=2)
    for onward in ("https://evil.test/", "//evil.test", "/h5/account", "/console/"):
        assert "evil" not in unit.open(f"/s/back?next={onward}").html
    page = unit.open("/s/back")
    page.submit("/s/back", to="/s/back/code", phone=SIGNER["phone"])
    page = page.submit(
        "/s/back", next="https://evil.test/", phone=SIGNER["phone"], code=sms_code(SIGNER["phone"])
    )
    assert page.response.request.host == "wx.test"


def test_in_wechat_the_platform_says_who_it_is_and_the_draft_is_found_again(
    app: Flask, ctx: Context, cast: Cast, gateway: RecordingGateway
) -> None:
    open_school(ctx, cast)
    token = show_ticket(ctx, cast.graduate).token
    rows = []
    for word in ("first", "second"):
        phone = Browser(app, WECHAT)
        begin = phone.led(f"/s/{token}")
        assert begin == f"/h5/oauth/begin?next=%2Fs%2F{token}"
        gateway.codes[word] = OAuthUser("oUnit0000000000000000000001", is_snapshot=False)
        state = phone.led(begin).rpartition("state=")[2]
        page = phone.open(f"/h5/oauth/back?code={word}&state={state}")
        assert (page.status, page.path) == (200, f"/s/{token}")
        rows.append(page.submit(f"/s/{token}").path)
    assert rows[0] == rows[1]
    assert Agreement.select().count() == 1
    assert Agreement.get().signer_openid == "oUnit0000000000000000000001"
    # By its address too, in a browser that was never handed the code.
    phone = Browser(app, WECHAT)
    code = Agreement.get().code
    begin = phone.led(f"/s/d/{code}")
    assert begin.startswith("/h5/oauth/begin?next=")
    gateway.codes["third"] = OAuthUser("oUnit0000000000000000000001", is_snapshot=False)
    state = phone.led(begin).rpartition("state=")[2]
    assert phone.open(f"/h5/oauth/back?code=third&state={state}").path == f"/s/d/{code}/person"


def test_somebody_elses_wechat_gets_a_draft_of_its_own(
    app: Flask, ctx: Context, cast: Cast, gateway: RecordingGateway
) -> None:
    open_school(ctx, cast)
    token = show_ticket(ctx, cast.graduate).token
    for number in (1, 2):
        phone = Browser(app, WECHAT)
        gateway.codes[f"c{number}"] = OAuthUser(f"oUnit000000000000000000000{number}", is_snapshot=False)
        state = phone.led(phone.led(f"/s/{token}")).rpartition("state=")[2]
        phone.open(f"/h5/oauth/back?code=c{number}&state={state}").submit(f"/s/{token}")
    first, second = Agreement.select().order_by(Agreement.id)
    assert phone.open(f"/s/d/{second.code}").path == f"/s/d/{second.code}/person"
    assert phone.open(f"/s/d/{first.code}").path == "/s/back"


def test_every_form_needs_its_token(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = offered(unit, ctx, cast.graduate)
    token = show_ticket(ctx, cast.graduate).token
    paths = [f"/s/{token}", "/s/back", "/s/back/code", "/s/other", "/s/other/code", "/s/other/x"]
    steps = (
        "person",
        "code",
        "terms",
        "papers",
        "finish",
        "discard",
        "revise",
        "recall",
        "replace",
        "release",
    )
    for path in [*paths, *(f"/s/d/{row.code}/{step}" for step in steps), f"/s/d/{row.code}/releases/x"]:
        assert unit.post(path, TERMS | {"reason": "错了", "strokes": strokes()}).status == 400, path
    assert fresh(row).terms_version == 1
