"""The file that people fill in for an import: headings to write under, and a sheet that explains them."""

import io

from config.imports import import_kinds, import_words
from documents import workbook
from documents.workbook import Sheet
from domain.refusals import NotFound


def template_of(kind: str) -> bytes:
    """The workbook of one kind; its cells are texts, so that long numbers stay whole. Raises NotFound."""
    known = import_kinds().get(kind)
    if known is None:
        raise NotFound()
    words = import_words()
    notes = [
        (column.title, words.yes if column.required else "", column.note, column.example)
        for column in known.columns
    ]
    content = io.BytesIO()
    workbook.write(
        content,
        Sheet(words.sheet, [column.title for column in known.columns], ()),
        Sheet(words.notes_sheet, words.notes_headings, notes, 30),
    )
    return content.getvalue()
