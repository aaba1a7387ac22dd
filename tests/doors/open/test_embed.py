"""The sub-site in a frame: only those sites may frame it, its own posts come first, and no session begins."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.partner import Partner
from services.context import Context
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.partners import add_partner
from tests.posts import add_employer, add_post

SITES = "https://jy.example.edu.cn\nhttps://www.example.edu.cn:8443"


@pytest.fixture
def site(ctx: Context, cast: Cast) -> Partner:
    school = cast.units["school"]
    return add_partner(kind="embed", tenant="jhu", sites=SITES, unit=school, school_id=school.id, secret=None)


def ask(app: Flask, path: str) -> TestResponse:
    return app.test_client().get(path, base_url="http://wx.test")


def test_only_registered_sites_may_frame_it_and_nobody_gets_a_cookie(app: Flask, site: Partner) -> None:
    answer = ask(app, "/embed/jhu")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://jy.example.edu.cn https://www.example.edu.cn:8443")
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert ask(app, "/h5/login").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("changes", [{"status": "testing"}, {"status": "suspended"}, {"kind": "interface"}])
def test_what_is_not_open_is_not_there(app: Flask, site: Partner, changes: dict[str, str]) -> None:
    Partner.update(**changes).execute()
    answer = ask(app, "/embed/jhu")
    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert ask(app, "/embed/nobody").status_code == 404


def test_its_own_come_first(app: Flask, ctx: Context, cast: Cast, site: Partner) -> None:
    unit = add_employer(cast)
    add_post(ctx, unit, title="本校岗位", school_id=site.school_id)
    add_post(ctx, unit, title="外地岗位")
    text = ask(app, "/embed/jhu").get_data(as_text=True)
    assert (
        0 < text.index("本校职位") < text.index("本校岗位") < text.index("更多职位") < text.index("外地岗位")
    )
    assert text.count("本校岗位") == 1
    found = ask(app, "/embed/jhu?keyword=外地岗位").get_data(as_text=True)
    assert "外地岗位</strong>" in found
    assert "本校岗位" not in found
    assert "没有符合条件" in ask(app, "/embed/jhu?keyword=厨师").get_data(as_text=True)


def test_a_post_leads_to_the_official_account(app: Flask, ctx: Context, cast: Cast, site: Partner) -> None:
    post = add_post(ctx, add_employer(cast), title="<b>工程师</b>")
    answer = ask(app, f"/embed/jhu/posts/{post.code}")
    text = answer.get_data(as_text=True)
    assert "&lt;b&gt;工程师" in text
    assert f'href="http://wx.test/h5/posts/{post.code}"' in text
    assert "0551-62901234" not in text
    assert ask(app, f"/embed/jhu/posts/{post.code}/qr.svg").content_type.startswith("image/svg+xml")
    post.change(status="closed")
    assert ask(app, f"/embed/jhu/posts/{post.code}").status_code == 404
    assert ask(app, f"/embed/jhu/posts/{post.code}/qr.svg").status_code == 404


def test_posts_kept_for_another_place_are_not_shown(
    app: Flask, ctx: Context, cast: Cast, clock: FixedClock, site: Partner
) -> None:
    later = (clock() + timedelta(days=3)).date()
    post = add_post(ctx, add_employer(cast), title="先本地", hold_until=later)
    assert "先本地" in ask(app, "/embed/jhu").get_data(as_text=True)
    post.change(province_id=None)
    assert "先本地" not in ask(app, "/embed/jhu").get_data(as_text=True)
    assert ask(app, f"/embed/jhu/posts/{post.code}").status_code == 404
