"""The schema that the migrations make is the one that the models describe, on either database."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest
from peewee import Database, Model, MySQLDatabase, SqliteDatabase
from playhouse import schema_diff

from models import account, base, callback, db, graduate, journal, message, org, wechat_user
from models.sealing import sealed_columns
from services.context import Context

MODULES = (account, callback, graduate, journal, message, org, wechat_user)


def models() -> list[type[Model]]:
    """Every table of ours."""
    found, todo = [], [base.Base]
    while todo:
        for model in todo.pop().__subclasses__():
            todo.append(model)
            if model is not base.Record:
                found.append(model)
    assert len(found) >= len(MODULES)
    return found


@pytest.fixture
def described(ctx: Context) -> Iterator[Database]:
    """A second database of the same kind, made from the models instead."""
    if db.is_sqlite():
        scratch: Database = SqliteDatabase(":memory:")
    else:
        name = f"{db.database.database}_described"
        parts = urlsplit(ctx.settings.database_url)
        db.database.execute_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        scratch = MySQLDatabase(
            name,
            host=parts.hostname,
            port=parts.port,
            user=parts.username,
            password=unquote(parts.password or ""),
        )
    try:
        scratch.connect()
        with scratch.bind_ctx(models()):
            scratch.create_tables(models())
        yield scratch
    finally:
        scratch.close()
        if not db.is_sqlite():
            db.database.execute_sql(f"DROP DATABASE {name}")


def columns(database: Database, table: str) -> list[tuple[object, ...]]:
    """Name, full type, nullability, default and collation of each column."""
    if isinstance(database, SqliteDatabase):
        rows = database.execute_sql(f"PRAGMA table_info({table})").fetchall()
        return sorted((row[1], row[2], row[3], row[4], row[5]) for row in rows)
    return sorted(
        database.execute_sql(
            "SELECT column_name, column_type, is_nullable, column_default, extra, collation_name"
            " FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = %s",
            (table,),
        ).fetchall()
    )


def indexes(database: Database, table: str) -> list[tuple[tuple[str, ...], bool]]:
    return sorted((tuple(index.columns), bool(index.unique)) for index in database.get_indexes(table))


def ties(database: Database, table: str) -> list[tuple[object, ...]]:
    """Foreign keys with what deleting does."""
    if isinstance(database, SqliteDatabase):
        rows = database.execute_sql(f"PRAGMA foreign_key_list({table})").fetchall()
        return sorted((row[3], row[2], row[4], row[6]) for row in rows)
    return sorted(
        database.execute_sql(
            "SELECT k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule"
            " FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r"
            " ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name"
            " WHERE k.table_schema = DATABASE() AND k.table_name = %s",
            (table,),
        ).fetchall()
    )


def test_peewees_own_comparison_finds_nothing(ctx: Context) -> None:
    assert not schema_diff.diff_models(db.database.obj, models())


def test_no_step_is_pending(ctx: Context) -> None:
    assert db.pending_migrations() == []
    assert db.migrate() == []


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_types_keys_and_ties_are_those_of_the_model(described: Database, model: type[Model]) -> None:
    table = model._meta.table_name
    migrated = db.database.obj
    assert columns(migrated, table) == columns(described, table)
    assert indexes(migrated, table) == indexes(described, table)
    assert ties(migrated, table) == ties(described, table)


def test_texts_are_compared_by_their_bytes_everywhere(ctx: Context) -> None:
    if db.is_sqlite():
        return
    rows = db.database.execute_sql(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND collation_name IS NOT NULL AND table_name NOT LIKE '%%migration%%'"
    ).fetchall()
    assert rows
    assert {row for row in rows if row[2] != "utf8mb4_nopad_bin"} == set()


def test_each_sealed_column_has_a_purpose_of_its_own() -> None:
    purposes = [field.purpose for _model, field in sealed_columns()]
    assert len(set(purposes)) == len(purposes)
