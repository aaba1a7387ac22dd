
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from models.agreement import Agreement
from models.db import connected
from models.org import OrgUnit
from services import binding
from services.agreements import releases, sealing
from tests import agreement_ways as ways
from tests import agreements, seals
from tests.desks import pass_second_factor
from tests.live import served


@pytest.mark.e2e
def test_shots(ctx, cast, clock, browser: Browser):
    ctx = dataclasses.replace(ctx, seals=seals.seals())
    agreements.open_school(ctx, cast, "three")
    unit, row = ways.accepted(ctx, cast.graduate)
    ways.passed(ctx, cast, row)
    def seal():
        with connected():
            return sealing.sweep(ctx)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(seal).result() == 1
    row = agreements.fresh(row)
    other = ways.accepted(ctx, cast.other_graduate)[1]
    kept = {n: v for n, v in row.__data__.items() if n not in ("id","code","live_key","draft_key","offer_key","verify_code")}
    for nth, st in enumerate(["effective","released","school_review","voided","returned","college_review"]):
        Agreement.insert(kept | {"code": f"copy{nth}", "unit_name": f"安徽省第{nth}建筑安装工程集团股份有限公司合肥分公司", "number": f"2027-4134010359-90000{nth}", "status": st}).execute()
    for name in ("皖东学院", "皖北大学", "安徽新闻出版职业技术学院"):
        OrgUnit.add("school", name, cast.units["province"])
    release = ways.asked(ctx, unit, row)
    releases.agree(ctx, ways.graduate_of(ctx, cast.graduate), release, agreements.strokes(5))
    ways.add_letter(ctx, ways.graduate_of(ctx, cast.graduate), release) if False else None
    held = agreements.fresh(row)
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    A = f"/console/agreements/{other.code}"
    pages = [("counselor","/console/"),("school","/console/agreements"),("school","/console/agreements?status=all"),("college",A),("school",f"/console/agreements/{row.code}"),
      ("college","/console/releases"),("college",f"/console/releases/{release.code}"),("school","/console/signing"),("province","/console/signing"),("ministry","/console/signing"),
      ("stranger",f"/v/{row.verify_code}"),("stranger","/v/nonsense"),("counselor","/h5/reviews"),("counselor",f"/h5/reviews/{other.code}"),("counselor","/h5/workbench"),("college","/console/agreements/copy0/letter")]
    with served(ctx) as site:
        for width in (390, 1280):
            for who, path in pages:
                context = browser.new_context(viewport={"width": width, "height": 800}, device_scale_factor=1)
                if who != "stranger":
                    context.add_cookies([site.cookie(getattr(cast, who))])
                    pass_second_factor(path)
                page = context.new_page()
                said = []
                page.on("console", lambda m: said.append(m.text))
                page.goto(f"{site.url}{path}")
                for img in page.query_selector_all("img"):
                    img.scroll_into_view_if_needed()
                page.wait_for_timeout(250)
                w = page.evaluate("document.scrollingElement.scrollWidth")
                name = path.strip("/").replace("/", "-").replace("?", "_").replace("=", "-").replace(other.code, "X").replace(row.code, "H").replace(release.code, "R").replace(row.verify_code, "V")
                page.screenshot(path=f"/work/plan/shots/sign-{width}-{who}-{name}.png", full_page=True)
                print("SHOT", width, who, name, w, said)
                if path == A and width == 390:
                    page.click("text=退回单位补正"); page.click("text=审核不通过 >> nth=0")
                    page.screenshot(path=f"/work/plan/shots/sign-{width}-{who}-{name}-open.png", full_page=True)
                context.close()
