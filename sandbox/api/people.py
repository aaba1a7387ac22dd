"""What the platform tells about a user: hardly anything (用户基本信息, without nickname since 2021-12-27)."""

from sandbox.api.call import Answer, Call, Route
from sandbox.api.refusal import ApiRefusal


async def user_info(call: Call) -> Answer:
    """GET /cgi-bin/user/info; of somebody who does not follow, only that."""
    phone = call.world.phone_of(call.query.get("openid", ""))
    if phone is None:
        raise ApiRefusal(40003)
    if not phone.following:
        return {"subscribe": 0, "openid": phone.openid}
    return {
        "subscribe": 1,
        "openid": phone.openid,
        "language": "zh_CN",
        "subscribe_time": phone.followed_at,
        "unionid": phone.unionid,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": phone.follow_scene,
        "qr_scene": int(phone.qr_scene) if phone.qr_scene.isdecimal() else 0,
        "qr_scene_str": "" if phone.qr_scene.isdecimal() else phone.qr_scene,
    }


ROUTES = (Route("GET", "/cgi-bin/user/info", user_info, quota=5_000_000),)
