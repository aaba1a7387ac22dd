"""Graduates who differ from the import are found by an index: a record that does not has no moment of its edit."""


def up(migrator, db):
    db.execute_sql("UPDATE graduate SET edited_at = NULL WHERE edits IS NULL AND edited_at IS NOT NULL")
    db.execute_sql("CREATE INDEX graduate_school_id_year_edited_at ON graduate (school_id, year, edited_at)")
