"""Pictures uploaded for messages (素材管理), kept small."""

import base64
import io
import secrets
from email.parser import BytesParser
from email.policy import HTTP

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from sandbox.api.call import Answer, Call, Route
from sandbox.api.refusal import ApiRefusal

PICTURE_BYTES = 10 * 1024 * 1024


async def upload(call: Call) -> Answer:
    """POST /cgi-bin/media/upload?type=image, form field ``media``: JPG, PNG or GIF up to 10 MB."""
    if call.query.get("type") != "image":
        raise ApiRefusal(40004)
    picture = _form_file(call)
    if len(picture) > PICTURE_BYTES:
        raise ApiRefusal(40009)
    try:
        kind = Image.open(io.BytesIO(picture)).format
    except UnidentifiedImageError as error:
        raise ApiRefusal(40005) from error
    if kind not in ("JPEG", "PNG", "GIF"):
        raise ApiRefusal(40005)
    media_id = secrets.token_urlsafe(48)
    call.world.state.media[media_id] = base64.b64encode(picture).decode()
    call.world.touch()
    return {"type": "image", "media_id": media_id, "created_at": int(call.world.now())}


async def fetch(call: Call) -> Answer:
    """GET /cgi-bin/media/get?media_id=…"""
    picture = call.world.state.media.get(call.query.get("media_id", ""))
    if picture is None:
        raise ApiRefusal(40007)
    return web.Response(body=base64.b64decode(picture), content_type="image/jpeg")


def _form_file(call: Call) -> bytes:
    head = f"Content-Type: {call.content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + call.raw)
    for part in form.iter_parts() if form.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "media":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    raise ApiRefusal(41005)


ROUTES = (
    Route("POST", "/cgi-bin/media/upload", upload, quota=100_000),
    Route("GET", "/cgi-bin/media/get", fetch, quota=200_000),
)
