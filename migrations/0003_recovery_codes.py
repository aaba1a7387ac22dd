"""Recovery codes of second factors, and when a session was last at work. A frozen copy."""

from peewee import CharField, Field, ForeignKeyField, Model


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    class Account(Model):
        class Meta:
            database = db
            table_name = "account"

    class RecoveryCode(Model):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        digest = CharField(max_length=64)
        created_at = Moment()
        used_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "recovery_code"
            indexes = ((("account", "digest"), True),)

    db.create_tables([RecoveryCode])
    migrator.migrate(migrator.add_column("login_session", "seen_at", Moment(null=True)))
