"""The command line."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
import structlog

from config import logging
from config.menu import BadMenu
from config.settings import BadSettings, Settings, load
from documents.vault import Damaged
from domain.refusals import Refusal
from models import db
from services import keys, menu, second_factor, staff
from services import templates as remote_templates
from services.context import Context
from services.jobs.steps import renew_files
from wechat.outcomes import WeChatTrouble
from wx_backend import chain_commands, import_commands, seal_commands, server, worker
from wx_backend.code_commands import BadCodes, file_argument, import_codes, table_argument
from wx_backend.context import build_context, keyring_of
from wx_backend.seed import seed_demo

log = structlog.get_logger()


def _settings() -> Settings:
    try:
        settings = load()
    except BadSettings as bad:
        _give_up("These settings are wrong (see .env.example):", bad.problems)
    logging.configure(settings.log_level, settings.log_format)
    return settings


def _context() -> Context:
    try:
        ctx = build_context(_settings())
    except BadSettings as bad:
        _give_up("These settings are wrong (see .env.example):", bad.problems)
    return ctx


def _ready_context() -> Context:
    ctx = _context()
    try:
        pending = db.pending_migrations()
    except db.DatabaseAway as away:
        _give_up("The database cannot be reached; check WXB_DATABASE_URL.", [str(away)])
    if pending:
        _give_up("The database is not up to date. Run: python -m wx_backend migrate", pending)
    if ctx.settings.is_https and ctx.settings.sms_provider == "log":
        log.warning("text_messages_go_nowhere", setting="WXB_SMS_PROVIDER", value="log")
    return ctx


def _give_up(sentence: str, details: list[str]) -> NoReturn:
    click.echo("\n  ".join([sentence, *details]), err=True)
    sys.exit(2)


@click.group()
def main() -> None:
    """Back end of the graduate-employment official account ncssfwh."""


@main.command()
def web() -> None:
    """Serve pages, APIs and the callback on WXB_BIND."""
    server.serve(_ready_context().settings)


@main.command("worker")
def work() -> None:
    """Turn the clock: send messages, drain callbacks, tidy."""
    worker.run(_ready_context())


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = _settings()
    db.open_database(settings.database_url, keyring_of(settings))
    try:
        steps = db.migrate()
    except db.DatabaseAway as away:
        _give_up("The database cannot be reached; check WXB_DATABASE_URL.", [str(away)])
    click.echo("\n".join(f"applied {step}" for step in steps) or "already up to date")


@main.command("seed-demo")
def seed() -> None:
    """Put the demo's people into an empty database and print who they are."""
    ctx = _ready_context()
    with db.connected():
        click.echo(seed_demo(ctx))


@main.command("push-menu")
def push_menu() -> None:
    """Compare config/menu.toml with the account's menu, print the difference, push it if there is one."""
    ctx = _ready_context()
    try:
        change = menu.push_menu(ctx)
    except BadMenu as bad:
        _give_up("config/menu.toml would be refused:", bad.problems)
    except WeChatTrouble as trouble:
        _give_up("WeChat refused the menu:", [str(trouble)])
    click.echo(change)


@main.command("check-templates")
def check_templates() -> None:
    """Compare our template messages with those the account has; exit 1 when something is missing."""
    try:
        problems = remote_templates.problems(_ready_context())
    except WeChatTrouble as trouble:
        _give_up("WeChat did not list the templates:", [str(trouble)])
    click.echo("\n".join(problems) or "every template message is in order")
    sys.exit(1 if problems else 0)


@main.group("import")
def bring_in() -> None:
    """Take in spreadsheets."""


@bring_in.command("graduates")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--school", required=True, help="the school's full name")
@click.option("--all-or-nothing", is_flag=True, help="store nothing when any row is bad")
@click.option("--dry-run", is_flag=True, help="only say what would be done")
def bring_in_graduates(file: Path, school: str, all_or_nothing: bool, dry_run: bool) -> None:
    """Take in a roster (xlsx, xls or csv) with the headings of the console's template."""
    choices = import_commands.Choices(school, all_or_nothing, dry_run)
    _tell_import(lambda ctx: import_commands.import_graduates(ctx, file, choices))


@bring_in.command("apply")
@click.argument("code")
def apply_dry_run(code: str) -> None:
    """Store what a dry run found good; CODE is what the dry run printed."""
    _tell_import(lambda ctx: import_commands.apply_dry_run(ctx, code))


