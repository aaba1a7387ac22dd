"""What was wrong with a code table's file, to be taken away as a workbook for an hour."""

import dataclasses
import io
import json
import secrets
from collections.abc import Sequence

import structlog
from redis import RedisError

from config.imports import import_words
from documents import workbook
from domain.code_rows import RowTrouble
from domain.keyring import Unreadable
from domain.refusals import NotFound, said
from services.code_editions import need_keeper
from services.context import Context
from services.seats import Seat

_LIFE = 3600  # seconds
_PURPOSE = "code report"

log = structlog.get_logger()


def keep(ctx: Context, troubles: Sequence[RowTrouble]) -> str:
    """Keeps the report under a name, which is answered; empty with Redis away, when the page alone shows it."""
    name = secrets.token_urlsafe(12)
    content = json.dumps([dataclasses.astuple(row) for row in troubles], ensure_ascii=False)
    try:
        ctx.redis.set(_key(name), ctx.keyring.seal(content, _PURPOSE), ex=_LIFE)
    except RedisError:
        log.warning("code_report_not_kept")
        return ""
    return name


def fetch(ctx: Context, seat: Seat, name: str) -> bytes:
    """The report as a workbook. Raises NotAllowed, and NotFound when its hour is over."""
    need_keeper(seat)
    try:
        sealed = ctx.redis.get(_key(name))
    except RedisError:
        sealed = None
    if not isinstance(sealed, bytes):
        raise NotFound()
    try:
        rows = json.loads(ctx.keyring.open(sealed, _PURPOSE))
    except Unreadable:
        raise NotFound() from None
    words, out = import_words(), io.BytesIO()
    cells = ([str(line), column, value, said(reason)] for line, column, value, reason in rows)
    workbook.write(out, workbook.Sheet(words.report_sheet, words.report_headings, cells, 24))
    return out.getvalue()


def _key(name: str) -> str:
    return f"{{wxb}}:code-report:{name}"
