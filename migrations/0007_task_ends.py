"""How tasks end otherwise: unsent, left behind, stuck; openings of public pages by people. A frozen copy."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    DateField,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
)


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    _tables(db)
    columns = {
        "task": {"sender_id": IntegerField(null=True), "missed_why": CharField(max_length=24, default="")},
        "task_file": {"digest": CharField(max_length=64, default="")},
        "assignment": {"left_at": Moment(null=True)},
        "task_tally": {"away": IntegerField(default=0)},
        "task_wave": {
            "tries": IntegerField(default=0),
            "problem": CharField(max_length=60, default=""),
            "failed_at": Moment(null=True),
        },
    }
    for table, fields in columns.items():
        for name, field in fields.items():
            migrator.migrate(migrator.add_column(table, name, field))


def _tables(db):
    class Staff(Model):
        class Meta:
            database = db
            table_name = "staff"

    class TaskOpening(Model):
        id = BigAutoField()
        assignment_id = BigIntegerField()
        phone = CharField(max_length=24)
        day = DateField(index=True)

        class Meta:
            database = db
            table_name = "task_opening"
            indexes = ((("assignment_id", "phone", "day"), True),)

    class TaskAbsence(Model):
        staff = ForeignKeyField(Staff, on_delete="CASCADE", unique=True)
        since = Moment()

        class Meta:
            database = db
            table_name = "task_absence"

    db.create_tables([TaskOpening, TaskAbsence])
