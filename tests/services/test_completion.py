"""The completion record: sealed with each paper, complete, and the chain beside it for whoever computes it anew."""

import hashlib
import io
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents import verifying
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent, SealedPaper
from models.journal import Journal
from services.agreements import chain, completion, looking, sealing
from services.agreements.papers import agreement_paper
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import GRADUATE_DEVICE, UNIT_DEVICE, fresh
from tests.cast import Cast

DOC = Path(__file__).resolve().parents[2] / "docs" / "verifying.md"


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def text_of(ctx: Context, paper: SealedPaper) -> str:
    data = b"".join(vault(ctx).pieces(paper.file))
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s|\u200b", "", "".join(page.extract_text() for page in pages))


def recipe() -> str:
    """The few lines of Python that the page tells people to run."""
    [code] = re.findall(r"\$ python3 - chain\.json <<'END'\n(.*?)\nEND\n", DOC.read_text(), re.DOTALL)
    return str(code)


def run(code: str, folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    (folder / "chain.json").write_bytes(content)
    return subprocess.run(
        [sys.executable, "-", "chain.json"],
        cwd=folder,
        input=code,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.slow
def test_it_is_sealed_with_the_paper_and_the_chain_names_both(
    ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    sealer = ways.with_seal(ctx, tmp_path)
    _party, row = ways.accepted(sealer, cast.graduate)
    passed = fresh(ways.passed(sealer, cast, row))
    assert sealing.sweep(sealer) == 1
    paper, record = looking.paper(row, "agreement"), looking.paper(row, "record")
    assert (paper.key, record.key) == (f"agreement:{row.code}", f"record:{row.code}")
    last = chain.events(fresh(row))[-1]
    assert (last.kind, last.body["digest"], last.body["record"]) == (
        "pdf.sealed",
        paper.digest,
        record.digest,
    )
    data = b"".join(vault(ctx).pieces(record.file))
    verdict = verifying.check(data, sealer.seals.roots)
    assert (verdict.is_good, verdict.number, hashlib.sha256(data).hexdigest()) == (
        True,
        passed.number,
        record.digest,
    )
    said = text_of(ctx, record)
    for step in looking.completion(ctx, passed)[:-1]:
        assert step.hash in said, step.kind
        assert all(value in said for _name, value in step.digests), step.kind
    for digest in (paper.digest, passed.terms_digest, passed.head_hash):
        assert digest in said
    for words in (GRADUATE_DEVICE.address, UNIT_DEVICE.address, "MicroMessenger", "李**", "周*"):
        assert words in said
    for mark in (cast.graduate.openid, UNIT_DEVICE.openid):
        assert ctx.keyring.mark(mark) in said
        assert mark not in said
    for secret in ("李晓雨", "周敏", agreements.PHONE_OF_SIGNER, cast.graduate.identity_number):
        assert secret not in said
    assert vault(ctx).unclaimed(sealing.OWNER, 9e9) == []


@pytest.mark.slow
def test_a_release_has_a_record_of_its_own_and_a_form_none(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    sealer = ways.with_seal(ctx, tmp_path)
    party, row = ways.effective(sealer, cast)
    first = looking.paper(row, "record")
    release = ways.asked(sealer, party, row)
    ways.agreed(sealer, ways.graduate_of(sealer, cast.graduate), release)
    ways.release_passed(sealer, cast, release)
    assert sealing.sweep(sealer) == 1
    record = looking.paper(row, "record")
    assert record.key == f"record:{release.code}"
    assert record.digest != first.digest
    said = text_of(ctx, record)
    assert chain.events(fresh(row))[-3].hash in said
    assert looking.paper(row, "release").digest in said
    _party, form = ways.applied(sealer, cast.other_graduate)
    ways.passed(sealer, cast, form)
    assert sealing.sweep(sealer) == 1
    assert [paper.kind for paper in looking.papers(form)] == ["form"]


def test_what_a_browser_calls_itself_is_printed_without_boxes(ctx: Context, cast: Cast) -> None:
    _party, row = ways.in_force(ctx, cast)
    sealed = agreement_paper(ctx, fresh(row))
    event = AgreementEvent.get((AgreementEvent.agreement == row.id) & (AgreementEvent.seq == 1))
    body = json.loads(event.body) | {"agent": "Phone \U000f0001\u202e"}
    AgreementEvent.update(body=chain.canonical(body)).where(AgreementEvent.id == event.id).execute()
    paper = completion.record(ctx, fresh(row), sealed, "0" * 64)
    assert ("设备", "Phone [U+F0001][U+202E]") in paper.links[0].facts


def test_the_recipe_of_the_page_computes_every_hash(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    _party, row = ways.in_force(ctx, cast)
    actor = ways.seat(ctx, cast.school).actor
    content = completion.chain_file(ctx, actor, row)
    done = run(recipe(), tmp_path, content)
    assert (done.returncode, done.stderr) == (0, "")
    assert row.head_hash in done.stdout
    assert "terms: True" in done.stdout
    whole = json.loads(content)
    for wrong in (
        whole | {"links": whole["links"][:-1]},
        whole | {"links": whole["links"][1:]},
        whole | {"links": [*whole["links"][:-1], whole["links"][-1] | {"body": "{}"}]},
    ):
        assert run(recipe(), tmp_path, json.dumps(wrong).encode()).returncode == 1
    changed = json.dumps(whole | {"terms": whole["terms"].replace("8000", "9000")})
    assert "terms: False" in run(recipe(), tmp_path, changed.encode()).stdout
    acts = [one for one in Journal.select().where(Journal.verb == "download") if one.record == row.code]
    assert [act.note for act in acts] == [{"item": "chain"}]


def test_one_link_is_computed_with_openssl(ctx: Context, cast: Cast) -> None:
    _party, row = ways.in_force(ctx, cast)
    actor = ways.seat(ctx, cast.school).actor
    links = json.loads(completion.chain_file(ctx, actor, row))["links"]
    for before, link in pairwise(links):
        told = subprocess.run(
            ["openssl", "dgst", "-sha256"],
            input=f"{before['hash']}\n{link['body']}".encode(),
            capture_output=True,
            check=True,
            timeout=30,
        )
        assert told.stdout.decode().split()[-1] == link["hash"]
    assert Agreement.get_by_id(row.id).head_hash == links[-1]["hash"]
