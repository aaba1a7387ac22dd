"""Files of an agreement: 证照, 证件, handwritten signatures, scans and letters; kept in the vault, named by a row.

A file is stored first, under the owner's word, then named in a transaction, then settled: whatever breaks in between
is found by the sweep of stray files. What is replaced stays as evidence until it is shredded.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict, Unpack

from config.agreements import Material, materials, watermark_words
from config.consents import consents
from documents import ink, watermark
from documents.file_kinds import PNG, FileKind
from documents.ink import BadInk
from documents.papers import Paper
from documents.vault import Damaged, new_share
from domain.actors import Actor
from domain.agreements import GRADUATE_SIDE, ONLINE, PAPER, RECORDED, UNIT_SIDE
from domain.desk_hours import CHINA
from domain.refusals import Conflict, Invalid, NotFound, Refusal
from models import journal
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, AgreementFile
from models.db import transaction
from services import throttle
from services.agreements import moves, standing
from services.agreements.chain import Body
from services.agreements.parties import Party
from services.context import Context
from services.jobs.steps import vault
from services.papers import paper_from

OWNER = "agreement"  # of files in the vault
IDENTITY = "consent.identity"
_JSON = FileKind("application/json", ".json")
_INK = {UNIT_SIDE: ("unit_ink", "unit_strokes"), GRADUATE_SIDE: ("graduate_ink", "graduate_strokes")}
# In which statuses a kind may be given, besides what a review returns.
_WRITING = ("draft",)
_OPEN: dict[str, dict[str, tuple[str, ...]]] = {
    ONLINE: dict.fromkeys(("licence", "id_front", "id_back", "proof", "unit_ink"), _WRITING),
    PAPER: {"scan": ("issued",), "proof": _WRITING},
    RECORDED: {"scan": _WRITING, "proof": _WRITING},
}
_OF_RELEASE = ("letter", "authorization", "proof")
# The unit's letter may still be added to what was asked, by the graduate on whichever side or by staff for them; what
# a unit gives, it gives before it asks.
_WITH_LETTER = {GRADUATE_SIDE: ("asked", "expired"), "staff": ("asked",)}
_DRAWN = frozenset(kind for kinds in _INK.values() for kind in kinds)  # made from strokes, never uploaded


class Where(TypedDict, total=False):
    """Which page of a kind (from 1), and the release that a file belongs to."""

    part: int
    release: Release | None


class Shelved(NamedTuple):
    """A file that was stored for a row to name: its name in the vault, and the share without which it does not open."""

    name: str
    share: str


@dataclass(frozen=True, slots=True)
class Ink:
    """A signature that was judged: what the pad sent, and our picture of it."""

    strokes: bytes
    picture: bytes

    @property
    def pieces(self) -> list[bytes]:
        """In the order in which ``name_ink`` expects the names of the files."""
        return [self.picture, self.strokes]


Given = tuple[Sequence[Shelved], Ink]  # a signature whose files are stored, for a row to name


def consent(ctx: Context, party: Party, agreement: Agreement) -> None:
    """Notes that a side agrees to have its identity papers and handwriting kept; twice is once.

    个人信息保护法 第二十九条: a consent of its own. Raises NotFound.
    """
    _consent(ctx, party, agreement)


@transaction
def _consent(ctx: Context, party: Party, agreement: Agreement) -> None:
    note_identity(ctx, party, standing.held(party, agreement))


def note_identity(ctx: Context, party: Party, row: Agreement) -> None:
    """The same in the caller's transaction."""
    if not has_agreed(party, row):
        text = {"text": consents()["identity"].digest}
        moves.note(ctx, row, party, {"kind": f"{IDENTITY}.given", "side": party.side, **text})


def has_consented(agreement: Agreement, side: str) -> bool:
    """Whether a side has agreed to have its identity papers kept."""
    mine = (AgreementEvent.agreement == agreement.id) & (AgreementEvent.kind == f"{IDENTITY}.given")
    found = AgreementEvent.select().where(mine)
    return any(f'"side":"{side}"' in event.body for event in found)


