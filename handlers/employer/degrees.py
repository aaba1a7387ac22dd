"""学历查询: asked of somebody who applied, seen only with the graduate's consent."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from config.codes import code_table
from handlers import visit
from handlers.console.tried import tried
from handlers.employer.entry import HOME
from handlers.employer.posts import recruiter
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.hiring_words import STATUSES
from services import code_tables, degree_checks

door = Door("employer_degrees")

PAGE = f"{HOME}degree-checks"
WORDS = STATUSES | {"granted": "本人已同意"}
TAGS = {"granted": "good", "asked": "warn", "refused": "bad"}


@door.on(PAGE, Guard.EMPLOYER)
def employer_degrees() -> ResponseReturnValue:
    """What was asked, and what came of it."""
    found = degree_checks.of_employer(recruiter(), request.args.get("after", ""))
    return Form().show("employer/degree-checks.html", visitor=visit.me(), found=found, words=WORDS, tags=TAGS)


@door.on(f"{HOME}applications/<code>/degree", Guard.EMPLOYER, ["POST"])
def ask_degree(code: str) -> ResponseReturnValue:
    """Asks whoever sent this application."""
    with tried("已向本人发出申请，同意后可以查看。"):
        degree_checks.ask(visit.ctx(), visit.me(), code, Form().text("purpose"))
        return redirect(PAGE, 303)
    return redirect(f"{HOME}applications/{code}", 303)


@door.on(f"{PAGE}/<code>/look", Guard.EMPLOYER, ["POST"])
def look_at_degree(code: str) -> ResponseReturnValue:
    """The degree; each look is counted, so it is no page to be fetched again by itself."""
    ctx = visit.ctx()
    degree = degree_checks.look(ctx, visit.me(), code)
    level = code_tables.name_of(ctx, "education_level", degree.year, degree.education_code)
    return Form().show(
        "employer/degree.html",
        visitor=visit.me(),
        degree=degree,
        level=code_table("education").get(degree.education_code, level),
        conclusion=code_tables.name_of(ctx, "conclusion", degree.year, degree.conclusion),
    )
