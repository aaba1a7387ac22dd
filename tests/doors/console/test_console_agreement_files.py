"""Papers of agreements go out through a door alone: to whom, under whose name, and every look is written down."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from handlers.visit import CONTEXT
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile, SealedPaper
from models.fields import utc_now
from models.journal import Journal
from services.agreements import releases, sealing
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements, seals
from tests.browser import WECHAT, Browser
from tests.cast import Cast

Desk = Callable[..., Browser]
PICTURES = ("licence", "id_front", "id_back", "unit_ink", "graduate_ink")


@pytest.fixture
def sealer(ctx: Context, app: Flask) -> Context:
    """The pages and the worker with a seal."""

    sealed = dataclasses.replace(ctx, seals=seals.seals())
    app.extensions[CONTEXT] = sealed
    return sealed


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force whose release waits for the first review, with the unit's letter."""
    agreements.open_school(ctx, cast)
    _party, row = ways.in_force(ctx, cast)
    release = releases.begin(ctx, ways.graduate_of(ctx, cast.graduate), row)
    ways.add_letter(ctx, ways.graduate_of(ctx, cast.graduate), release)
    releases.file_offline(ctx, ways.graduate_of(ctx, cast.graduate), release, "单位停业")
    return agreements.fresh(row)


def file_of(kind: str) -> AgreementFile:
    found: AgreementFile = AgreementFile.get(AgreementFile.kind == kind)
    return found


def addresses(row: Agreement) -> list[str]:
    """Every address under which staff are shown one of its papers."""
    release = Release.get()
    return [
        *(f"/console/agreements/{row.code}/files/{file_of(kind).code}" for kind in PICTURES),
        *(f"/h5/reviews/{row.code}/files/{file_of(kind).code}" for kind in PICTURES),
        f"/console/releases/{release.code}/files/{file_of('letter').code}",
        f"/h5/reviews/releases/{release.code}/files/{file_of('letter').code}",
    ]


MAY = {
    "/console/agreements": {"counselor", "college", "school", "province", "ministry"},
    "/console/releases": {"counselor", "college", "school", "province", "ministry"},
    "/h5/reviews": {"counselor"},
}
EVERYBODY = (
    *("graduate", "other_graduate", "fresh_graduate", "person", "employer", "stranger"),
    *("counselor", "other_counselor", "college", "school", "province", "ministry"),
)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("in_wechat", [False, True], ids=["desktop", "wechat"])
def test_only_those_who_answer_for_it_see_a_paper(
    client_of: Desk, desk_of: Desk, cast: Cast, held: Agreement, who: str, in_wechat: bool
) -> None:
    browser = client_of(getattr(cast, who), in_wechat=in_wechat)
    if not in_wechat:
        browser = desk_of(getattr(cast, who))
    for path in addresses(held):
        door = "/".join(path.split("/")[:3])
        response = browser.client.get(
            path, base_url="http://wx.test", headers={"User-Agent": WECHAT if in_wechat else ""}
        )
        is_picture = response.status_code == 200 and response.mimetype in ("image/jpeg", "image/png")
        if who not in MAY[door]:
            assert not is_picture, (who, path)
            assert response.status_code in (302, 303, 401, 403, 404), (who, path, response.status_code)
        elif not in_wechat or door == "/h5/reviews":
            assert is_picture, (who, path, response.status_code)


def test_what_is_shown_names_the_viewer_and_is_not_what_is_stored(
    desk_of: Desk, ctx: Context, cast: Cast, held: Agreement
) -> None:
    path = addresses(held)[0]
    stored = b"".join(vault(ctx).pieces(file_of("licence").file, file_of("licence").share))
    shown = {}
    for who in ("college", "school"):
        response = desk_of(getattr(cast, who)).open(path).response
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        shown[who] = response.data
    assert len({stored, *shown.values()}) == 3  # each under a name of its own
    looks = [
        row.actor
        for row in Journal.select().where(Journal.verb == "view_material")
        if row.record == held.code
    ]
    assert looks[-2:] == [cast.college.account.code, cast.school.account.code]


def test_strokes_are_shown_to_nobody(desk_of: Desk, cast: Cast, held: Agreement) -> None:
    strokes = AgreementFile.get(AgreementFile.media_type == "application/json")
    for who in ("college", "school", "ministry"):
        assert (
            desk_of(getattr(cast, who)).open(f"/console/agreements/{held.code}/files/{strokes.code}").status
            == 404
        )


def test_a_paper_of_another_agreement_is_not_shown_under_this_one(
    desk_of: Desk, ctx: Context, cast: Cast, held: Agreement
) -> None:
    _party, other = ways.accepted(ctx, cast.other_graduate)
    browser = desk_of(cast.school)
    assert browser.open(f"/console/agreements/{other.code}/files/{file_of('licence').code}").status == 404
    assert browser.open(f"/console/agreements/{held.code}/files/{file_of('licence').code}").status == 200
    letter, licence, release = file_of("letter"), file_of("licence"), Release.get()
    assert browser.open(f"/console/releases/{release.code}/files/{letter.code}").status == 200
    assert browser.open(f"/console/releases/{release.code}/files/{licence.code}").status == 404


def test_a_shredded_paper_is_gone(desk_of: Desk, cast: Cast, held: Agreement) -> None:

    AgreementFile.update(file="", shredded_at=utc_now()).execute()
    browser = desk_of(cast.school)
    assert browser.open(addresses(held)[0]).status == 404
    assert browser.open(f"/console/agreements/{held.code}").status == 200


@pytest.mark.slow
def test_the_sealed_paper_comes_as_it_was_sealed(desk_of: Desk, sealer: Context, cast: Cast) -> None:
    agreements.open_school(sealer, cast)
    _party, row = ways.effective(sealer, cast)
    stored = b"".join(vault(sealer).pieces(SealedPaper.get().file))
    for who in ("counselor", "college", "school", "province", "ministry"):
        browser = desk_of(getattr(cast, who))
        assert (
            f"/console/agreements/{row.code}/agreement.pdf"
            in browser.open(f"/console/agreements/{row.code}").html
        )
        response = browser.open(f"/console/agreements/{row.code}/agreement.pdf").response
        assert response.data == stored
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"].startswith("attachment; filename=agreement.pdf")
        assert "no-store" in response.headers["Cache-Control"]
    downloads = [one for one in Journal.select().where(Journal.verb == "download") if one.record == row.code]
    assert len(downloads) == 5
    for who in ("other_counselor", "graduate", "employer", "person", "stranger"):
        response = desk_of(getattr(cast, who)).open(f"/console/agreements/{row.code}/agreement.pdf").response
        assert response.mimetype != "application/pdf", who
    assert desk_of(cast.school).open(f"/console/agreements/{row.code}/release.pdf").status == 404
    assert desk_of(cast.school).open(f"/console/agreements/{row.code}/nonsense.pdf").status == 404
    assert sealing.sweep(sealer) == 0
