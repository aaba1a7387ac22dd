import pytest

from wechat.oauth import authorize_url

OPEN = "https://open.weixin.qq.com"


def test_order_encoding_and_fragment_are_as_prescribed() -> None:
    address = authorize_url(OPEN, "wx1", "https://x.example/h5/in?to=/a&b=我", "State1", "snsapi_base")
    assert address == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1"
        "&redirect_uri=https%3A%2F%2Fx.example%2Fh5%2Fin%3Fto%3D%2Fa%26b%3D%E6%88%91"
        "&response_type=code&scope=snsapi_base&state=State1#wechat_redirect"
    )


def test_a_trailing_slash_of_the_host_does_no_harm() -> None:
    assert authorize_url(f"{OPEN}/", "wx1", "u", "s", "snsapi_userinfo").startswith(f"{OPEN}/connect/oauth2/")


@pytest.mark.parametrize("state", ["", "a" * 129, "with space", "a&b", "中文", "a\n", "a-b"])
def test_a_state_that_would_be_lost_is_refused(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        authorize_url(OPEN, "wx1", "https://x.example", state, "snsapi_base")


def test_the_longest_state_passes() -> None:
    assert "a" * 128 in authorize_url(OPEN, "wx1", "https://x.example", "a" * 128, "snsapi_base")


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="scope"):
        authorize_url(OPEN, "wx1", "https://x.example", "s", "snsapi_login")
