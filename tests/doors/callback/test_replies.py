"""Every recorded payload, and the words the person reads."""

import pytest
from platform_side import RECORDED, PlatformSide, recorded

from config import menu
from handlers.replies import click_keys, rules
from models.callback import CallbackEvent, HelpQuestion
from models.graduate import Intention, Link
from models.wechat_user import Follower, Scene
from services import binding, callbacks
from services.context import Context
from tests.cast import Cast, Persona

NIGHT = "1795168800"  # Friday evening in China
SATURDAY = "1795230000"

# Payload → a piece of what a stranger reads; nothing where nothing is shown.
STRANGERS = {
    "text__question": "已转给咨询老师",
    "text__faq": "绑定微信只需三步",
    "text__people": "",
    "text__empty": "",
    "image": "收到您的图片",
    "voice": "收到您的语音",
    "video": "收到您的视频",
    "shortvideo": "收到您的小视频",
    "location": "没有保存",
    "link": "收到您的链接",
    "file": "收到您的文件",
    "other_message": "用文字写明问题",
    "subscribe": "欢迎关注24365智慧就业",
    "subscribe__scene": "二维码已经过期",
    "scan": "二维码已经过期",
    "unsubscribe": "",
    "view": "",
    "view_miniprogram": "",
    "location_event": "",
    "click__JOBS_FOR_ME": "使用“职位精准推荐”前，请先绑定学信账号",
    "click__SIGN_ONLINE": "使用“网上签约”前，请先绑定学信账号",
    "click__DESTINATION": "使用“去向登记”前，请先绑定学信账号",
    "click__MY_TASKS": "使用“我的任务”前，请先绑定学信账号",
    "click__LIVE_SIGN_IN": "使用“直播课签到”前，请先绑定学信账号",
    "click__PROGRESS": "使用“就业进展”前，请先绑定学信账号",
    "click__EMPLOYERS": "/employer/",
    "click__QUESTIONS": "https://mp.weixin.qq.com/s/79khwTYImWD_f7vs9j3RQQ",
    "click__SAFETY": "培训贷",
    "other_click": "菜单已更新",
    "user_info_modified": "",
    "user_authorization_revoke": "",
    "user_authorization_cancellation": "",
    "templatesendjobfinish": "",
    "templatesendjobfinish__blocked": "",
    "templatesendjobfinish__failed": "",
    "subscribe_msg_popup_event": "每勾选一次，可收到一条",
    "subscribe_msg_change_event": "",
    "subscribe_msg_sent_event": "",
    "other_event": "",
    "text__faq.json": "绑定微信只需三步",
    "click__MY_TASKS.json": "使用“我的任务”前，请先绑定学信账号",
    "subscribe_msg_popup_event.json": "每勾选一次，可收到一条",
    "subscribe_msg_popup_event__two.json": "每勾选一次，可收到一条",
}


@pytest.mark.parametrize(("name", "words"), STRANGERS.items(), ids=STRANGERS)
def test_a_stranger_is_answered(platform: PlatformSide, name: str, words: str) -> None:
    reply = platform.post(recorded(name))
    assert words in reply.text
    assert bool(words) == bool(reply.text)
    if "绑定学信账号" in words:
        assert '<a href="http://wx.test/h5/account">' in reply.text


def test_every_recorded_payload_is_answered_here() -> None:
    names = {path.name.removesuffix(".xml") for path in RECORDED.iterdir()}
    assert names == set(STRANGERS)


def test_every_rule_has_a_recorded_payload_and_every_menu_key_a_rule() -> None:
    recorded_rules = {path.stem.replace("click__", "click:").split("__")[0] for path in RECORDED.iterdir()}
    recorded_rules = {"location" if name == "location_event" else name for name in recorded_rules}
    assert recorded_rules == {rule.label for rule in rules()}
    assert set(menu.load("http://wx.test").click_keys) == click_keys()


# -- people we know ------------------------------------------------------------------------------------


def bind(ctx: Context, persona: Persona) -> None:
    assert persona.account is not None
    binding.bind(ctx, persona.account, persona.openid)


def tap(platform: PlatformSide, key: str, persona: Persona, at: int = 0) -> str:
    created = 1795158000 + at
    return platform.post(recorded(f"click__{key}", FromUserName=persona.openid, CreateTime=created)).text


def test_a_graduate_reads_what_is_there_now(ctx: Context, cast: Cast, platform: PlatformSide) -> None:
    bind(ctx, cast.graduate)
    assert "登记求职意愿" in tap(platform, "JOBS_FOR_ME", cast.graduate)
    assert "出示签约码" in tap(platform, "SIGN_ONLINE", cast.graduate)
    destination = tap(platform, "DESTINATION", cast.graduate)
    assert ("http://wx.test/h5/destinations" in destination, "关联我的辅导员" in destination) == (True, True)
    assert "供辅导员和就业工作人员使用" in tap(platform, "MY_TASKS", cast.graduate)


def test_a_counselor_reads_what_is_there_now(ctx: Context, cast: Cast, platform: PlatformSide) -> None:
    bind(ctx, cast.counselor)
    assert "/h5/tasks" in tap(platform, "MY_TASKS", cast.counselor)
    assert "/h5/check-in" in tap(platform, "LIVE_SIGN_IN", cast.counselor)
    assert "/h5/progress" in tap(platform, "PROGRESS", cast.counselor)
    assert "http://wx.test/h5/my-graduates" in tap(platform, "PROGRESS", cast.counselor)
    assert "毕业生使用的功能" in tap(platform, "JOBS_FOR_ME", cast.counselor)


