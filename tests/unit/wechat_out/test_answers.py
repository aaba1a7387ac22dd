from datetime import UTC, datetime

import pytest

from wechat.answers import FollowerInfo, QrTicket, RemoteTemplate, menu_as_pushed
from wechat.gateway import Account
from wechat.mini import MiniSession
from wechat.oauth import OAuthUser

FOLLOWER = {
    "subscribe": 1,
    "openid": "oLVPpjqs9BhvzwPj5A-vTYAX3GLc",
    "language": "zh_CN",
    "subscribe_time": 1382694957,
    "unionid": "o6_bmasdasdsad6_2sgVt7hMZOPfL",
    "subscribe_scene": "ADD_SCENE_QR_CODE",
    "qr_scene": 0,
    "qr_scene_str": "n0nce",
}


def test_a_follower_is_read_with_time_in_utc() -> None:
    follower = FollowerInfo.read(FOLLOWER)
    assert follower.subscribed
    assert follower.subscribed_at == datetime(2013, 10, 25, 9, 55, 57, tzinfo=UTC)
    assert (follower.scene, follower.qr_scene) == ("ADD_SCENE_QR_CODE", "n0nce")
    assert follower.unionid == FOLLOWER["unionid"]


def test_of_someone_who_does_not_follow_nothing_is_known() -> None:
    assert FollowerInfo.read({"subscribe": 0, "openid": "o", "subscribe_time": 1}) == FollowerInfo(False)


def test_a_template_tells_its_fields_in_order() -> None:
    row = {
        "template_id": "T1",
        "title": "任务提醒",
        "content": "任务名称:{{thing1.DATA}}\n截止时间:{{time12.DATA}}\n备注:{{ const3.DATA }}",
        "primary_industry": "",
        "example": "…",
    }
    assert RemoteTemplate.read(row).fields == ("thing1", "time12", "const3")


def test_a_qr_ticket_is_read() -> None:
    answer = {"ticket": "gQH47joAAAAAAAAAASxodHRw", "expire_seconds": 60, "url": "http://weixin.qq.com/q/kZg"}
    assert QrTicket.read(answer) == QrTicket(answer["ticket"], answer["url"], 60)


@pytest.mark.parametrize(
    "holder",
    [
        MiniSession("SECRET", "SECRET", "SECRET"),
        OAuthUser("SECRET", "SECRET"),
        FollowerInfo(True, "SECRET"),
        Account("wx1", "SECRET", "https://a", "https://o", "wx2", "SECRET"),
    ],
)
def test_secrets_and_persons_do_not_show_in_a_repr(holder: object) -> None:
    assert "SECRET" not in repr(holder)


def test_a_menu_loses_the_empty_lists_that_nobody_pushed() -> None:
    leaf = {"type": "click", "name": "服务", "key": "HELP"}
    given = {
        "button": [{**leaf, "sub_button": []}, {"name": "毕业生", "sub_button": [{**leaf, "sub_button": []}]}]
    }
    assert menu_as_pushed({"menu": given}) == {"button": [leaf, {"name": "毕业生", "sub_button": [leaf]}]}
    assert menu_as_pushed({}) is None
