"""The yardstick: what a developer writes in an afternoon, Flask and wechatpy answering a message with its own words.

It verifies, decrypts, answers and encrypts, and does nothing else: no dedupe, no look-up, no log.
"""

import os

from flask import Flask, Response, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

app = Flask(__name__)
crypto = WeChatCrypto(
    os.environ["WXB_WECHAT_TOKEN"], os.environ["WXB_WECHAT_AES_KEY"], os.environ["WXB_WECHAT_APP_ID"]
)


@app.post("/wechat/callback")
def callback() -> Response:
    """Echoes one message in safe mode."""
    args = request.args
    text = crypto.decrypt_message(request.get_data(), args["msg_signature"], args["timestamp"], args["nonce"])
    message = parse_message(text)
    words = message.content if message.type == "text" else message.event
    reply = create_reply(words, message).render()
    sealed = crypto.encrypt_message(reply, args["nonce"], args["timestamp"])
    return Response(sealed, content_type="text/xml; charset=utf-8")
