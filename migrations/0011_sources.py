"""Counts of graduates by school, 层次 and major for employers."""

from peewee import CharField, Field, ForeignKeyField, IntegerField, Model


class Moment(Field):
    """UTC with microseconds."""

    field_type = "DATETIME(6)"


def up(migrator, db):
    class OrgUnit(Model):
        class Meta:
            database = db
            table_name = "org_unit"

    class SourceCount(Model):
        year = IntegerField()
        school = ForeignKeyField(OrgUnit, on_delete="CASCADE")
        province_id = IntegerField(null=True)
        education = CharField(max_length=2)
        major_code = CharField(max_length=12)
        major_name = CharField(max_length=60)
        count = IntegerField()

        class Meta:
            database = db
            table_name = "source_count"
            indexes = (
                (("school", "year", "education", "major_code"), True),
                (("year", "major_code", "id"), False),
                (("province_id", "year", "id"), False),
            )

    class SourcesCounted(Model):
        school = ForeignKeyField(OrgUnit, unique=True, on_delete="CASCADE")
        counted_at = Moment(index=True)

        class Meta:
            database = db
            table_name = "sources_counted"

    db.create_tables([SourceCount, SourcesCounted])
