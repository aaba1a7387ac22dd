"""Several recruiters of a unit, and what an approved unit would like to be called."""

from peewee import (
    BlobField,
    CharField,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    class Employer(Model):
        class Meta:
            database = db
            table_name = "employer"

    class Invitation(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        phone = BlobField()
        phone_index = CharField(index=True, max_length=24)
        expires_at = Moment()
        ended_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "invitation"

    db.create_tables([Invitation])

    migrator.migrate(migrator.add_column("employer", "proposal", TextField(null=True)))
    migrator.migrate(migrator.add_column("employer", "new_licence", CharField(max_length=64, default="")))
    migrator.migrate(
        migrator.add_column("employer", "new_licence_type", CharField(max_length=40, default=""))
    )
    migrator.migrate(migrator.add_column("employer", "renamed_up_to", IntegerField(index=True, null=True)))
    migrator.migrate(migrator.add_column("recruiter", "joined_at", Moment(null=True)))
    migrator.migrate(migrator.add_index("employer", ("filed_at", "id")))
    migrator.migrate(migrator.add_index("employer", ("province_id", "filed_at", "id")))
    migrator.migrate(migrator.add_index("employer", ("school_id", "filed_at", "id")))
