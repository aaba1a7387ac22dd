"""The authenticator app of the sandbox."""

import re
import time

import pyotp
import pytest
import requests

from sandbox.authenticator import code_at
from tests.sandbox.boxes import Box

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# RFC 6238, appendix B, the last six digits of its SHA-1 rows.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert code_at(RFC_SECRET, moment) == code


def test_a_secret_may_be_written_in_groups() -> None:
    assert code_at(" jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp ", 59) == pyotp.TOTP(SECRET).at(59)


@pytest.mark.parametrize("secret", ["", "0189", "键"])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        code_at(secret, 0)


def test_the_page_shows_the_code_and_keeps_the_secret(wechat: Box) -> None:
    page = f"{wechat.url}/authenticator"
    assert "粘贴网站显示的密钥" in requests.get(page, timeout=5).text
    before = int(time.time())
    answer = requests.post(page, data={"secret": SECRET}, timeout=5).text
    shown = re.findall(r"class=\"code\">(\d{6})<", answer)
    assert shown[0] in {pyotp.TOTP(SECRET).at(before), pyotp.TOTP(SECRET).at(int(time.time()))}
    assert f'value="{SECRET}"' in answer
    wrong = requests.post(page, data={"secret": '"><b>'}, timeout=5).text
    assert "这不是验证器密钥" in wrong
    assert "<b>" not in wrong