def has_agreed(party: Party, agreement: Agreement) -> bool:
    """The same of whoever acts: what one of the unit has agreed to, a new signer has not."""
    if not standing.is_newcomer(party):
        return has_consented(agreement, party.side)
    mine = (AgreementEvent.agreement == agreement.id) & (AgreementEvent.kind == f"{IDENTITY}.given")
    return any(f'"actor":"{party.actor.code}"' in event.body for event in AgreementEvent.select().where(mine))


def add(
    ctx: Context,
    party: Party,
    agreement: Agreement,
    kind: str,
    pieces: Iterator[bytes],
    **where: Unpack[Where],
) -> AgreementFile:
    """Takes a file in, in the place of the former one of its kind and part.

    Raises NotFound, Invalid for a file that is none, Conflict for a kind that is not asked for now, and
    ``identity_consent_first`` before the side has agreed to have such papers kept.
    """
    material = _material(party, kind)
    part = where.get("part", 1)
    if not 1 <= part <= material.parts:
        raise Invalid.field(kind, "bad_choice")
    _check_open(standing_row(party, agreement), party, kind, where.get("release"))
    ctx.throttle.use(throttle.SIGNING_FILES, f"{party.actor.code}:{agreement.code}")
    paper = paper_from(pieces, kind, "material_picture", small="photo_small", pictures_only=True)
    with shelved(ctx, [paper.data]) as (stored,):
        return _add(ctx, party, agreement, kind, (stored, paper), where)


def standing_row(party: Party, agreement: Agreement) -> Agreement:
    """The row as it is now, for a look before anything is stored; raises NotFound."""
    row = Agreement.by_code(agreement.code)
    if row is None or not standing.is_theirs(party, row):
        raise NotFound()
    return row


@transaction
def _add(
    ctx: Context, party: Party, agreement: Agreement, kind: str, given: tuple[Shelved, Paper], where: Where
) -> AgreementFile:
    row, (stored, paper) = standing.held(party, agreement), given
    release, part = where.get("release"), where.get("part", 1)
    _check_open(row, party, kind, release)
    file = _named(ctx, party, row, (kind, part, release), (stored, paper.data, paper.kind))
    detail = {"item": kind, "part": part, "file": file.digest}
    if release is not None:
        detail["release"] = release.code
    moves.note(ctx, row, party, {"kind": "material.added", **detail})
    return file


def _material(party: Party, kind: str) -> Material:
    material = materials().get(kind)
    if material is None or kind in _DRAWN:
        raise Conflict("material_not_asked")
    if material.side not in ("either", party.side) and party.side != "staff":
        raise Conflict("material_not_asked")
    return material


def _check_open(row: Agreement, party: Party, kind: str, release: Release | None) -> None:
    """Raises Conflict unless this kind may be given by this side now."""
    if materials()[kind].is_identity and not has_consented(row, party.side):
        raise Conflict("identity_consent_first")
    if release is not None:
        asked = Release.get_by_id(release.id)
        is_letter = kind == "letter" and _is_to_have_letter(row, party, asked)
        if not is_letter and not (kind in _OF_RELEASE and _is_begun(row, party, asked)):
            raise Conflict("material_not_asked")
        return
    if row.status == "returned":
        is_named = kind in (row.faults or {}) and row.fix_side in ("", party.side)
        is_open = is_named or (kind == "scan" and row.kind != ONLINE)
    else:
        is_open = row.status in _OPEN[row.kind].get(kind, ())
    if not is_open or party.side == "staff":
        raise Conflict("material_not_asked")


def _is_begun(row: Agreement, party: Party, release: Release) -> bool:
    """Whether this party has begun a release, and not filed it nor asked for it yet."""
    is_open = release.agreement_id == row.id and release.status == "opened"
    if not is_open or party.side != release.asked_by:
        return False
    if party.side == "staff":
        return bool(release.uploader_id == party.actor.staff_id)
    return not standing.is_newcomer(party) or standing.begun_by(party, release)


