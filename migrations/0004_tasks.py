"""Tasks, assignments and their counts; priorities, quotas and stops of sending; the record of the clock."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
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
    _tables(db)
    _columns(migrator)
    _indexes(migrator)


def _tables(db):
    class OrgUnit(Model):
        class Meta:
            database = db
            table_name = "org_unit"

    class Staff(Model):
        class Meta:
            database = db
            table_name = "staff"

    class Task(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        staff = ForeignKeyField(Staff, on_delete="RESTRICT")
        level = CharField(max_length=12)
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        status = CharField(max_length=12, default="draft")
        kind = CharField(max_length=12)
        title = CharField(max_length=60)
        body = TextField(default="")
        campaign = CharField(max_length=40, default="")
        link = CharField(max_length=300, default="")
        link_title = CharField(max_length=60, default="")
        due_at = Moment(null=True)
        starts_at = Moment(null=True)
        ends_at = Moment(null=True)
        minutes_before = IntegerField(default=30)
        minutes_after = IntegerField(default=30)
        is_check_in_twice = BooleanField(default=False)
        audience = TextField(null=True)
        preview = TextField(null=True)
        send_at = Moment(null=True)
        dispatched_at = Moment(null=True)
        withdrawn_at = Moment(null=True)
        copied_from = CharField(max_length=24, default="")

        class Meta:
            database = db
            table_name = "task"
            indexes = (
                (("unit", "id"), False),
                (("province_id", "id"), False),
                (("school_id", "id"), False),
                (("status", "send_at"), False),
                (("status", "due_at"), False),
                (("status", "starts_at"), False),
            )

    db.create_tables([Task])

    class Assignment(Model):
        id = BigAutoField()
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        task = ForeignKeyField(Task, on_delete="RESTRICT")
        staff = ForeignKeyField(Staff, on_delete="RESTRICT")
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        share_code = CharField(unique=True, max_length=24)
        status = CharField(max_length=12, default="unread")
        reach = CharField(max_length=12, default="waiting")
        viewed_at = Moment(null=True)
        forwarded_at = Moment(null=True)
        completed_at = Moment(null=True)
        checked_in_at = Moment(null=True)
        checked_out_at = Moment(null=True)
        finished_at = Moment(null=True)
        opens = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "assignment"
            indexes = (
                (("task", "staff"), True),
                (("task", "unit", "id"), False),
                (("staff", "finished_at", "id"), False),
            )

    db.create_tables([Assignment])

    class SendQuota(Model):
        app_id = CharField(max_length=32)
        day = DateField()
        used = IntegerField(default=0)
        used_before_reset = IntegerField(default=0)
        reset_at = Moment(null=True)
        learnt_limit = IntegerField(null=True)
        spent_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "send_quota"
            indexes = ((("app_id", "day"), True),)

    db.create_tables([SendQuota])

    class SubscribeCredit(Model):
        app_id = CharField(max_length=32)
        openid = CharField(max_length=64)
        template_id = CharField(max_length=64)
        credits = IntegerField(default=0)
        updated_at = Moment()

        class Meta:
            database = db
            table_name = "subscribe_credit"
            indexes = ((("app_id", "openid", "template_id"), True),)

    db.create_tables([SubscribeCredit])

    class TaskFile(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        task = ForeignKeyField(Task, on_delete="CASCADE")
        name = CharField(max_length=120)
        size = IntegerField()
        media_type = CharField(max_length=80)
        file = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "task_file"

    db.create_tables([TaskFile])

    class TaskTally(Model):
        task = ForeignKeyField(Task, on_delete="CASCADE")
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        level = CharField(max_length=12, default="unit")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        college_id = IntegerField(null=True)
        assigned = IntegerField(default=0)
        told = IntegerField(default=0)
        delivered = IntegerField(default=0)
        unbound = IntegerField(default=0)
        unfollowed = IntegerField(default=0)
        blocked = IntegerField(default=0)
        failed = IntegerField(default=0)
        unknown = IntegerField(default=0)
        viewed = IntegerField(default=0)
        forwarded = IntegerField(default=0)
        completed = IntegerField(default=0)
        checked_in = IntegerField(default=0)
        finished = IntegerField(default=0)
        is_dirty = BooleanField(index=True, default=True)

        class Meta:
            database = db
            table_name = "task_tally"
            indexes = (
                (("task", "unit", "level"), True),
                (("task", "level", "province_id"), False),
                (("task", "school_id"), False),
            )

    db.create_tables([TaskTally])

    class TaskWave(Model):
        task = ForeignKeyField(Task, on_delete="CASCADE")
        kind = CharField(max_length=16)
        unit_id = IntegerField(default=0)
        number = IntegerField(default=0)
        params = TextField(null=True)
        due_at = Moment()
        at_id = IntegerField(default=0)
        count = IntegerField(default=0)
        lease_until = Moment(null=True)
        finished_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "task_wave"
            indexes = (
                (("task", "kind", "unit_id", "number"), True),
                (("finished_at", "due_at"), False),
            )

    db.create_tables([TaskWave])

    class TemplateStop(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        template = CharField(index=True, max_length=52)
        errcode = IntegerField()
        detail = CharField(max_length=200, default="")
        resumed_at = Moment(index=True, null=True)

        class Meta:
            database = db
            table_name = "template_stop"

    db.create_tables([TemplateStop])

    class TickRun(Model):
        name = CharField(unique=True, max_length=40)
        begun_at = Moment(null=True)
        ended_at = Moment(null=True)
        succeeded_at = Moment(null=True)
        milliseconds = IntegerField(default=0)
        failures = IntegerField(default=0)
        failed_at = Moment(null=True)
        problem = CharField(max_length=60, default="")
        lag_milliseconds = IntegerField(default=0)
        every_seconds = IntegerField(default=0)
        seen_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "tick_run"

    db.create_tables([TickRun])


def _columns(migrator):
    columns = {
        "message": {
            "priority": IntegerField(default=2),
            "account_id": IntegerField(null=True),
            "assignment_id": BigIntegerField(index=True, null=True),
            "fallback_at": Moment(null=True),
        },
    }
    for table, fields in columns.items():
        for name, field in fields.items():
            migrator.migrate(migrator.add_column(table, name, field))


def _indexes(migrator):
    # New indexes come first: MariaDB lets no index go that a foreign key leans on.
    migrator.migrate(migrator.add_index("message", ("channel", "status", "priority", "due_at")))
    migrator.migrate(migrator.add_index("message", ("status", "fallback_at")))
    migrator.migrate(migrator.drop_index("message", "message_status_due_at"))
