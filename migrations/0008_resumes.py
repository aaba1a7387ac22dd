"""简历, their entries, and how complete they are on the graduate's row. A frozen copy."""

from peewee import BlobField, CharField, Field, ForeignKeyField, IntegerField, Model, TextField


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    class Graduate(Model):
        class Meta:
            database = db
            table_name = "graduate"

    class Resume(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        graduate = ForeignKeyField(Graduate, unique=True, on_delete="CASCADE")
        basics = BlobField(null=True)
        contacts = BlobField(null=True)
        none = TextField(null=True)
        photo = CharField(max_length=64, default="")
        pdf = CharField(max_length=64, default="")
        pdf_digest = CharField(max_length=64, default="")

        class Meta:
            database = db
            table_name = "resume"

    class ResumeEntry(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        resume = ForeignKeyField(Resume, on_delete="CASCADE")
        block = CharField(max_length=12)
        place = IntegerField(default=0)
        content = BlobField()
        removed_at = Moment(null=True, index=True)

        class Meta:
            database = db
            table_name = "resume_entry"
            indexes = ((("resume", "block", "place"), False),)

    db.create_tables([Resume, ResumeEntry])
    # With a default of the table's own a column is added at once; migrator.add_column would write all rows anew.
    for column in (
        "resume_percent INTEGER NOT NULL DEFAULT 0",
        "resume_missing INTEGER NOT NULL DEFAULT 127",
        "resume_at DATETIME(6)",
    ):
        db.execute_sql(f"ALTER TABLE graduate ADD COLUMN {column}")
    for unit in ("school_id", "college_id"):
        migrator.migrate(migrator.add_index("graduate", (unit, "year", "resume_percent", "id")))
