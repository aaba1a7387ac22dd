"""A paper that somebody sends with a form, read whole within its limit, and what is wrong with one that is none."""

from collections.abc import Iterator

from documents.file_kinds import Heic, Unfit
from documents.papers import MOST_BYTES, Paper, TooSmall, Unsafe, paper_of
from domain.refusals import Invalid


def paper_from(
    pieces: Iterator[bytes],
    field: str,
    unfit: str,
    *,
    small: str = "licence_unsafe",
    pictures_only: bool = False,
) -> Paper:
    """The paper in ``pieces``, fit to be kept. Raises Invalid on ``field``.

    ``unfit`` is the code for another kind of file, ``small`` for a picture too small to be read.
    """
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MOST_BYTES:
            raise Invalid.field(field, "licence_too_big")
    if not data:
        raise Invalid.field(field, "file_needed")
    try:
        return paper_of(bytes(data), pictures_only=pictures_only)
    except Heic:
        raise Invalid.field(field, "photo_heic") from None
    except Unfit:
        raise Invalid.field(field, unfit) from None
    except TooSmall:
        raise Invalid.field(field, small) from None
    except Unsafe:
        raise Invalid.field(field, "licence_unsafe") from None
