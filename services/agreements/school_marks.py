"""What a school signs with as 丙方: its stamp and who signs for it, fixed when it passes.

The seal uses just that: whatever the school sets later is for what it passes later. The picture is stored once more for
the agreement; its digest and the name stand in the event, and a paper shows nothing else.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from documents.file_kinds import kind_of
from documents.vault import Damaged
from domain.agreements import ONLINE, THREE_PARTY
from domain.refusals import Conflict
from models.agreement import Agreement, Release
from models.signing_rules import SchoolSigning
from services.agreements import materials, proof, rules
from services.agreements.chain import Body
from services.agreements.materials import Shelved
from services.agreements.parties import Party
from services.agreements.proof import Tampered
from services.context import Context
from services.jobs.steps import vault

KIND = "school_mark"
_EVENTS = ("party.school_signed", "term.school_signed")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is about to be signed with: a stored picture, its content, and the name."""

    stored: Shelved
    stamp: bytes
    signer: str


def signs_as_party(agreement: Agreement) -> bool:
    """Whether the school signs in our paper as 丙方; on paper it has done so by hand."""
    return bool(agreement.kind == ONLINE and agreement.mode == THREE_PARTY)


@contextmanager
def ready(ctx: Context, agreement: Agreement) -> Iterator[Mark | None]:
    """The school's mark as it is now; None where it signs in none of our papers. Raises Conflict ``stamp_needed``."""
    if not signs_as_party(agreement):
        yield None
        return
    signing = SchoolSigning.get_or_none(SchoolSigning.unit == agreement.school_id)
    try:
        stamp = rules.stamp(ctx, agreement.school_id)
    except Damaged:
        stamp = b""
    if signing is None or not stamp or not signing.stamp_signer:
        raise Conflict("stamp_needed")
    with materials.shelved(ctx, [stamp]) as (stored,):
        yield Mark(stored, stamp, signing.stamp_signer)


def fix(
    ctx: Context, party: Party, row: Agreement, mark: Mark | None, release: Release | None = None
) -> Body:
    """Names the mark in the caller's transaction; answers what the event says of it: ``stamp`` and ``signer``."""
    if mark is None:
        return {}
    stored = (mark.stored, mark.stamp, kind_of(io.BytesIO(mark.stamp)))
    file = materials.name_ours(ctx, party, row, (KIND, release), stored)
    return {"stamp": file.digest, "signer": mark.signer}


def fixed(
    ctx: Context, bodies: list[Body], row: Agreement, release: Release | None = None
) -> tuple[bytes, str, Body]:
    """The picture and the name that an agreement, or its release, was passed with, and the event. Raises Tampered."""
    body = proof.last_of(bodies, _EVENTS, release)
    file = materials.current(row, KIND, release)
    if body is None or file is None or body.get("stamp") != file.digest:
        raise Tampered(KIND)
    stamp = b"".join(vault(ctx).pieces(file.file, file.share or "")) if file.file else b""
    if hashlib.sha256(stamp).hexdigest() != file.digest:
        raise Tampered(KIND)
    return stamp, str(body["signer"]), body
