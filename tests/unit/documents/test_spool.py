"""What is being sent to us: it reads like a file, and nobody else can read it."""

import random
from pathlib import Path

from documents.spool import Spool


def test_it_reads_as_it_was_written_from_any_place() -> None:
    dice = random.Random(3)
    content = dice.randbytes(200_003)
    with Spool() as spool:
        for at in range(0, len(content), 7_001):
            spool.write(content[at : at + 7_001])
        assert spool.tell() == len(content)
        for place in (0, 1, 15, 16, 17, 100_000, len(content) - 3):
            spool.seek(place)
            assert spool.read(50) == content[place : place + 50]
        assert spool.seek(0, 2) == len(content)
        assert spool.read(1) == b""
        spool.seek(0)
        assert spool.read() == content


def test_what_lies_on_the_disk_is_not_what_was_written() -> None:
    with Spool() as spool:
        spool.write(b"340102200501011234" * 1_000)
        raw = Path(f"/proc/self/fd/{spool._file.fileno()}").read_bytes()
        assert len(raw) == 18_000
        assert b"2005" not in raw