def test_a_bound_person_without_a_roster_row_is_told_the_next_step(
    ctx: Context, cast: Cast, platform: PlatformSide
) -> None:
    bind(ctx, cast.person)
    assert "核对姓名、学号和证件号" in tap(platform, "SIGN_ONLINE", cast.person)


def test_following_by_a_counselors_code_leads_to_linking(
    ctx: Context, cast: Cast, platform: PlatformSide
) -> None:
    Scene.create(
        word="SceneWord00000001",
        purpose="counselor",
        staff=cast.counselor.staff,
        expires_at=ctx.clock().replace(year=2030),
    )
    for name in ("subscribe__scene", "scan"):
        card = platform.post(recorded(name)).fields
        assert card["Title"] == "先绑定学信账号，再关联辅导员"
        assert card["Url"] == "http://wx.test/h5/c/SceneWord00000001"
    bind(ctx, cast.graduate)
    assert platform.post(recorded("scan", CreateTime=1795158001)).fields["Title"] == "关联辅导员"


def test_coming_back_is_noticed(ctx: Context, cast: Cast, platform: PlatformSide) -> None:
    platform.post(recorded("subscribe"))
    assert Follower.of(ctx.settings.wechat_app_id, cast.graduate.openid)
    platform.post(recorded("unsubscribe", CreateTime=1795158010))
    assert Follower.of(ctx.settings.wechat_app_id, cast.graduate.openid) is None
    assert platform.post(recorded("subscribe", CreateTime=1795158020)).text.startswith("欢迎回来")


def test_leaving_takes_the_binding_along(ctx: Context, cast: Cast, platform: PlatformSide) -> None:
    bind(ctx, cast.graduate)
    assert "出示签约码" in tap(platform, "SIGN_ONLINE", cast.graduate)
    platform.post(recorded("unsubscribe", CreateTime=1795158010))
    assert "请先绑定学信账号" in tap(platform, "SIGN_ONLINE", cast.graduate, at=20)


@pytest.mark.parametrize(
    "event", ["user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"]
)
def test_a_revocation_concerns_the_person_not_the_platform(
    ctx: Context, cast: Cast, platform: PlatformSide, event: str
) -> None:
    bind(ctx, cast.graduate)
    platform.post(recorded(event))
    stored = CallbackEvent.get(CallbackEvent.kind == event)
    assert stored.card == ("-:erased" if event == "user_authorization_cancellation" else "pg:revoked")


# -- the help desk -------------------------------------------------------------------------------------


def test_a_question_is_kept_sealed_and_out_of_hours_told_when(ctx: Context, platform: PlatformSide) -> None:
    assert "今天的咨询时间内答复" in platform.post(recorded("text__question")).text
    row = HelpQuestion.get()
    assert row.text == "请问我们学校什么时候开放生源信息确认？"
    late = platform.post(recorded("text__question", CreateTime=NIGHT, MsgId=1)).text
    assert "咨询时间为工作日09:00至17:00" in late
    assert "11月23日（周一）09:00" in late
    assert HelpQuestion.select().count() == 2


def test_calling_for_people(platform: PlatformSide) -> None:
    assert platform.post(recorded("text__people")).fields["MsgType"] == "transfer_customer_service"
    assert "不是咨询时间" in platform.post(recorded("text__people", CreateTime=SATURDAY, MsgId=1)).text


def test_an_answer_of_the_faq_is_no_question_for_the_desk(platform: PlatformSide) -> None:
    assert "http://wx.test/h5/account" in platform.post(recorded("text__faq")).text
    assert HelpQuestion.select().count() == 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("😂😂", "没有看出您想问什么"),
        ("[微笑][强]", "没有看出您想问什么"),
        ("？？？", "没有看出您想问什么"),
        ("谢谢！", "不客气"),
        ("您好", "您可以直接输入想问的事"),
    ],
)
def test_small_talk_is_no_question_for_the_desk(platform: PlatformSide, said: str, answer: str) -> None:
    told = platform.post(recorded("text__question", Content=said)).text
    assert answer in told
    assert "没有解决" not in told
    assert HelpQuestion.select().count() == 0


@pytest.mark.parametrize("said", ["你好，我的档案寄到哪里了", "谢谢，那户口怎么迁"])
def test_a_polite_question_is_a_question(platform: PlatformSide, said: str) -> None:
    assert "已转给咨询老师" in platform.post(recorded("text__question", Content=said)).text
    assert HelpQuestion.get().text == said


def test_what_the_graduate_does_shows_in_the_next_reply(
    ctx: Context, cast: Cast, platform: PlatformSide
) -> None:
    bind(ctx, cast.graduate)
    tap(platform, "JOBS_FOR_ME", cast.graduate)
    Intention.create(graduate=cast.graduate.graduate, direction="job")
    Link.create(graduate=cast.graduate.graduate, staff=cast.counselor.staff, status="linked")
    callbacks.account_card_changed(ctx, cast.graduate.account)
    assert 'href="http://wx.test/h5/recommended"' in tap(platform, "JOBS_FOR_ME", cast.graduate, at=5)
    assert "关联我的辅导员" not in tap(platform, "DESTINATION", cast.graduate, at=5)
