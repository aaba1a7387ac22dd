"""Workbooks for tests, whole and broken."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(path: Path, rows: list[list[Any]], *, sheet: str = "数据", **more: list[list[Any]]) -> Path:
    """A workbook as openpyxl writes it; further sheets by name."""
    made = openpyxl.Workbook()
    first = made.active
    first.title = sheet
    for row in rows:
        first.append(row)
    for name, others in more.items():
        other = made.create_sheet(name)
        for row in others:
            other.append(row)
    made.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one of its parts replaced or added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    path.write_bytes(kept.getvalue())
    return path


def sheet_xml(rows: str, after: str = "") -> bytes:
    """A sheet's part around these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()
