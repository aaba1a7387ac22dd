"""Doors for machines: life, readiness, numbers, assets."""

import gzip

import pytest

from handlers import assets
from models import db


def test_life_and_readiness(desktop, cast):
    assert desktop.open("/healthz").response.json == {"status": "ok"}
    answer = desktop.open("/readyz").response
    assert answer.json == {"status": "ok", "database": True, "migrated": True, "redis": True}


@pytest.fixture
def database_away(cast, tmp_path, database_url, keyring):
    """The database's file is where no file can be."""
    db.database.close()
    db.open_database(f"sqlite:///{tmp_path}/", keyring)
    yield
    db.open_database(database_url, keyring)


def test_without_the_database_we_say_so(desktop, database_away):
    answer = desktop.open("/readyz").response
    assert (answer.status_code, answer.json["status"]) == (503, "away")
    assert desktop.open("/healthz").status == 200


def test_without_the_database_a_page_is_a_friendly_503(desktop, database_away):
    page = desktop.open("/h5/")
    assert page.status == 503
    assert "服务暂时繁忙" in page.text
    assert page.response.headers["Retry-After"]
    assert desktop.open("/h5/help").status == 200


def test_numbers_tell_requests_and_backlog(desktop, cast):
    desktop.open("/h5/login")
    text = desktop.open("/metrics").html
    assert 'wxb_requests_total{endpoint="log_in.login",status="200"}' in text
    assert 'wxb_callback_backlog{stream="' in text
    assert "wxb_messages_waiting 0.0" in text
    assert "wxb_template_quota_left 100000.0" in text
    assert "wxb_templates_stopped 0.0" in text


def test_robots_stay_out(desktop, cast):
    assert "Disallow: /" in desktop.open("/robots.txt").html


@pytest.mark.parametrize("address", [assets.vendor_address("weui.css"), assets.static_address("h5.css")])
def test_an_asset_under_its_version_is_kept_for_a_year(desktop, cast, address):
    answer = desktop.open(address).response
    assert answer.status_code == 200
    assert answer.cache_control.max_age == 31_536_000
    assert answer.cache_control.immutable
    assert desktop.open(address.partition("?")[0]).response.cache_control.max_age == 300


def test_an_asset_comes_compressed_to_those_who_can_read_it(app, cast):
    client = app.test_client()
    address = assets.vendor_address("weui.css")
    plain = client.get(address, base_url="http://wx.test")
    small = client.get(address, base_url="http://wx.test", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) * 5 < len(plain.data)
    assert "Accept-Encoding" in small.headers["Vary"]
    again = client.get(address, base_url="http://wx.test", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


def test_an_asset_carries_no_cookie(cast, client_of):
    answer = client_of(cast.graduate).open(assets.static_address("h5.css")).response
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize(
    "path",
    ["/vendor/package.json", "/vendor/..%2fpackage.json", "/static/nothing.css", "/static/..%2fweb.py"],
)
def test_what_is_not_on_the_list_is_not_served(desktop, cast, path):
    assert desktop.open(path).status == 404
