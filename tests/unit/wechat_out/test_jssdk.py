import pytest

from wechat.jssdk import JsTicket

# The example of developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html, appendix 1.
TICKET = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
NONCE = "Wm3WZYTPz0wzccnW"
TIMESTAMP = 1414587457
SIGNATURE = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@pytest.mark.parametrize("fragment", ["", "#", "#/my/page?x=1"])
def test_the_platforms_example_is_reproduced_whatever_the_fragment(fragment: str) -> None:
    signed = JsTicket("wxapp", TICKET).sign(
        f"http://mp.weixin.qq.com?params=value{fragment}", nonce=NONCE, timestamp=TIMESTAMP
    )
    assert signed.signature == SIGNATURE
    assert (signed.app_id, signed.timestamp, signed.nonce) == ("wxapp", TIMESTAMP, NONCE)


def test_the_query_counts() -> None:
    signed = JsTicket("wxapp", TICKET).sign("http://mp.weixin.qq.com", nonce=NONCE, timestamp=TIMESTAMP)
    assert signed.signature != SIGNATURE


def test_a_ticket_does_not_show_itself() -> None:
    assert TICKET not in repr(JsTicket("wxapp", TICKET))