def _tell_import(verb: Callable[[Context], str]) -> None:
    try:
        told = verb(_ready_context())
    except import_commands.BadImport as bad:
        _give_up(bad.sentence, bad.problems)
    except Refusal as refusal:
        _give_up(refusal.say, [])
    click.echo(told)


@main.command("create-admin")
@click.option("--name", required=True, help="the person's name as on papers")
@click.option("--phone", required=True, help="mobile number; the log-in")
@click.option("--unit", default="教育部", show_default=True, help="name of the top unit, made when missing")
def create_admin(name: str, phone: str, unit: str) -> None:
    """Create the first staff account, at the top of the tree, and print its password once."""
    ctx = _ready_context()
    try:
        with db.connected():
            password = staff.create_first_admin(ctx, name, phone, unit)
    except Refusal as refusal:
        _give_up(refusal.say, list(refusal.fields.values()))
    click.echo(f"Password (must be changed at the first log-in): {password}")


@main.command("reset-second-factor")
@click.option("--phone", required=True, help="the account's mobile number")
def reset_second_factor(phone: str) -> None:
    """Take away an account's second factor, as after a lost phone; for the top level, which has nobody above."""
    ctx = _ready_context()
    try:
        with db.connected():
            second_factor.reset_by_phone(ctx, phone)
    except Refusal as refusal:
        _give_up(refusal.say, list(refusal.fields.values()))
    click.echo("Taken away; a new one is set up at the next log-in to the console.")


@main.command("rotate-keys")
def rotate_keys() -> None:
    """Seal all personal data under WXB_SECRET_KEY; afterwards WXB_SECRET_KEYS_PREVIOUS may be emptied."""
    ctx = _ready_context()
    total = keys.rotate(lambda column, renewed: click.echo(f"{column}: {renewed} renewed"))
    files = renew_files(ctx)
    click.echo(f"files: {files} renewed")
    total += files
    click.echo(f"{total} values renewed" if total else "nothing left under a former key")


@main.command("import-codes")
@table_argument
@file_argument
@click.option("--year", default="0", show_default=True, help="first 届别 that it holds for; 0: all of them")
def take_codes(table: str, file: Path | None, year: str) -> None:
    """Put a code table in force from FILE (xlsx or csv); 行政区划 (region) needs none: its package has it."""
    try:
        click.echo(import_codes(_ready_context(), table, file, year))
    except BadCodes as bad:
        _give_up(f"{table} was left as it is:", bad.problems)


@main.command("create-seal-keys")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="whose seal it is; shown to whoever verifies")
@click.option("--password", default="", envvar="WXB_SEAL_PASSWORD", help="best given as WXB_SEAL_PASSWORD")
def create_seal_keys(folder: Path, name: str, password: str) -> None:
    """Make a root of one's own and a seal under it in FOLDER, for who has no certificate of a licensed authority."""
    try:
        click.echo(seal_commands.create_keys(folder, name, password))
    except seal_commands.BadSeal as bad:
        _give_up("No keys were made:", [str(bad)])


@main.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--roots",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="certificates to trust (PEM), and ask no database; without it those of the settings",
)
def verify(file: Path, roots: tuple[Path, ...]) -> None:
    """Say whether FILE is a PDF that the seal is on and nothing was changed in; exit 1 when it is not."""
    try:
        if roots:
            is_good, told = seal_commands.verify(file, seal_commands.roots_in(roots))
        else:
            trusted = _ready_context().seals.roots
            is_good, told = seal_commands.verify(file, trusted, seal_commands.record_of)
    except seal_commands.BadSeal as bad:
        _give_up("The roots cannot be read:", [str(bad)])
    click.echo(told)
    sys.exit(0 if is_good else 1)


@main.command("chain-heads")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def chain_heads(folder: Path) -> None:
    """Write what each day's chains of events had got to into FOLDER, and compare all that is there with the chains."""
    try:
        written, faults = chain_commands.kept(_ready_context(), folder)
    except (OSError, Damaged) as bad:
        _give_up("The exports cannot be read:", [str(bad)])
    if faults:
        _give_up("The past was changed:", faults)
    click.echo(f"{written} written; every chain is as the exports say")
