"""The photo of a 简历: made anew from its pixels, kept in the vault, shown to its owner alone."""

from typing import IO

from documents import pictures
from documents.pictures import BadPicture
from documents.vault import Damaged
from domain.refusals import Invalid, NotFound
from models.db import transaction
from models.resume import Resume
from services.context import Context
from services.jobs.steps import vault
from services.resumes.reading import own
from services.resumes.writing import note_change, own_resume
from services.sessions import Visitor

OWNER = "resume_photo"
_SAID = {"kind": "photo_kind", "heic": "photo_heic", "pixels": "photo_pixels", "small": "photo_small"}


def put(ctx: Context, visitor: Visitor, file: IO[bytes]) -> None:
    """Takes a picture as the photo, in place of the former one.

    Raises Invalid for what is empty, too big, too small or no JPEG or PNG, NotAllowed for somebody on no roster.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise Invalid.field("photo", "file_needed")
    if size > pictures.MOST_BYTES:
        raise Invalid.field("photo", "photo_too_big")
    try:
        content = pictures.portrait(file)
    except BadPicture as bad:
        raise Invalid.field("photo", _SAID[bad.reason]) from None
    shelf = vault(ctx)
    name = shelf.store([content], owner=OWNER)
    former = _name_it(ctx, visitor, name)
    shelf.settle(OWNER, name, is_named=True)
    if former:
        shelf.delete(former)


def remove(ctx: Context, visitor: Visitor) -> None:
    """Takes the photo away, for good."""
    former = _name_it(ctx, visitor, "")
    if former:
        vault(ctx).delete(former)


def content(ctx: Context, visitor: Visitor) -> bytes:
    """The visitor's photo as a JPEG. Raises NotFound."""
    return of_resume(ctx, own(ctx, visitor).resume)


def of_resume(ctx: Context, resume: Resume | None) -> bytes:
    """A résumé's photo. Raises NotFound where there is none or it is lost."""
    if resume is None or not resume.photo:
        raise NotFound()
    try:
        return b"".join(vault(ctx).pieces(resume.photo))
    except Damaged:
        raise NotFound() from None


@transaction
def _name_it(ctx: Context, visitor: Visitor, name: str) -> str:
    """Names the file as the photo; answers the name of the former one."""
    resume = own_resume(visitor)
    former = str(resume.photo)
    if former != name:
        note_change(ctx, visitor, resume, "basics", {"photo": name})
    return former
