"""The PDF of a 简历: set once for what it says, kept in the vault until it says something else."""

import hashlib
import hmac
import json
from collections.abc import Collection
from typing import Any

import structlog

from config.codes import code_table
from config.resume import Block, resume_form
from config.roster import roster_field
from documents import typeset
from documents.fonts import NoFont
from documents.typeset import TEMPLATES, Crowded, NotSet
from documents.vault import Damaged
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.refusals import NotFound, Unavailable
from models.db import transaction
from models.graduate import Graduate, Intention
from models.resume import Resume
from services import code_tables
from services.context import Context
from services.jobs.steps import vault
from services.resumes import photo
from services.resumes.reading import Paper, own
from services.roster_values import Reader, texts
from services.sessions import Visitor
from services.throttle import RESUME_PDF

log = structlog.get_logger()

OWNER = "resume_pdf"
TEMPLATE = "resume"
# What may be left out; the family is unless its owner asks for it.
HIDEABLE = ("phone", "email", "address", "family", "photo")

_ROSTER = ("gender", "ethnicity", "politics", "education_code", "origin")
_NATIONAL = {"kinds": "position", "natures": "unit_nature"}

Data = dict[str, Any]


def own_pdf(ctx: Context, visitor: Visitor, *, with_family: bool = False) -> tuple[str, bytes]:
    """The visitor's PDF, as its file name and content.

    Raises NotAllowed, TooMany, Unavailable (``pdf_away``).
    """
    paper = own(ctx, visitor)
    hides = () if with_family else ("family",)
    name = resume_form().words["file"].format(name=paper.graduate.name)
    return name, _kept_or_made(ctx, paper, hides, visitor.account.code)


def _kept_or_made(ctx: Context, paper: Paper, hides: Collection[str], who: str) -> bytes:
    data = contents(ctx, paper, hides)
    digest = _digest(ctx, paper, data)
    resume = paper.resume
    if resume is not None and resume.pdf and resume.pdf_digest == digest:
        try:
            return b"".join(vault(ctx).pieces(resume.pdf))
        except Damaged:
            log.warning("resume_pdf_lost", resume=resume.code)
    ctx.throttle.use(RESUME_PDF, who)
    content = pdf(data, picture_of(ctx, paper, data))
    if resume is not None:
        _keep(ctx, resume, digest, content)
    return content


def pdf(data: Data, picture: bytes) -> bytes:
    """Sets ``contents`` of a résumé with a photo, a JPEG or empty. Raises Unavailable (``pdf_away``)."""
    try:
        return typeset.pdf(TEMPLATE, data | {"photo": picture})
    except (NoFont, Crowded, NotSet) as trouble:
        log.error("resume_not_set", why=type(trouble).__name__, detail=str(trouble)[:200])
        raise Unavailable("pdf_away") from None


def picture_of(ctx: Context, paper: Paper, data: Data) -> bytes:
    """The photo that ``contents`` named; empty where it was hidden, is lost, or is another one by now."""
    resume = paper.resume
    if resume is None or not data["photo"] or data["photo"] != resume.photo:
        return b""
    try:
        return photo.of_resume(ctx, resume)
    except NotFound:
        return b""


def contents(ctx: Context, paper: Paper, hides: Collection[str] = ()) -> Data:
    """All that the PDF says but the photo's pixels, for the template ``resume.typ``."""
    form, graduate = resume_form(), paper.graduate
    reader = Reader(ctx, graduate.year, Role.GRADUATE)
    values = texts(graduate)
    facts = [
        (roster_field(name).title, reader.shown(roster_field(name), values[name]))
        for name in _ROSTER
        if values[name]
    ]
    facts.insert(
        1, (form.words["born"], f"{graduate.identity_number[6:10]}.{graduate.identity_number[10:12]}")
    )
    if graduate.graduates_on:
        facts.append((form.words["graduates"], f"{graduate.graduates_on:%Y.%m}"))
    line = (graduate.school.name, graduate.college.name, graduate.major_name)
    day = ctx.clock().astimezone(CHINA)
    return {
        "title": f"{form.title} {graduate.name}",
        "name": graduate.name,
        "line": " · ".join([*filter(None, line), form.words["cohort"].format(year=graduate.year)]),
        "facts": facts,
        "photo": paper.resume.photo if paper.resume and "photo" not in hides else "",
        "sections": [
            section for block in form.blocks if (section := _section(ctx, paper, block, hides)) is not None
        ],
        "foot": form.words["foot"].format(day=f"{day:%Y-%m}", unit=form.unit),
    }


