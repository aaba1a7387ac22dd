"""Employers, posts, what graduates do with them, and partners."""

from peewee import (
    BigAutoField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
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
    migrator.migrate(migrator.add_column("intention", "kinds", TextField(null=True)))
    migrator.migrate(migrator.add_column("intention", "natures", TextField(null=True)))
    migrator.migrate(
        migrator.add_column("intention", "major_match", CharField(max_length=8, default="class"))
    )
    migrator.migrate(migrator.add_column("intention", "hides", TextField(null=True)))


def _tables(db):
    class Account(Model):
        class Meta:
            database = db
            table_name = "account"

    class Graduate(Model):
        class Meta:
            database = db
            table_name = "graduate"

    class OrgUnit(Model):
        class Meta:
            database = db
            table_name = "org_unit"

    class Staff(Model):
        class Meta:
            database = db
            table_name = "staff"

    class Employer(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        name = CharField(max_length=100)
        name_key = CharField(index=True, max_length=100)
        credit_code = CharField(unique=True, null=True, max_length=18)
        unit = ForeignKeyField(OrgUnit, null=True, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        nature = CharField(max_length=4, default="")
        industry = CharField(max_length=4, default="")
        scale = CharField(max_length=12, default="")
        region = CharField(max_length=6, default="")
        address = CharField(max_length=200, default="")
        website = CharField(max_length=200, default="")
        intro = TextField(default="")
        contact_name = CharField(max_length=40, default="")
        contact_phone = BlobField(null=True)
        contact_email = BlobField(null=True)
        status = CharField(max_length=12, default="known")
        reason = CharField(max_length=200, default="")
        licence = CharField(max_length=64, default="")
        licence_type = CharField(max_length=40, default="")
        filed_at = Moment(null=True)
        reviewed_at = Moment(null=True)
        reviewer_id = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "employer"
            indexes = (
                (("unit", "status", "filed_at", "id"), False),
                (("province_id", "status", "filed_at", "id"), False),
                (("school_id", "status", "filed_at", "id"), False),
                (("status", "filed_at", "id"), False),
            )

    db.create_tables([Employer])

    class Partner(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        kind = CharField(max_length=12)
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        name = CharField(max_length=100)
        contact_name = CharField(max_length=40)
        contact_duty = CharField(max_length=40, default="")
        landline = CharField(max_length=30, default="")
        mobile = BlobField(null=True)
        email = BlobField(null=True)
        ip_ranges = TextField(default="")
        sites = TextField(default="")
        tenant = CharField(unique=True, null=True, max_length=40)
        status = CharField(max_length=12, default="applied")
        reason = CharField(max_length=200, default="")
        handler = ForeignKeyField(Staff, null=True, on_delete="RESTRICT")
        key_id = CharField(unique=True, null=True, max_length=24)
        secret = BlobField(null=True)
        former_secret = BlobField(null=True)
        former_until = Moment(null=True)
        shown_at = Moment(null=True)
        daily_quota = IntegerField(default=100000)
        hold_days = IntegerField(default=0)
        is_trusted = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "partner"
            indexes = (
                (("status", "id"), False),
                (("province_id", "id"), False),
                (("school_id", "id"), False),
            )

    db.create_tables([Partner])

    class Post(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        source = CharField(max_length=12, default="employer")
        partner = ForeignKeyField(Partner, null=True, on_delete="RESTRICT")
        partner_key = CharField(null=True, max_length=64)
        status = CharField(max_length=12, default="draft")
        reason = CharField(max_length=200, default="")
        title = CharField(max_length=60)
        description = TextField(default="")
        position = CharField(max_length=4, default="")
        industry = CharField(max_length=4, default="")
        nature = CharField(max_length=4, default="")
        work_type = CharField(max_length=8, default="full")
        level_low = IntegerField(default=0)
        level_high = IntegerField(default=0)
        majors = TextField(null=True)
        majors_text = CharField(max_length=300, default="")
        places = TextField(null=True)
        address = CharField(max_length=200, default="")
        pay_low = IntegerField(default=0)
        pay_high = IntegerField(default=0)
        year_low = IntegerField(default=0)
        year_high = IntegerField(default=0)
        headcount = IntegerField(default=1)
        tags = TextField(null=True)
        contact_name = CharField(max_length=40, default="")
        contact_phone = BlobField(null=True)
        contact_email = BlobField(null=True)
        closes_on = DateField(null=True)
        published_at = Moment(null=True)
        closed_at = Moment(null=True)
        is_shareable = BooleanField(default=False)
        hold_until = DateField(null=True)
        same_key = CharField(max_length=44, default="")
        unread = TextField(null=True)

        class Meta:
            database = db
            table_name = "post"
            indexes = (
                (("partner", "partner_key"), True),
                (("same_key", "status"), False),
                (("updated_at", "id"), False),
                (("status", "closes_on"), False),
                (("status", "published_at", "id"), False),
                (("employer", "status", "id"), False),
                (("unit", "status", "id"), False),
                (("province_id", "status", "id"), False),
                (("school_id", "status", "id"), False),
            )

    db.create_tables([Post])

    class Application(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        post = ForeignKeyField(Post, on_delete="RESTRICT")
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        status = CharField(max_length=12, default="sent")
        note = CharField(max_length=300, default="")
        reason = CharField(max_length=200, default="")
        resume = CharField(max_length=64, default="")
        sent_at = Moment()
        seen_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "application"
            indexes = (
                (("graduate", "post"), True),
                (("graduate", "id"), False),
                (("employer", "status", "id"), False),
                (("post", "status", "id"), False),
            )

    db.create_tables([Application])

    class Complaint(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        post = ForeignKeyField(Post, on_delete="RESTRICT")
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        reason = CharField(max_length=16)
        text = TextField(default="")
        status = CharField(max_length=12, default="filed")
        answer = CharField(max_length=200, default="")
        answered_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "complaint"
            indexes = (
                (("graduate", "post"), True),
                (("status", "id"), False),
                (("unit", "status", "id"), False),
                (("province_id", "status", "id"), False),
            )

    db.create_tables([Complaint])

    class DegreeCheck(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        purpose = CharField(max_length=200, default="")
        status = CharField(max_length=12, default="asked")
        answered_at = Moment(null=True)
        expires_at = Moment(null=True)
        looks = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "degree_check"
            indexes = (
                (("employer", "graduate"), True),
                (("graduate", "status"), False),
                (("status", "expires_at"), False),
            )

    db.create_tables([DegreeCheck])

    class Digested(Model):
        staff = ForeignKeyField(Staff, unique=True, on_delete="CASCADE")
        digested_on = DateField(index=True, null=True)
        posts = TextField(null=True)
        is_off = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "digested"

    db.create_tables([Digested])

    class Dislike(Model):
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        post = ForeignKeyField(Post, on_delete="CASCADE")
        employer = ForeignKeyField(Employer, on_delete="CASCADE")
        reason = CharField(max_length=16, default="")
        created_at = Moment()

        class Meta:
            database = db
            table_name = "dislike"
            indexes = ((("graduate", "post"), True),)

    db.create_tables([Dislike])

    class Fair(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        status = CharField(max_length=12, default="draft")
        title = CharField(max_length=60)
        body = TextField(default="")
        campaign = CharField(max_length=40, default="")
        starts_on = DateField()
        ends_on = DateField()

        class Meta:
            database = db
            table_name = "fair"
            indexes = (
                (("status", "ends_on", "id"), False),
                (("unit", "id"), False),
                (("province_id", "id"), False),
            )

    db.create_tables([Fair])

    class FairPost(Model):
        fair = ForeignKeyField(Fair, on_delete="CASCADE")
        post = ForeignKeyField(Post, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "fair_post"
            indexes = ((("fair", "post"), True),)

    db.create_tables([FairPost])

    class Favourite(Model):
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        post = ForeignKeyField(Post, on_delete="CASCADE")
        created_at = Moment()

        class Meta:
            database = db
            table_name = "favourite"
            indexes = (
                (("graduate", "post"), True),
                (("graduate", "id"), False),
            )

    db.create_tables([Favourite])

    class Interview(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        application = ForeignKeyField(Application, on_delete="CASCADE")
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        status = CharField(max_length=12, default="offered")
        mode = CharField(max_length=8, default="onsite")
        at = Moment()
        place = CharField(max_length=200, default="")
        note = TextField(default="")
        answer_by = Moment()
        answered_at = Moment(null=True)
        reason = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "interview"
            indexes = (
                (("graduate", "at"), False),
                (("employer", "at"), False),
                (("status", "answer_by"), False),
            )

    db.create_tables([Interview])

    class PartnerDay(Model):
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        day = DateField()
        calls = IntegerField(default=0)
        refused = IntegerField(default=0)
        posts_in = IntegerField(default=0)
        posts_out = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "partner_day"
            indexes = ((("partner", "day"), True),)

    db.create_tables([PartnerDay])

    class PartnerNonce(Model):
        id = BigAutoField()
        partner = ForeignKeyField(Partner, on_delete="CASCADE")
        nonce = CharField(max_length=64)
        at = Moment(index=True)

        class Meta:
            database = db
            table_name = "partner_nonce"
            indexes = ((("partner", "nonce"), True),)

    db.create_tables([PartnerNonce])

    class PostChange(Model):
        id = BigAutoField()
        post = ForeignKeyField(Post, on_delete="CASCADE")
        verb = CharField(max_length=12)
        at = Moment(index=True)

        class Meta:
            database = db
            table_name = "post_change"

    db.create_tables([PostChange])

    class PostWord(Model):
        word = CharField(max_length=24)
        post = ForeignKeyField(Post, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "post_word"
            primary_key = CompositeKey("word", "post")

    db.create_tables([PostWord])

    class Pushed(Model):
        graduate = ForeignKeyField(Graduate, unique=True, on_delete="CASCADE")
        pushed_on = DateField(index=True, null=True)
        posts = TextField(null=True)
        count = IntegerField(default=0)
        is_off = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "pushed"

    db.create_tables([Pushed])

    class Recruiter(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        account = ForeignKeyField(Account, unique=True, on_delete="RESTRICT")
        employer = ForeignKeyField(Employer, on_delete="RESTRICT")
        position = CharField(max_length=40, default="")
        phone = BlobField(null=True)
        phone_index = CharField(null=True, max_length=24)
        ended_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "recruiter"

    db.create_tables([Recruiter])
