"""``import-codes``: code tables from the command line."""

from pathlib import Path

import click

from config.shipped_codes import code_tables
from domain.actors import SYSTEM
from domain.refusals import Refusal, said
from models import db
from services import code_editions, code_files
from services.code_editions import Proposal
from services.context import Context
from wx_backend.regions import bring_regions

FROM_PACKAGE = "region"


class BadCodes(Exception):
    """A table that was not taken in; ``problems`` say why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def import_codes(ctx: Context, table: str, file: Path | None, year: str) -> str:
    """Puts a table in force from ``file``, 行政区划 without one from the package; answers what came of it.

    Raises BadCodes.
    """
    try:
        first = code_editions.year_of(year)
        with db.connected():
            proposal = _brought(ctx, table, file, first)
    except Refusal as refusal:
        raise BadCodes([refusal.say]) from None
    except FileNotFoundError as missing:
        raise BadCodes([f"{missing.filename} is missing; ./wx setup installs it"]) from None
    if proposal.edition is None:
        raise BadCodes(
            [f"{row.line} {row.column} {row.value} {said(row.reason)}" for row in proposal.troubles]
        )
    if not proposal.is_news:
        return f"{table}: nothing new"
    since = "every year" if first == code_editions.EVERY_YEAR else f"{first} on"
    return f"{table}: {proposal.edition.rows} rows in force for {since}"


def _brought(ctx: Context, table: str, file: Path | None, year: int) -> Proposal:
    if file is not None:
        return code_files.bring_file(ctx, SYSTEM, table, year, file)
    if table != FROM_PACKAGE:
        raise BadCodes([f"{table} needs a file"])
    return bring_regions(ctx, year)


table_argument = click.argument("table", type=click.Choice(list(code_tables())))
file_argument = click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
