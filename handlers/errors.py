"""No, said well: refusals and faults as a page with a way on, or as JSON for a script."""

import traceback
from collections.abc import Iterator

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from redis import RedisError
from werkzeug.exceptions import HTTPException

from domain.refusals import NotAllowed, NotFound, Refusal, TooMany, Unavailable
from domain.sharing import CallRefused
from handlers import signed, trace, visit, ways_back
from handlers.dress import page
from services.requests import DatabaseAway
from wechat.outcomes import WeChatTrouble

log = structlog.get_logger()

_TITLES = {
    400: "页面需要刷新",
    403: "暂时不能进入",
    404: "没有找到",
    405: "不能这样打开",
    409: "情况有变化",
    413: "内容太大",
    422: "请检查填写的内容",
    429: "请稍等片刻",
    503: "服务暂时繁忙",
}
_SAY = {
    400: "请求没有通过检查，请返回上一页刷新后再试。",
    404: "您打开的页面不存在或已经移走。",
    405: "请从页面上的按钮进入，不要直接打开这个网址。",
    413: "提交的内容过大，请精简后再试。",
}
_CODES = {404: "not_found", 405: "bad_method", 413: "body_too_big"}  # for programs
_BUSY = "服务暂时繁忙，刚才的操作没有完成，请稍等几秒再试。"
_AGAIN = ("重新进入", "/h5/oauth/begin")
_HOME = ("回到个人中心", visit.HOME)
_CONSOLE = ("回到工作台首页", visit.CONSOLE)
_EMPLOYER = ("回到用人单位首页", visit.EMPLOYER)
_HELP = ("查看常见问题", "/h5/help")
_SIGNER = ("用签约手机找回", "/s/back")
_DESK = ("打开辅导员工作平台", "/h5/workbench")
_WAYS_ON = {
    "not_a_counselor": (_DESK, _HOME),
    "oauth_refused": (_AGAIN, _HELP),
    "snapshot_user": (_AGAIN, _HELP),
    "not_found": (_HOME,),
}
_RETRY_SECONDS = 10
_LONGEST = 200  # characters of a message that comes from a server, not from a person


def set_up(app: Flask) -> None:
    """Dresses everything that a view may raise."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CallRefused, signed.refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    for away in (*DatabaseAway, RedisError, WeChatTrouble):
        app.register_error_handler(away, _away)
    app.register_error_handler(Exception, _unexpected)


def _ways_on(status: int, code: str) -> tuple[tuple[str, str], ...]:
    """The buttons below the sentence; a page that was only busy is offered again."""
    if status == 503 and request.method == "GET" and request.path != "/h5/oauth/back":
        home = _home()
        return ("再试一次", visit.own_path(request.full_path.rstrip("?"))), home
    if visit.is_at_console() or visit.is_at_employers():
        return (_home(),)
    if request.path.startswith("/s/"):
        return (_SIGNER,)
    return _WAYS_ON.get(code, (_HOME, _HELP))


def _home() -> tuple[str, str]:
    if visit.is_at_employers():
        return _EMPLOYER
    return _CONSOLE if visit.is_at_console() else _HOME


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, NotFound) and (page_above := ways_back.page_above()):
        return redirect(page_above, 303)
    status = 401 if refusal.code == "log_in_first" else refusal.status
    if isinstance(refusal, NotAllowed):
        log.info("refused", code=refusal.code)
    response = _answer(status, refusal.code, refusal.say, fields=refusal.fields)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, Unavailable):
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _form_too_old(_error: CSRFError) -> Response:
    return _answer(400, "form_expired", "这个页面放置过久或已在别处退出，请刷新页面后重新提交。")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 405 and (page_above := ways_back.page_above()):
        return redirect(page_above, 303)
    if status < 400:
        return make_response(error.get_response())
    response = _answer(status, "http", _SAY.get(status, error.description or ""))
    if error.response is None and status == 405:
        kind = response.content_type if signed.is_asked() else "text/html; charset=utf-8"
        response.headers.extend(error.get_headers())
        response.headers["Content-Type"] = kind
    return response


def _away(error: Exception) -> Response:
    log.error("service_away", what=type(error).__name__, why=str(error)[:_LONGEST], frames=_frames(error))
    response = _answer(503, "busy", _BUSY)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _unexpected(error: Exception) -> Response:
    """Logs where it happened but not the message, which may quote what a person typed."""
    log.error("unexpected_error", what=type(error).__name__, frames=_frames(error))
    say = f"我们这边出了一点问题，已经记录。如需咨询，请提供编号 {trace.request_id()}。"
    return _answer(500, "unexpected", say)


def _frames(error: BaseException) -> list[str]:
    """``file:line function`` of the error and of what caused it, the place of the fault last."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for one in reversed(list(_chain(error)))
        for frame in traceback.extract_tb(one.__traceback__)
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _answer(status: int, code: str, say: str, *, fields: dict[str, str] | None = None) -> Response:
    if signed.is_asked():
        return signed.problem(status, _CODES.get(status, code))
    if visit.wants_json():
        body = {"code": code, "say": say, "fields": fields or {}, "request_id": trace.request_id()}
        response = jsonify(body)
    else:
        title = _TITLES.get(status, "出了点问题" if status >= 500 else "不能完成")
        ways_on = _ways_on(status, code)
        template = visit.error_page()
        # As the guard found it: the database is not asked again on the way out of a fault.
        is_inside = g.get("visitor") is not None
        words = {"title": title, "say": say, "ways_on": ways_on, "status": status, "is_inside": is_inside}
        response = make_response(page(template, **words))
    response.status_code = status
    return response
