"""Files of agreements: taken in when they are asked for, drawn anew, kept when replaced, shown under a watermark."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from models.journal import Journal
from services.agreements import chain, materials
from services.agreements.parties import Party
from services.context import Context
from services.jobs.steps import vault
from services.seats import Seat
from tests.agreements import add_papers, fresh, graduate_party, offer, open_school, scan, show_ticket, strokes
from tests.cast import Cast
from tests.papers import PLACE, heic, pdf, photo
from tests.services.tools import codes_of, refusal_of, together

Draft = tuple[Party, Agreement]


@pytest.fixture
def draft(ctx: Context, cast: Cast) -> Draft:
    open_school(ctx, cast)
    return scan(ctx, show_ticket(ctx, cast.graduate).token)


def add(ctx: Context, draft: Draft, kind: str = "licence", data: bytes = b"", part: int = 1) -> AgreementFile:
    return materials.add(ctx, *draft, kind, iter([data or photo((300, 400))]), part=part)


def test_a_picture_is_drawn_anew_and_read_back(ctx: Context, draft: Draft) -> None:
    file = add(ctx, draft)
    media_type, data = materials.content(ctx, file)
    assert media_type == "image/jpeg"
    assert PLACE not in data
    assert b"<script>" not in data
    assert (file.kind, file.part, file.side, file.size) == ("licence", 1, "unit", len(data))
    sealed = vault(ctx).path(file.file).read_bytes()
    assert data[:200] not in sealed
    event = chain.events(fresh(draft[1]))[-1]
    assert (event.kind, event.body["item"], event.body["file"]) == ("material.added", "licence", file.digest)


def test_a_new_one_takes_the_place_and_the_former_stays(ctx: Context, draft: Draft) -> None:
    first, second = add(ctx, draft), add(ctx, draft, data=photo((400, 300)))
    assert materials.current(draft[1], "licence") == second
    assert [file.id for file in materials.all_current(draft[1])] == [second.id]
    assert AgreementFile.get_by_id(first.id).replaced_at == ctx.clock()
    assert materials.content(ctx, first)[1]


def test_many_at_once_leave_one(ctx: Context, draft: Draft) -> None:
    done = together(*[lambda: add(ctx, draft)] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert len(materials.all_current(draft[1])) == 1
    assert chain.broken_at(fresh(draft[1])) is None


@pytest.mark.parametrize("kind", ["id_front", "id_back"])
def test_identity_papers_need_a_consent_of_their_own(ctx: Context, draft: Draft, kind: str) -> None:
    assert refusal_of(lambda: add(ctx, draft, kind)).code == "identity_consent_first"
    assert list(AgreementFile.select()) == []
    for _ in range(2):
        materials.consent(ctx, *draft)
    assert add(ctx, draft, kind).kind == kind
    kinds = [event.kind for event in chain.events(fresh(draft[1]))]
    assert kinds.count("consent.identity.given") == 1


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("licence", pdf(), "material_picture"),
        ("licence", b"GIF89a", "material_picture"),
        ("licence", heic(), "photo_heic"),
        ("licence", b"\0\0\0\x1cftypmp42" + bytes(40), "material_picture"),
        ("proof", pdf(), "material_picture"),
        ("licence", b"", "file_needed"),
        ("licence", photo((300, 400))[:300], "licence_unsafe"),
        ("licence", photo((100, 400)), "photo_small"),
        ("licence", b"\xff\xd8\xff" + bytes(8 * 2**20), "licence_too_big"),
        ("unit_ink", photo((300, 400)), "material_not_asked"),
        ("graduate_strokes", photo((300, 400)), "material_not_asked"),
        ("passport", photo((300, 400)), "material_not_asked"),
        ("scan", photo((300, 400)), "material_not_asked"),
        ("letter", photo((300, 400)), "material_not_asked"),
        ("authorization", photo((300, 400)), "material_not_asked"),
    ],
)
def test_what_is_no_such_paper_is_refused(
    ctx: Context, draft: Draft, kind: str, data: bytes, code: str
) -> None:
    refusal = refusal_of(lambda: materials.add(ctx, *draft, kind, iter([data])))
    assert refusal.code == code
    assert list(AgreementFile.select()) == []
    assert vault(ctx).unclaimed(materials.OWNER, ctx.clock().timestamp() + 10**6) == []


def test_there_are_so_many_parts(ctx: Context, draft: Draft) -> None:
    assert [add(ctx, draft, "proof", part=part).part for part in (1, 2, 3)] == [1, 2, 3]
    for part in (0, 4):
        assert refusal_of(lambda part=part: add(ctx, draft, "proof", part=part)).code == "bad_choice"
    assert len(materials.all_current(draft[1])) == 3


def test_after_the_offer_papers_stay_as_they_are(ctx: Context, cast: Cast, draft: Draft) -> None:
    party, row = offer(ctx, cast.graduate, "oSigner00000000000000000005")
    assert refusal_of(lambda: add(ctx, (party, row))).code == "material_not_asked"
    assert refusal_of(lambda: materials.add_ink(ctx, party, row, strokes())).code == "material_not_asked"


def test_the_other_side_gives_no_paper_of_the_units(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)
    _, row = offer(ctx, cast.graduate)
    party, _visitor = graduate_party(ctx, cast.graduate)
    assert refusal_of(lambda: add(ctx, (party, row))).code == "material_not_asked"


def test_uploads_have_an_end_for_each_side(ctx: Context, draft: Draft) -> None:
    party, row = draft
    for _ in range(120):
        ctx.throttle.count(materials.throttle.SIGNING_FILES, f"graduate-of-it:{row.code}")
    add(ctx, draft)
    for _ in range(120):
        ctx.throttle.count(materials.throttle.SIGNING_FILES, f"{party.actor.code}:{row.code}")
    assert refusal_of(lambda: add(ctx, draft)).status == 429


def test_a_shredded_file_shows_nothing(ctx: Context, draft: Draft) -> None:
    file = add(ctx, draft)
    vault(ctx).delete(file.file)
    assert refusal_of(lambda: materials.content(ctx, file)).status == 404
    file.change(file="", shredded_at=ctx.clock())
    assert refusal_of(lambda: materials.content(ctx, file)).status == 404


def look(ctx: Context, seat: Seat, file: AgreementFile) -> bytes:
    """What a member of staff sees of a picture."""
    return materials.marked(ctx, seat.actor, seat.staff.account.name, file)


def test_staff_look_through_a_watermark_and_leave_a_trace(
    ctx: Context, draft: Draft, sit: Callable[[str], Seat]
) -> None:
    file = add(ctx, draft)
    plain = materials.content(ctx, file)[1]
    seen = [look(ctx, sit(who), file) for who in ("college", "school")]
    assert len({plain, *seen}) == 3
    with Image.open(io.BytesIO(seen[0])) as picture:
        assert picture.size == (300, 400)
    looks = [row for row in Journal.select() if row.verb == "view_material"]
    assert [(row.record, row.role, row.note) for row in looks] == [
        (draft[1].code, "college", {"item": "licence"}),
        (draft[1].code, "school", {"item": "licence"}),
    ]


def test_ink_is_shown_under_a_watermark_and_strokes_are_not(
    ctx: Context, draft: Draft, sit: Callable[[str], Seat]
) -> None:
    file = materials.add_ink(ctx, *draft, strokes())
    assert materials.content(ctx, file)[0] == "image/png"
    with Image.open(io.BytesIO(look(ctx, sit("college"), file))) as shown:
        assert (shown.format, shown.mode) == ("JPEG", "RGB")
        assert sum(shown.convert("L").histogram()[200:]) > shown.width * shown.height / 2  # on white
    bare = materials.current(draft[1], "unit_strokes")
    assert bare is not None
    assert refusal_of(lambda: look(ctx, sit("college"), bare)).status == 404


def test_ink_is_two_files_of_one_signature(ctx: Context, draft: Draft) -> None:
    add_papers(ctx, *draft)
    file = materials.add_ink(ctx, *draft, strokes())
    kept = materials.current(draft[1], "unit_strokes")
    assert file.media_type == "image/png"
    assert kept is not None
    assert materials.content(ctx, kept)[1].decode() == strokes()
    assert materials.content(ctx, file)[1].startswith(b"\x89PNG")
