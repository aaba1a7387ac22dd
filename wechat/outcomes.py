"""What an answer of the platform means for whoever asked.

The platform speaks in some hundred and sixty numbers; the product needs to know one of eleven things.
Each row names the platform's page that states the code, or, for a code met only in practice, the page
of the call that answers it.
"""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

_DOC = "https://developers.weixin.qq.com/doc"
COMMON = f"{_DOC}/oplatform/developers/errCode/errCode.html"
GLOBAL = f"{_DOC}/offiaccount/Getting_Started/Global_Return_Code.html"
ACCESS = f"{_DOC}/offiaccount/Basic_Information/Get_access_token.html"
ACCOUNT = f"{_DOC}/service/guide/dev/api"
TEMPLATE = f"{_DOC}/service/api/notify/template/api_sendtemplatemessage.html"
NOTICE = f"{_DOC}/service/guide/product/subscription_messages/intro.html"
MENU = f"{_DOC}/service/api/custommenu/api_createcustommenu.html"
DESK = f"{_DOC}/offiaccount/Customer_Service/Customer_Service_Messages.html"
WEB_LOGIN = f"{_DOC}/service/api/webdev/access/api_snsaccesstoken.html"
MINI_LOGIN = "https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session.html"


class Outcome(StrEnum):
    """What to do next; the values are used as metric labels."""

    ACCEPTED = "accepted"
    """The platform took it. For a message this is not yet delivery."""
    RETRY = "retry"
    """Nothing happened; the same call may work in a moment."""
    SLOW_DOWN = "slow_down"
    """Nothing happened; wait for the next minute (or the person's next window)."""
    UNREACHABLE = "unreachable"
    """This person does not follow, or the openid is not of this account. Permanent."""
    BLOCKED = "blocked"
    """This person is on the account's blacklist. Permanent until taken off."""
    NO_CREDIT = "no_credit"
    """The person granted no (further) notice of this kind. Permanent for this message."""
    MISCONFIGURED = "misconfigured"
    """App id, secret, address list or template id is wrong: an operator must act."""
    QUOTA_SPENT = "quota_spent"
    """The day's quota is used up: stop until midnight, tell an operator."""
    FORBIDDEN = "forbidden"
    """The account lacks the permission, or was banned: stop, call an operator."""
    AMBIGUOUS = "ambiguous"
    """It may or may not have happened: only a repeat that the platform recognises is safe."""
    BUG = "bug"
    """What was asked is malformed: repeating it cannot help."""


class Verdict(NamedTuple):
    """One row of the table: the outcome and the page to read about the code."""

    outcome: Outcome
    source: str


BAD_TOKEN = frozenset({40001, 40014, 42001})
"""The access token was refused; the call itself was not looked at, so repeating it is safe."""

SYSTEM_BUSY = -1
"""The platform's own trouble; a message may have gone out before it."""


def _rows(outcome: Outcome, source: str, *codes: int) -> dict[int, Verdict]:
    return {code: Verdict(outcome, source) for code in codes}


VERDICTS = MappingProxyType(
    _rows(Outcome.ACCEPTED, COMMON, 0)
    | _rows(Outcome.RETRY, COMMON, SYSTEM_BUSY, *BAD_TOKEN)
    | _rows(Outcome.RETRY, NOTICE, 43108)
    | _rows(Outcome.SLOW_DOWN, COMMON, 45011)
    | _rows(Outcome.SLOW_DOWN, TEMPLATE, 43117)
    | _rows(Outcome.SLOW_DOWN, DESK, 45015, 45047)
    | _rows(Outcome.UNREACHABLE, COMMON, 40003)
    | _rows(Outcome.UNREACHABLE, GLOBAL, 43004, 43005, 46004, 50005)
    | _rows(Outcome.BLOCKED, GLOBAL, 43019)
    | _rows(Outcome.NO_CREDIT, NOTICE, 43101)
    | _rows(Outcome.MISCONFIGURED, COMMON, 40013, 40164, 41002, 43003, 45035, 61004)
    | _rows(Outcome.MISCONFIGURED, ACCESS, 40002, 41004, 89501, 89503, 89506, 89507)
    | _rows(Outcome.MISCONFIGURED, ACCOUNT, 40125, 40243)
    | _rows(Outcome.MISCONFIGURED, TEMPLATE, 40036, 40037)
    | _rows(Outcome.MISCONFIGURED, WEB_LOGIN, 10003, 10005, 10016)
    | _rows(Outcome.QUOTA_SPENT, COMMON, 45009)
    | _rows(Outcome.FORBIDDEN, COMMON, 48001, 48004, 50002, 61007)
    | _rows(Outcome.FORBIDDEN, GLOBAL, 43107, 48003, 48005, 48006, 48008, 50001, 50004, 50007)
    | _rows(Outcome.BUG, MENU, 40015, 40016, 40017, 40018, 40019, 40020, 40021, 40022, 40023, 40024)
    | _rows(Outcome.BUG, MENU, 40025, 40026, 40027, 40028, 40033, 40054, 40055, 40119, 40120, 46002, 46003)
    | _rows(Outcome.BUG, COMMON, 40066, 41001, 43001, 43002, 44002, 45002, 47001)
    | _rows(Outcome.BUG, TEMPLATE, 41028, 41029, 41030, 43116, 47003)
    | _rows(Outcome.BUG, WEB_LOGIN, 40029, 40030, 40163, 41003, 41008, 42002, 42003, 42007)
    | _rows(Outcome.BUG, MINI_LOGIN, 40226)
    | _rows(Outcome.BUG, GLOBAL, 40004, 40005, 40006, 40007, 40008, 40009, 40035, 40038, 40039, 40048, 40053)
    | _rows(Outcome.BUG, GLOBAL, 40097, 41005, 41006, 41007, 41009, 44001, 44003, 44004, 45001, 45003, 45004)
    | _rows(Outcome.BUG, GLOBAL, 45005, 45006, 45007, 45008, 45010, 45012, 45016, 45017, 46001, 47002, 65317)
)


def outcome_of(errcode: int) -> Outcome:
    """The outcome of an errcode. One that no page states is a `BUG`: refused, for a person to look at.

    Repeating a refusal nobody understands could send it for ever, so the default never repeats.
    """
    verdict = VERDICTS.get(errcode)
    return verdict.outcome if verdict else Outcome.BUG


class WeChatTrouble(Exception):
    """The platform refused, or could not be reached.

    `errcode` is 0 when no errcode was answered; `rid` is the platform's trace id, empty if it gave none;
    `detail` is its sentence with openids blanked, fit for logs.
    """

    def __init__(self, outcome: Outcome, errcode: int = 0, rid: str = "", detail: str = "") -> None:
        super().__init__(f"{outcome} (errcode {errcode}, rid {rid or '-'}) {detail}".rstrip())
        self.outcome = outcome
        self.errcode = errcode
        self.rid = rid
        self.detail = detail


_RID = re.compile(r"\b(?:rid|req_id): ?([\w-]{8,64})")
_TRACE = re.compile(r"[,.]? *(?:\brid: ?[\w-]+|\bhints?: *\[[^\]]*\])")
_OPENID = re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])")


def rid_of(errmsg: str) -> str:
    """The trace id that the platform appends to its sentences, or an empty string."""
    found = _RID.search(errmsg)
    return found.group(1) if found else ""


def detail_of(errmsg: str) -> str:
    """The platform's sentence without trace id and openids, at most 200 characters."""
    return _OPENID.sub("<openid>", _TRACE.sub("", errmsg)).strip()[:200]
