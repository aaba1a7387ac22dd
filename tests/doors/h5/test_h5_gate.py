"""The gate before the log-in: it opens for whoever has a place, and nobody else costs a page."""

import pytest
from flask import Flask
from werkzeug.test import Client

from handlers.gate import LogInGate
from services.context import Context


@pytest.mark.parametrize(("page", "style"), [("/h5/login", "h5.css"), ("/console/login", "console.css")])
def test_without_a_place_a_log_in_is_told_to_come_back(
    ctx: Context, app: Flask, page: str, style: str
) -> None:
    front = Client(LogInGate(ctx, app))
    for _ in range(2):
        assert ctx.passwords._places.acquire(blocking=False)
    try:
        answer = front.post(page, base_url="http://wx.test", data={"phone": "13900000101"})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "请稍等几秒再试" in answer.text
        # Dressed as every other page of the kind, with the way back.
        assert f"/static/{style}" in answer.text
        assert f'href="{page}">重新打开登录页' in answer.text
        assert "Set-Cookie" not in answer.headers
        # Pages, and every other form, go on.
        assert front.get(page, base_url="http://wx.test").status_code == 200
        assert front.get("/healthz", base_url="http://wx.test").status_code == 200
    finally:
        for _ in range(2):
            ctx.passwords._places.release()


def test_with_a_place_the_form_is_judged_by_the_page(ctx: Context, app: Flask) -> None:
    answer = Client(LogInGate(ctx, app)).post("/h5/login", base_url="http://wx.test", data={})
    assert answer.status_code == 400  # no token: the page's own judgement
