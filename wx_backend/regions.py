"""Puts 行政区划 (GB/T 2260) into the code tables, from the package that `./wx setup` installs."""

from pathlib import Path

from config.regions import regions
from domain.actors import SYSTEM
from domain.code_rows import Entry
from services.code_editions import EVERY_YEAR, Proposal, bring_in
from services.context import Context

ROOT = Path(__file__).resolve().parent.parent


def bring_regions(ctx: Context, year: int = EVERY_YEAR) -> Proposal:
    """Has the package's regions hold from a 届别 on; the same again changes nothing. Raises FileNotFoundError."""
    rows = [Entry(row.code, row.name, row.parent, row.is_retired, row.successor) for row in regions(ROOT)]
    return bring_in(ctx, SYSTEM, "region", year, rows)
