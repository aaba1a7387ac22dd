"""The signing pages as people use them: what a unit's browser does from the scanned code to the offer."""

import io

from models.agreement import Agreement
from services.context import Context
from tests.agreements import SIGNER, TERMS, show_ticket, sms_code, strokes
from tests.browser import Browser, Page
from tests.cast import Persona
from tests.papers import photo

PAPERS = ("licence", "id_front", "id_back")
_PICTURE = photo((300, 400))


def upload(data: bytes = _PICTURE) -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(data), "photo.jpg"


def newest() -> Agreement:
    """The agreement that was begun last."""
    found = Agreement.select().order_by(Agreement.id.desc()).first()
    assert found is not None
    return found


def scanned(browser: Browser, ctx: Context, persona: Persona) -> tuple[Page, Agreement]:
    """The unit scans the graduate's code and begins: the first page of its draft."""
    path = f"/s/{show_ticket(ctx, persona).token}"
    page = browser.open(path).submit(path)
    return page, newest()


def proven(browser: Browser, row: Agreement, **changes: str) -> Page:
    """经办人 and the phone."""
    path, who = f"/s/d/{row.code}", SIGNER | changes
    page = browser.open(f"{path}/person").submit(f"{path}/person", to=f"{path}/code", **who)
    assert "验证码已发送" in page.text
    return page.submit(f"{path}/person", **who, code=sms_code(who["phone"]))


def termed(browser: Browser, row: Agreement, **changes: str) -> Page:
    """The terms, with the county looked for and chosen."""
    path = f"/s/d/{row.code}/terms"
    typed = {name: value for name, value in (TERMS | changes).items() if name != "unit_place"}
    page = browser.open(path).submit(path, **typed, unit_place_word="蜀山", find="unit_place")
    assert "安徽省 合肥市 蜀山区" in page.text
    return page.submit(path, unit_place="340104")


def papered(browser: Browser, row: Agreement) -> Page:
    """The consent, then a picture of each paper."""
    path = f"/s/d/{row.code}/papers"
    page = browser.open(path).submit(path)
    for kind in PAPERS:
        page = page.submit(path, kind=kind, file=upload())
        assert "已上传" in page.text
    return page


def finished(browser: Browser, row: Agreement) -> Page:
    """The signature, and off it goes."""
    path = f"/s/d/{row.code}/finish"
    return browser.open(path).submit(path, consent="1", strokes=strokes())


def drafted(browser: Browser, ctx: Context, persona: Persona) -> Agreement:
    """A draft that lacks nothing but the signature."""
    _page, row = scanned(browser, ctx, persona)
    proven(browser, row)
    termed(browser, row)
    papered(browser, row)
    return row


def offered(browser: Browser, ctx: Context, persona: Persona) -> Agreement:
    """An offer that was sent from this browser."""
    row = drafted(browser, ctx, persona)
    assert "邀约已发出" in finished(browser, row).text
    return row