def _is_to_have_letter(row: Agreement, party: Party, release: Release) -> bool:
    """Whether this party may add the unit's letter to what was asked; a new signer has brought it before."""
    is_open = release.agreement_id == row.id and release.status in _WITH_LETTER.get(party.side, ())
    is_helper = party.side != "staff" or release.uploader_id == party.actor.staff_id
    return is_open and is_helper and not release.is_new_signer


# -- signatures --------------------------------------------------------------------------------------------


def judged(ctx: Context, party: Party, agreement: Agreement, strokes: str) -> Ink:
    """The signature in what a pad sent, drawn. Raises Invalid, whose code says what is wrong with it, and TooMany."""
    ctx.throttle.use(throttle.SIGNING_INK, f"{party.actor.code}:{agreement.code}")
    try:
        read = ink.parse(strokes)
        ink.judge(read)
        return Ink(strokes.encode(), ink.picture(read))
    except BadInk as bad:
        raise Invalid.field("ink", bad.code) from None


def add_ink(
    ctx: Context, party: Party, agreement: Agreement, strokes_text: str, release: Release | None = None
) -> AgreementFile:
    """Takes a signature in, by itself: for a release, or where it was returned. Raises like ``add``."""
    drawn = judged(ctx, party, agreement, strokes_text)
    with shelved(ctx, drawn.pieces) as names:
        return _add_ink(ctx, party, agreement, (names, drawn), release)


@transaction
def _add_ink(
    ctx: Context,
    party: Party,
    agreement: Agreement,
    given: Given,
    release: Release | None,
) -> AgreementFile:
    row, kind = standing.held(party, agreement), _INK[party.side][0]
    note_identity(ctx, party, row)
    _check_open(row, party, kind, release)
    picture, strokes = _name_ink(ctx, party, row, given, release)
    detail = {"item": kind, "ink": picture.digest, "strokes": strokes.digest}
    moves.note(ctx, row, party, {"kind": "ink.added", **detail})
    return picture


def name_ink(
    ctx: Context,
    party: Party,
    row: Agreement,
    given: Given,
    release: Release | None = None,
) -> Body:
    """Names a stored signature in the caller's transaction; answers its digests, for the event."""
    picture, strokes = _name_ink(ctx, party, row, given, release)
    return {"ink": picture.digest, "strokes": strokes.digest}


def _name_ink(
    ctx: Context,
    party: Party,
    row: Agreement,
    given: Given,
    release: Release | None,
) -> tuple[AgreementFile, AgreementFile]:
    (picture, strokes), drawn = given
    kinds = _INK[party.side]
    return (
        _named(ctx, party, row, (kinds[0], 1, release), (picture, drawn.picture, PNG)),
        _named(ctx, party, row, (kinds[1], 1, release), (strokes, drawn.strokes, _JSON)),
    )


# -- files -------------------------------------------------------------------------------------------------


@contextmanager
def shelved(ctx: Context, contents: Sequence[bytes]) -> Iterator[list[Shelved]]:
    """Stores contents for rows to name; at the end those that none names go, unless something broke."""
    shelf, stored = vault(ctx), []
    try:
        for content in contents:
            share = new_share()
            stored.append(Shelved(shelf.store([content], owner=OWNER, share=share), share))
        yield stored
    except Refusal:
        for name, _share in stored:
            shelf.settle(OWNER, name, is_named=False)
        raise
    for name, _share in stored:
        is_named = AgreementFile.select(AgreementFile.id).where(AgreementFile.file == name).exists()
        shelf.settle(OWNER, name, is_named=is_named)


