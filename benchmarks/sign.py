"""Agreements from frozen data to the vault, on one core: `./wx bench sign`.

Each of many different agreements, two-party and three-party in turns, is set as a PDF with its signatures, number and
QR code, and so is the record of how it came about; both are sealed, looked at again (as the seal does before it hands
anything out), stored enciphered and read once more, as the worker does it for all that a school has passed. Goals are
the time for one agreement with its record, and memory that does not grow with the number. Beside it stand the same with
a process for each document instead of a press, and the QR code's own share.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import qr as codes
from benchmarks.sign_world import agreement, record, signatures
from documents import agreement_papers, seal_keys, typeset, verifying
from documents.agreement_papers import Paper, Setter
from documents.press import Press
from documents.seal import FileSigner, SealNote, read_certificates
from documents.vault import Vault
from services.agreements.sealing import kept

GOAL = 250.0  # milliseconds, median
FLAT = 1.10  # memory at the end to that after the first hundred
ALONE = 20
MARK = 100
_PAGE = os.sysconf("SC_PAGE_SIZE")
Spent = tuple[float, float, float]  # seconds: set, sealed and checked, stored and read


class Desk:
    """Keys, a vault and signatures; seals one agreement after the other and remembers what each took."""

    def __init__(self, folder: Path) -> None:
        files = seal_keys.create(folder / "keys", "Benchmark")
        self._signer = FileSigner(files.key, files.certificate)
        self.roots = read_certificates(files.root)
        self.vault = Vault(folder / "vault", [os.urandom(32)])
        self._inks = signatures()
        self.spent: list[Spent] = []
        self.size = 0
        self.digests: set[str] = set()

    def seal(self, number: int, press: Setter) -> str:
        """The stored agreement's name."""
        paper = agreement(number, self._inks)
        name, spent, digest = self._one(paper, paper.sides[0].name, press)
        _record, more, _digest = self._one(record(number, paper, digest), paper.sides[0].name, press)
        self.spent.append((spent[0] + more[0], spent[1] + more[1], spent[2] + more[2]))
        self.digests.add(digest)
        return name

    def _one(self, paper: Paper, place: str, press: Setter) -> tuple[str, Spent, str]:
        begun = perf_counter()
        pdf = agreement_papers.pdf(paper, press)
        set_at = perf_counter()
        sealed = self._signer.seal(pdf, SealNote(agreement_papers.title_of(paper), paper.number, place))
        sealed_at = perf_counter()
        name = kept(self.vault, sealed)
        self.size += len(sealed)
        spent = (set_at - begun, sealed_at - set_at, perf_counter() - sealed_at)
        return name, spent, hashlib.sha256(sealed).hexdigest()

    def told(self, since: int, what: str) -> float:
        """Prints what agreements took, from the one with a number on; the median of all in milliseconds."""
        taken = self.spent[since:]
        whole = sorted(sum(parts) * 1000 for parts in taken)
        parts = (
            f"{name} {median(part) * 1000:.0f}"
            for name, part in zip(
                ("set", "sealed and checked", "stored and read"), zip(*taken, strict=True), strict=True
            )
        )
        print(
            f"{what}: median {median(whole):.0f} ms, p95 {whole[int(len(whole) * 0.95)]:.0f} ms "
            f"({', '.join(parts)}); {60_000 * len(whole) / sum(whole):.0f} a minute",
            flush=True,
        )
        return median(whole)


def resident(process: int) -> float:
    """MiB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE / 2**20


def family() -> float:
    """MiB of this process and those that it started."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    return resident(own) + sum(resident(int(child)) for child in children)


def run(desk: Desk, count: int) -> bool:
    """Whether both goals are met."""
    with Press(most=count + 1) as press:
        desk.seal(0, press.pdf)
        marks = {"after the first": family()}
        names = []
        for number in range(1, count + 1):
            names.append(desk.seal(number, press.pdf))
            if number in (MARK, count):
                marks[f"after {number:,}"] = family()
    took = desk.told(1, "one press for all")
    print("memory, with the press: " + ", ".join(f"{what} {size:.0f} MiB" for what, size in marks.items()))
    # The first hundred fill what is kept of fonts and pages; fewer say nothing.
    grown = marks[f"after {count:,}"] / marks.get(f"after {MARK:,}", marks[f"after {count:,}"])
    is_whole = len(desk.digests) == count + 1
    checked = [
        verifying.check(b"".join(desk.vault.pieces(name)), desk.roots)
        for name in names[:: max(1, count // 5)]
    ]
    good = sum(verdict.is_good for verdict in checked)
    print(
        f"{desk.size / (count + 1) / 1024:.0f} KiB for each with its record, all different: {is_whole}; "
        f"read from the vault and verified once more: {good} of {len(checked)}"
    )
    print(f"goals: {took:.0f} ms of {GOAL:.0f} ms each; memory × {grown:.2f}, at most × {FLAT:.2f}")
    return took <= GOAL and grown <= FLAT and is_whole and good == len(checked)


def main() -> int:
    """Measures and prints; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.sign", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="agreements")
    count = max(1, parser.parse_args().count)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        desk = Desk(Path(name))
        print(f"memory before: {resident(os.getpid()):.0f} MiB", flush=True)
        is_met = run(desk, count)
        since = len(desk.spent)
        for number in range(ALONE):
            desk.seal(count + 1 + number, typeset.pdf)
        desk.told(since, "a process for each")
    times, unread = codes.measured(100)
    share = codes.share_of(times)
    print(f"QR code as PNG: {share:.0%} of qrcode's default time (goal: at most {codes.GOAL:.0%})")
    return 0 if is_met and share <= codes.GOAL and not unread else 1


if __name__ == "__main__":
    sys.exit(main())
