"""What the page and the tests are told about phones, as plain dictionaries."""

from typing import Any

from sandbox.browsing import Screen
from sandbox.state import Phone
from sandbox.world import World


def persona_view(world: World, phone: Phone) -> dict[str, Any]:
    """Who holds the phone."""
    persona = world.personas[phone.key]
    return {
        **persona.model_dump(exclude={"snapshot"}),
        "openid": phone.openid,
        "mini_openid": phone.mini_openid,
        "unionid": phone.unionid,
        "origin": world.options.phone_origin(phone.key),
    }


def phone_view(world: World, screen: Screen, phone: Phone) -> dict[str, Any]:
    """All that stands on the phone."""
    browser = None
    if phone.browser and phone.browser.stack:
        url = phone.browser.stack[-1]
        browser = {
            "seq": phone.browser.seq,
            "url": url,
            "src": screen.address_on(phone, url),
            "title": phone.browser.title,
            "depth": len(phone.browser.stack),
            "sdk": phone.browser.sdk.model_dump() if phone.browser.sdk else None,
        }
    return {
        "persona": persona_view(world, phone),
        "following": phone.following,
        "chat": [message.model_dump() for message in phone.chat],
        "chat_unread": phone.chat_unread,
        "talks": {key: [one.model_dump() for one in talk] for key, talk in phone.talks.items()},
        "talks_unread": phone.talks_unread,
        "sms": [sms.model_dump() for sms in phone.sms],
        "sms_unread": phone.sms_unread,
        "browser": browser,
        "credits": phone.credits,
        "rejects": phone.rejects,
        "blacklisted": phone.blacklisted,
        "snapshot": phone.snapshot,
    }


def account_view(world: World) -> dict[str, Any]:
    """The account and its menu."""
    options = world.options
    return {
        "name": options.account_name,
        "alias": options.account_alias,
        "about": options.account_about,
        "original_id": options.original_id,
        "app_id": options.app_id,
        "mode": options.mode,
        "format": options.format,
        "product_url": options.product_url,
        "menu": world.state.menu,
    }