def _named(
    ctx: Context,
    party: Party,
    row: Agreement,
    place: tuple[str, int, Release | None],
    stored: tuple[Shelved, bytes, FileKind],
) -> AgreementFile:
    (kind, part, release), (kept, data, file_kind) = place, stored
    former = _present(row, release) & (AgreementFile.kind == kind) & (AgreementFile.part == part)
    AgreementFile.update(replaced_at=ctx.clock()).where(former).execute()
    return AgreementFile.create(
        agreement=row,
        release=release,
        kind=kind,
        part=part,
        side=party.side,
        file=kept.name,
        share=kept.share,
        media_type=file_kind.media_type,
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        created_at=ctx.clock(),
    )


def name_ours(
    ctx: Context,
    party: Party,
    row: Agreement,
    place: tuple[str, Release | None],
    stored: tuple[Shelved, bytes, FileKind],
) -> AgreementFile:
    """Names a stored file of the school's own in the caller's transaction: no side's paper, and on no side's list."""
    kind, release = place
    return _named(ctx, party, row, (kind, 1, release), stored)


def _present(agreement: Agreement, release: Release | None) -> Any:
    of_release = AgreementFile.release.is_null() if release is None else AgreementFile.release == release.id
    return (AgreementFile.agreement == agreement.id) & of_release & AgreementFile.replaced_at.is_null()


def current(agreement: Agreement, kind: str, release: Release | None = None) -> AgreementFile | None:
    """The file of a kind that holds now, its first part."""
    wanted = _present(agreement, release) & (AgreementFile.kind == kind)
    return AgreementFile.select().where(wanted).order_by(AgreementFile.part).first()


def all_current(agreement: Agreement, release: Release | None = None) -> list[AgreementFile]:
    """Every file that holds now, by kind and part, but for the school's own."""
    ours = [name for name, material in materials().items() if material.side == "staff"]
    given = AgreementFile.kind.not_in(ours)
    found = AgreementFile.select().where(_present(agreement, release) & given)
    return list(found.order_by(AgreementFile.kind, AgreementFile.part))


def digests(agreement: Agreement) -> Body:
    """Kind and part of the files that hold now → their digests, for an event."""
    return {f"{file.kind}.{file.part}": file.digest for file in all_current(agreement)}


def picture_of(agreement: Agreement, code: str, release: Release | None = None) -> AgreementFile:
    """One file that can be shown, of an agreement alone or of its release alone. Raises NotFound, also for strokes."""
    mine = (AgreementFile.code == code) & (AgreementFile.agreement == agreement.id)
    if release is None:
        mine &= AgreementFile.release.is_null()
    else:
        mine &= AgreementFile.release == release.id
    file = AgreementFile.get_or_none(mine & (AgreementFile.media_type != _JSON.media_type))
    if file is None:
        raise NotFound()
    file.agreement = agreement
    return file


def content(ctx: Context, file: AgreementFile) -> tuple[str, bytes]:
    """Media type and content of a file, for a caller who has made sure that it may be seen. Raises NotFound."""
    if not file.file or file.shredded_at is not None:
        raise NotFound()
    try:
        return file.media_type, b"".join(vault(ctx).pieces(file.file, file.share or ""))
    except Damaged:
        raise NotFound() from None


def marked(ctx: Context, viewer: Actor, name: str, file: AgreementFile) -> bytes:
    """A picture as it is shown: a JPEG under a watermark that names the viewer; each look is journaled.

    Ink, which is drawn on clear ground, lies on white. Raises NotFound, also for bare strokes, which are evidence and
    nothing to look at. The caller has made sure that the viewer may see it.
    """
    agreement = file.agreement
    media_type, data = content(ctx, file)
    if media_type == _JSON.media_type:
        raise NotFound()
    journal.write(agreement, "view_material", viewer, note={"item": file.kind})
    words = {
        "number": agreement.number or agreement.code,
        "viewer": name,
        "day": f"{ctx.clock().astimezone(CHINA):%Y-%m-%d}",
    }
    return watermark.marked(data, watermark_words().format_map(words))
