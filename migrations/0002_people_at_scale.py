"""People at scale: full records, code tables, jobs, rights on fields, second factors. A frozen copy."""

from peewee import (
    BigIntegerField,
    BlobField,
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
    _columns(migrator, db)
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

    class AccountRequest(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        asker = ForeignKeyField(Staff, on_delete="RESTRICT")
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        act = CharField(max_length=8)
        name = CharField(max_length=40)
        phone = BlobField()
        phone_index = CharField(max_length=24)
        status = CharField(max_length=12, default="filed")
        reason = CharField(max_length=100, default="")
        decided_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "account_request"
            indexes = ((("unit", "status"), False),)

    db.create_tables([AccountRequest])

    class CodeSet(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        name = CharField(max_length=32)
        year = IntegerField()
        rows = IntegerField(default=0)
        digest = CharField(max_length=64)
        in_force_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "code_set"
            indexes = ((("name", "year", "in_force_at"), False),)

    db.create_tables([CodeSet])

    class CodeRow(Model):
        edition = ForeignKeyField(CodeSet, on_delete="CASCADE")
        code = CharField(max_length=16)
        name = CharField(max_length=100)
        parent = CharField(max_length=16, default="")
        is_retired = BooleanField(default=False)
        successor = CharField(max_length=16, default="")
        place = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "code_row"
            indexes = (
                (("edition", "code"), True),
                (("edition", "name"), False),
                (("edition", "place"), False),
            )

    db.create_tables([CodeRow])

    class FieldRight(Model):
        school = ForeignKeyField(OrgUnit, on_delete="CASCADE")
        role = CharField(max_length=12)
        field = CharField(max_length=32)
        may_write = BooleanField()

        class Meta:
            database = db
            table_name = "field_right"
            indexes = ((("school", "role", "field"), True),)

    db.create_tables([FieldRight])

    class Job(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        kind = CharField(max_length=24)
        staff = ForeignKeyField(Staff, null=True, on_delete="RESTRICT")
        unit = ForeignKeyField(OrgUnit, null=True, on_delete="RESTRICT")
        status = CharField(max_length=12, default="queued")
        file = CharField(max_length=64, default="")
        file_name = CharField(max_length=120, default="")
        result = CharField(max_length=64, default="")
        params = TextField(null=True)
        is_dry_run = BooleanField(default=False)
        all_or_nothing = BooleanField(default=False)
        total = IntegerField(default=0)
        at_line = IntegerField(default=0)
        good = IntegerField(default=0)
        bad = IntegerField(default=0)
        added = IntegerField(default=0)
        changed = IntegerField(default=0)
        same = IntegerField(default=0)
        problem = CharField(max_length=40, default="")
        lease_until = Moment(null=True)
        finished_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "job"
            indexes = (
                (("status", "lease_until"), False),
                (("staff", "id"), False),
            )

    db.create_tables([Job])

    class JobTrouble(Model):
        job = ForeignKeyField(Job, on_delete="CASCADE")
        line = IntegerField()
        column = CharField(max_length=40)
        value = BlobField(null=True)
        reason = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "job_trouble"
            indexes = ((("job", "line"), False),)

    db.create_tables([JobTrouble])


def _columns(migrator, db):
    class OrgUnit(Model):
        class Meta:
            database = db
            table_name = "org_unit"

    columns = {
        "account": {
            "totp_secret": BlobField(null=True),
            "totp_on_at": Moment(null=True),
            "totp_last_step": BigIntegerField(default=0),
        },
        "org_unit": {
            "number": CharField(max_length=20, default=""),
            "closed_at": Moment(null=True),
        },
        "staff": {
            "invited_at": Moment(null=True),
        },
        "graduate": {
            "province_id": ForeignKeyField(OrgUnit, field=OrgUnit.id, null=True, on_delete="RESTRICT"),
            "education_code": CharField(max_length=4, default=""),
            "education_kind": CharField(max_length=4, default=""),
            "teacher_kind": CharField(max_length=4, default=""),
            "gender": CharField(max_length=2, default=""),
            "candidate_number": CharField(index=True, max_length=20, default=""),
            "training": CharField(max_length=4, default=""),
            "school_years": CharField(max_length=4, default=""),
            "ethnicity": CharField(max_length=4, default=""),
            "politics": CharField(max_length=4, default=""),
            "division": CharField(max_length=6, default=""),
            "origin": CharField(max_length=6, default=""),
            "commissioned_by": CharField(max_length=100, default=""),
            "enrolled_on": DateField(null=True),
            "graduates_on": DateField(null=True),
            "conclusion": CharField(max_length=4, default=""),
            "hardship": CharField(max_length=4, default=""),
            "special_group": CharField(max_length=40, default=""),
            "status": CharField(max_length=12, default="open"),
            "edits": BlobField(null=True),
            "edited_at": Moment(null=True),
            "import_digest": CharField(max_length=32, default=""),
        },
        "journal": {
            "province_id": IntegerField(index=True, null=True),
            "school_id": IntegerField(index=True, null=True),
            "college_id": IntegerField(null=True),
        },
        "login_session": {
            "staff_id": IntegerField(null=True),
            "second_factor_at": Moment(null=True),
        },
        "responsibility": {
            "major_code": CharField(max_length=12, default=""),
        },
    }
    for table, fields in columns.items():
        for name, field in fields.items():
            migrator.migrate(migrator.add_column(table, name, field))
    db.execute_sql(
        "UPDATE graduate SET province_id = (SELECT u.parent_id FROM org_unit u WHERE u.id = graduate.school_id)"
    )


def _indexes(migrator):
    # New indexes come first: MariaDB lets no index go that a foreign key leans on.
    migrator.migrate(migrator.add_index("graduate", ("college_id", "year", "education", "class_name")))
    migrator.migrate(
        migrator.add_index("graduate", ("college_id", "year", "major_code", "student_number", "id"))
    )
    migrator.migrate(migrator.add_index("graduate", ("college_id", "year", "student_number", "id")))
    migrator.migrate(migrator.add_index("graduate", ("phone_index",)))
    migrator.migrate(migrator.add_index("graduate", ("province_id", "year", "student_number", "id")))
    migrator.migrate(migrator.add_index("graduate", ("school_id", "student_number")))
    migrator.migrate(
        migrator.add_index("graduate", ("school_id", "year", "education_code", "student_number", "id"))
    )
    migrator.migrate(migrator.add_index("graduate", ("school_id", "year", "name", "id")))
    migrator.migrate(migrator.add_index("graduate", ("school_id", "year", "status", "student_number", "id")))
    migrator.migrate(migrator.add_index("graduate", ("school_id", "year", "student_number", "id")))
    migrator.migrate(migrator.add_index("graduate", ("school_id", "year", "updated_at", "id")))
    migrator.migrate(migrator.add_index("journal", ("at",)))
    migrator.migrate(
        migrator.add_index(
            "responsibility",
            ("staff_id", "year", "college_id", "education", "class_name", "major_code"),
            unique=True,
        )
    )
    migrator.migrate(migrator.drop_index("graduate", "graduate_college_id_year_education"))
    migrator.migrate(
        migrator.drop_index("responsibility", "responsibility_staff_id_year_college_id_education_class_name")
    )