def _section(ctx: Context, paper: Paper, block: Block, hides: Collection[str]) -> Data | None:
    """One block; None where there is nothing to print."""
    section: Data = {"title": block.title, "facts": [], "text": "", "entries": []}
    if block.shape == "intention":
        section["facts"] = wish_facts(ctx, paper.graduate, paper.intention)
    elif block.shape == "fields":
        values = paper.values.get(block.name, {})
        shown = [
            one
            for one in block.fields
            if one.name in values and one.name not in hides and one.name.partition("_")[0] not in hides
        ]
        section["facts"] = [(one.title, values[one.name]) for one in shown if one.kind != "long"]
        section["text"] = "\n".join(values[one.name] for one in shown if one.kind == "long")
    else:
        section["entries"] = [
            {"title": entry.head, "note": entry.notes, "when": entry.when, "text": entry.text}
            for entry in paper.entries[block.name]
        ]
    return section if section["facts"] or section["text"] or section["entries"] else None


def wish_facts(ctx: Context, graduate: Graduate, wish: Intention | None) -> list[tuple[str, str]]:
    """求职意向 as (title, words), without what was left open."""
    if wish is None:
        return []
    words = resume_form().words
    pay = words["pay_floor"].format(pay=wish.pay_floor) if wish.pay_floor else words["pay_open"]
    national = {
        name: "、".join(
            code_tables.name_of(ctx, table, graduate.year, code) for code in getattr(wish, name) or ()
        )
        for name, table in _NATIONAL.items()
    }
    found = [
        ("direction", _names("direction", [wish.direction])),
        ("work_type", _names("work_type", [wish.work_type])),
        ("places", "、".join(_place(ctx, graduate, code) for code in wish.places or ())),
        ("industries", _names("industry", wish.industries or [])),
        *national.items(),
        ("pay", pay),
        ("remark", str(wish.remark)),
    ]
    return [(words[name], text) for name, text in found if text]


def _names(table: str, codes: list[str]) -> str:
    return "、".join(code_table(table).get(code, code) for code in codes if code)


def _place(ctx: Context, graduate: Graduate, code: str) -> str:
    return code_table("province").get(code) or code_tables.place_of(ctx, "region", graduate.year, code)


def _digest(ctx: Context, paper: Paper, data: Data) -> str:
    """Stands for what the PDF says and how it is set; keyed, for it is kept beside the sealed columns."""
    template = hashlib.sha256((TEMPLATES / f"{TEMPLATE}.typ").read_bytes()).hexdigest()
    text = json.dumps([template, data], ensure_ascii=False, sort_keys=True).encode()
    return hmac.digest(ctx.keyring.derive(OWNER), text, "sha256").hex()


def _keep(ctx: Context, resume: Resume, digest: str, content: bytes) -> None:
    shelf = vault(ctx)
    name = shelf.store([content], owner=OWNER)
    is_named = _name_it(resume, name, digest)
    shelf.settle(OWNER, name, is_named=is_named)
    if is_named and resume.pdf:
        shelf.delete(resume.pdf)


@transaction
def _name_it(resume: Resume, name: str, digest: str) -> bool:
    """Names the file as the résumé's PDF, unless another has been named meanwhile. Not a change of the résumé."""
    still = (Resume.id == resume.id) & (Resume.pdf == resume.pdf)
    return bool(Resume.update(pdf=name, pdf_digest=digest).where(still).execute())
