"""What a request came from, for the chain of events."""

from flask import request

from handlers import visit
from services.agreements.parties import Device


def device() -> Device:
    """Address, browser and, inside WeChat, the openid that the platform vouched for."""
    visitor = visit.visitor()
    openid = visitor.session.openid if visitor is not None and visit.is_in_wechat() else None
    return Device(visit.address(), request.user_agent.string, openid or visit.known_openid())
