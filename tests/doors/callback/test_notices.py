"""Consent to subscription notices: counted once however often the platform tells of it."""

import json

from platform_side import PlatformSide, recorded

from config.template_ids import notice_ids
from models.message import Message
from models.sending import SubscribeCredit
from services.context import Context

RECORDED = "hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2vzyvQu7O68"
OTHER = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc"
OPENID = "oGraduate0000000000000000001"


def ours(ctx: Context, name: str = "signing_invited") -> str:
    return notice_ids(ctx.settings.template_ids)[name]


def credits(ctx: Context) -> dict[str, int]:
    rows = SubscribeCredit.select().where(SubscribeCredit.app_id == ctx.settings.wechat_app_id)
    return {row.template_id: row.credits for row in rows if row.openid == OPENID}


def test_a_yes_is_counted_once_and_answered_alike(ctx: Context, platform: PlatformSide) -> None:
    event = recorded("subscribe_msg_popup_event").replace(RECORDED, ours(ctx))
    first = platform.post(event).text
    assert "每勾选一次，可收到一条" in first
    assert platform.post(event).text == first
    assert credits(ctx) == {ours(ctx): 1}
    platform.post(event.replace("1795158000", "1795158001"))
    assert credits(ctx) == {ours(ctx): 2}


def test_each_entry_of_a_list_counts_by_itself(ctx: Context, platform: PlatformSide) -> None:
    fields = json.loads(recorded("subscribe_msg_popup_event__two.json"))
    fields["List"][0]["TemplateId"] = ours(ctx)
    fields["List"][1]["TemplateId"] = ours(ctx, "interview_invited")
    platform.post(json.dumps(fields))
    assert credits(ctx) == {ours(ctx, "interview_invited"): 1}


def test_a_no_in_the_settings_takes_everything_back(ctx: Context, platform: PlatformSide) -> None:
    platform.post(recorded("subscribe_msg_popup_event").replace(RECORDED, ours(ctx)))
    platform.post(recorded("subscribe_msg_change_event").replace(OTHER, ours(ctx)))
    assert credits(ctx) == {ours(ctx): 0}


def test_who_leaves_is_forgotten(ctx: Context, platform: PlatformSide) -> None:
    platform.post(recorded("subscribe_msg_popup_event").replace(RECORDED, ours(ctx)))
    platform.post(recorded("unsubscribe"))
    assert SubscribeCredit.select().count() == 0


def test_what_became_of_a_notice_is_written_down(ctx: Context, platform: PlatformSide) -> None:
    row = {"channel": "subscribe", "template": "signing_invited", "openid": OPENID, "payload": "{}"}
    Message.add_many([row | {"key": "a", "status": "accepted"}])
    event = recorded("subscribe_msg_sent_event").replace(OTHER, ours(ctx))
    platform.post(event)
    platform.post(event)
    assert Message.get().status == "delivered"
