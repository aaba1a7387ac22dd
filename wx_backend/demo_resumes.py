"""What the demo's graduates have written in their 简历, some more and some less."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from config.resume import resume_form
from domain.resume import checked
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit
from models.resume import Resume, ResumeEntry
from services.context import Context
from services.resumes import standing
from services.resumes.reading import packed

_FILE = Path(__file__).resolve().parent.parent / "config" / "demo_resumes.toml"


@transaction
def bring_resumes(ctx: Context, schools: Collection[str]) -> None:
    """Résumés of the graduates who have accounts in the demo's schools, once.

    A demo from before there were résumés gets them, too.
    """
    if Resume.select().exists():
        return
    with _FILE.open("rb") as source:
        told = tomllib.load(source)
    query = (
        Graduate.select().join(OrgUnit, on=(Graduate.school == OrgUnit.id)).where(OrgUnit.name.in_(schools))
    )
    owners = query.where(Graduate.account.is_null(False) & Graduate.phone.is_null(False))
    for number, graduate in enumerate(owners.order_by(Graduate.student_number)):
        parts = told["part"][: told["reached"][number % len(told["reached"])]]
        if parts:
            resume = Resume.create(graduate=graduate)
            for part in parts:
                _write(resume, graduate, part)
        standing.recount(graduate.id, ctx.clock() if parts else None)


def _write(resume: Resume, graduate: Graduate, part: dict[str, Any]) -> None:
    block = resume_form().block(part["block"])
    phone = {"phone": graduate.phone} if block.name == "contacts" else {}
    values = packed(checked(block, part["values"] | phone))
    if block.shape == "entries":
        ResumeEntry.create(resume=resume, block=block.name, content=values)
    else:
        resume.change(**{block.name: values})
