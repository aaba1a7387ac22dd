"""Where shared posts came from first, until when they stay at home, and how far a peer is in step. A frozen copy."""

from peewee import BigIntegerField, CharField, Field, ForeignKeyField, IntegerField, Model


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    migrator.migrate(migrator.add_column("post", "origin", CharField(max_length=140, default="")))
    db.execute_sql("CREATE INDEX post_origin ON post (origin)")
    db.execute_sql("CREATE INDEX post_hold_until ON post (hold_until)")
    _tables(db)


def _tables(db):
    class Partner(Model):
        class Meta:
            database = db
            table_name = "partner"

    class PeerLink(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        url = CharField(max_length=200, unique=True)
        partner = ForeignKeyField(Partner, on_delete="RESTRICT")
        pulled = CharField(max_length=20, default="")
        pushed = BigIntegerField(default=0)
        tried_at = Moment(null=True)
        done_at = Moment(null=True)
        problem = CharField(max_length=60, default="")

        class Meta:
            database = db
            table_name = "peer_link"

    db.create_tables([PeerLink])
