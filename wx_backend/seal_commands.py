"""``create-seal-keys`` and ``verify``: the seal from the command line."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from documents import seal, seal_keys, verifying
from documents.verifying import PROBLEMS, Verdict
from models import db
from services.agreements.looking import sealed_as


class BadSeal(Exception):
    """Keys that could not be made, or roots that cannot be read; the text says why."""


def create_keys(folder: Path, name: str, password: str) -> str:
    """Makes the keys that are not there yet, and answers what they are called and how to use them. Raises BadSeal."""
    try:
        files = seal_keys.create(folder, name, password)
    except (OSError, ValueError, TypeError) as error:
        raise BadSeal(str(error)) from None
    return "\n".join(
        [
            f"WXB_SEAL_KEY={files.key}",
            f"WXB_SEAL_CERTIFICATE={files.certificate}",
            f"{files.root} is for whoever wants to verify; {files.root_key} belongs somewhere safe, away from here.",
        ]
    )


def roots_in(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """The certificates in files of PEM, as DER. Raises BadSeal."""
    try:
        return seal.roots_in(paths)
    except seal.SealTrouble as trouble:
        raise BadSeal(str(trouble)) from None


def verify(
    file: Path, roots: Sequence[bytes], record: Callable[[str], str] | None = None
) -> tuple[bool, str]:
    """Whether a file is good, and all that holds of it.

    ``record`` answers what a SHA-256 was sealed as, with an empty word for nothing; it has the last word.
    """
    data = file.read_bytes()
    verdict, digest = verifying.check(data, roots), sha256(data).hexdigest()
    known = record(digest) if record else ""
    is_good = verdict.is_good and bool(known or record is None)
    lines = [
        f"file         {file}",
        f"SHA-256      {digest}",
        *([f"record       {known or 'no file with this SHA-256 was sealed here'}"] if record else []),
        *(_of_seal(verdict) if verdict.is_sealed else []),
        *(f"problem      {PROBLEMS[problem]}" for problem in verdict.problems),
        "GOOD: sealed, unchanged and whole, and the signer is trusted." if is_good else "NOT GOOD.",
    ]
    return is_good, "\n".join(lines)


def record_of(digest: str) -> str:
    """What the database has of a sealed file: its kind, number and moment; empty where it has none."""
    with db.connected():
        paper = sealed_as(digest)
        if paper is None:
            return ""
        return f"{paper.kind} {paper.agreement.number or ''}, sealed {paper.sealed_at:%Y-%m-%d %H:%M:%S} UTC"


def _of_seal(verdict: Verdict) -> list[str]:
    moment = f"{verdict.signed_at:%Y-%m-%d %H:%M:%S} UTC" if verdict.signed_at else "none"
    return [
        f"unchanged    {_word(verdict.is_intact)}",
        f"whole file   {_word(verdict.covers_whole)}",
        f"trusted      {_word(verdict.is_trusted)}",
        f"signer       {verdict.signer}",
        f"reason       {verdict.reason}",
        f"number       {verdict.number}",
        f"time         {moment} by the signer's clock",
    ]


def _word(is_so: bool) -> str:
    return "yes" if is_so else "NO"
