"""Whatever is sent to whatever page, in whatever state: an answer in words, never a fault of ours."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.agreement import Agreement
from models.employer import Employer
from services.agreements import releases
from services.context import Context
from tests import agreement_ways as ways
from tests.agreements import graduate_party, offer, open_school, scan, show_ticket, strokes
from tests.browser import Browser
from tests.cast import Cast

UNIT = ("person", "code", "terms", "papers", "finish", "discard", "revise", "recall", "replace", "release")
OURS = ("sign", "decline", "withdraw", "edit", "upload", "scan", "drop", "release", "letter", "letter/file")
ODD: tuple[dict[str, Any], ...] = (
    {},
    {
        "reason": "\x00\u202e" + "长" * 5000,
        "strokes": '{"width":390,"height":200,"strokes":[{"points":[{}]}]}',
    },
    {
        "strokes": strokes(),
        "reason": "理由",
        "consent": "1",
        "code": "１２３４５６",
        "version": "²",
        "digest": "x",
    },
    {"kind": "scan", "part": "0", "file": "not a file", "act": "file"},
    {"kind": "../../etc", "part": "१", "act": "proof", "consent": "2", "release": "x' OR 1=1"},
    {"name": "<b>", "position": "\ud7ff", "phone": "+86 139 0000 0309", "code": "0" * 400},
    {
        "unit_place": "999999",
        "pay": "１２",
        "starts_on": "0000-00-00",
        "months": "-1",
        "unit_place_word": "%_",
    },
    {"find": "unit_place", "unit_place_word": "州" * 300},
)


def drafted(ctx: Context, cast: Cast) -> Agreement:
    return scan(ctx, show_ticket(ctx, cast.graduate).token)[1]


def offered(ctx: Context, cast: Cast) -> Agreement:
    return offer(ctx, cast.graduate)[1]


def returned(ctx: Context, cast: Cast) -> Agreement:
    _party, row = ways.accepted(ctx, cast.graduate)
    return ways.give_back(ctx, cast.counselor, row, "unit_ink", "unit")


def releasing(ctx: Context, cast: Cast) -> Agreement:
    _party, row = ways.in_force(ctx, cast)
    releases.ask(ctx, graduate_party(ctx, cast.graduate)[0], row, "考研", **ways.ink(3))
    return row


def registered(ctx: Context, cast: Cast) -> Agreement:
    return ways.recorded(ctx, cast.graduate)[1]


def applied(ctx: Context, cast: Cast) -> Agreement:
    return ways.applied(ctx, cast.graduate)[1]


def pages(row: Agreement) -> Iterator[str]:
    """Every page of an agreement, the unit's and the graduate's."""
    yield from (f"/s/d/{row.code}/{step}" for step in (*UNIT, "files/x", "nothing.pdf"))
    yield from (f"/h5/agreements/{row.code}/{step}" for step in (*OURS, "nothing.pdf"))
    for release in row.releases:
        yield f"/s/d/{row.code}/releases/{release.code}"
        yield f"/h5/agreements/{row.code}/releases/{release.code}"


@pytest.mark.slow
@pytest.mark.parametrize("make", [drafted, offered, returned, releasing, registered, applied])
def test_odd_forms_are_answered(
    ctx: Context, cast: Cast, client_of: Callable[..., Browser], make: Callable[[Context, Cast], Agreement]
) -> None:
    open_school(ctx, cast)
    row = make(ctx, cast)
    unit, graduate = client_of(cast.employer), client_of(cast.graduate, in_wechat=True)
    if row.kind == "online":
        row.change(employer=Employer.get())
    asked = list(pages(row))
    tokens = {browser: browser.token() for browser in (unit, graduate)}
    for path in asked:
        browser = unit if path.startswith("/s/") else graduate
        assert browser.open(path).status in (200, 404, 405), path
    for path, odd in itertools.product(asked, ODD):
        browser = unit if path.startswith("/s/") else graduate
        page = browser.post(path, {"csrf_token": tokens[browser]} | odd)
        assert page.status in (200, 403, 404, 405, 409, 422, 429), (path, odd)
        if page.status >= 403:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in page.text)
