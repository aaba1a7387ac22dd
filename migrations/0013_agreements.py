"""Agreements, their papers and events, releases, and what provinces and schools set for them."""

from peewee import (
    BigAutoField,
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
    class Employer(Model):
        class Meta:
            database = db
            table_name = "employer"

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

    class SigningTicket(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE", index=False)
        status = CharField(max_length=12, default="live")
        token_digest = CharField(unique=True, max_length=64)
        live_key = CharField(unique=True, null=True, max_length=40)
        expires_at = Moment()
        opened = IntegerField(default=0)
        told_on = DateField(null=True)
        told = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "signing_ticket"
            indexes = (
                (("graduate", "id"), False),
                (("status", "expires_at", "id"), False),
            )

    db.create_tables([SigningTicket])

    class Agreement(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        graduate = ForeignKeyField(Graduate, on_delete="RESTRICT", index=False)
        year = IntegerField()
        province_id = IntegerField(null=True)
        school_id = IntegerField()
        college_id = IntegerField()
        kind = CharField(max_length=12)
        status = CharField(max_length=16, default="draft")
        mode = CharField(max_length=8, default="")
        ticket = ForeignKeyField(SigningTicket, null=True, on_delete="RESTRICT")
        employer = ForeignKeyField(Employer, null=True, on_delete="RESTRICT", index=False)
        unit_name = CharField(max_length=100, default="")
        credit_code = CharField(index=True, max_length=18, default="")
        number = CharField(unique=True, null=True, max_length=40)
        verify_code = CharField(unique=True, null=True, max_length=24)
        terms = BlobField(null=True)
        terms_version = IntegerField(default=0)
        terms_digest = CharField(max_length=64, default="")
        signer_name = BlobField(null=True)
        signer_position = CharField(max_length=40, default="")
        signer_phone = BlobField(null=True)
        signer_phone_index = CharField(index=True, null=True, max_length=24)
        signer_openid = CharField(null=True, max_length=64)
        signer_account_id = IntegerField(null=True)
        reason = CharField(max_length=200, default="")
        faults = TextField(null=True)
        fix_side = CharField(max_length=12, default="")
        offered_at = Moment(null=True)
        accepted_at = Moment(null=True)
        passed_at = Moment(null=True)
        effective_at = Moment(null=True)
        effective_on = DateField(null=True)
        ended_at = Moment(null=True)
        due_at = Moment(null=True)
        reminders = IntegerField(default=0)
        first_reviewer_id = IntegerField(null=True)
        school_reviewer_id = IntegerField(null=True)
        criteria = TextField(null=True)
        void_asked_by = IntegerField(null=True)
        void_reason = CharField(max_length=200, default="")
        error_note = CharField(max_length=200, default="")
        draft_key = CharField(unique=True, null=True, max_length=120)
        offer_key = CharField(unique=True, null=True, max_length=60)
        live_key = CharField(unique=True, null=True, max_length=40)
        head_seq = IntegerField(default=0)
        head_hash = CharField(max_length=64, default="")

        class Meta:
            database = db
            table_name = "agreement"
            indexes = (
                (("graduate", "id"), False),
                (("status", "due_at", "id"), False),
                (("college_id", "status", "id"), False),
                (("school_id", "status", "id"), False),
                (("province_id", "status", "id"), False),
                (("college_id", "id"), False),
                (("school_id", "id"), False),
                (("province_id", "id"), False),
                (("status", "id"), False),
                (("employer", "status", "id"), False),
            )

    db.create_tables([Agreement])

    class AgreementEvent(Model):
        id = BigAutoField()
        agreement = ForeignKeyField(Agreement, on_delete="RESTRICT", index=False)
        seq = IntegerField()
        kind = CharField(max_length=32)
        at = Moment(index=True)
        body = BlobField()
        before = CharField(max_length=64)
        hash = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "agreement_event"
            indexes = ((("agreement", "seq"), True),)

    db.create_tables([AgreementEvent])

    class Release(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        agreement = ForeignKeyField(Agreement, on_delete="RESTRICT", index=False)
        graduate = ForeignKeyField(Graduate, on_delete="RESTRICT")
        province_id = IntegerField(null=True)
        school_id = IntegerField()
        college_id = IntegerField()
        status = CharField(max_length=16, default="opened")
        is_online = BooleanField(default=True)
        asked_by = CharField(max_length=12)
        reason = CharField(max_length=300)
        answer = CharField(max_length=200, default="")
        is_new_signer = BooleanField(default=False)
        signer_name = BlobField(null=True)
        signer_phone = BlobField(null=True)
        signer_phone_index = CharField(null=True, max_length=24)
        signer_openid = CharField(null=True, max_length=64)
        uploader_id = IntegerField(null=True)
        first_reviewer_id = IntegerField(null=True)
        school_reviewer_id = IntegerField(null=True)
        asked_at = Moment(null=True)
        agreed_at = Moment(null=True)
        passed_at = Moment(null=True)
        due_at = Moment(null=True)
        reminders = IntegerField(default=0)
        open_key = CharField(unique=True, null=True, max_length=40)

        class Meta:
            database = db
            table_name = "release"
            indexes = (
                (("agreement", "id"), False),
                (("status", "due_at", "id"), False),
                (("college_id", "status", "id"), False),
                (("school_id", "status", "id"), False),
                (("province_id", "status", "id"), False),
                (("college_id", "id"), False),
                (("school_id", "id"), False),
                (("province_id", "id"), False),
            )

    db.create_tables([Release])

    class AgreementFile(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        agreement = ForeignKeyField(Agreement, on_delete="RESTRICT", index=False)
        release = ForeignKeyField(Release, null=True, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        part = IntegerField(default=1)
        side = CharField(max_length=12)
        file = CharField(max_length=64)
        media_type = CharField(max_length=40)
        digest = CharField(max_length=64)
        size = IntegerField()
        replaced_at = Moment(null=True)
        shredded_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "agreement_file"
            indexes = (
                (("agreement", "kind", "id"), False),
                (("file",), False),
            )

    db.create_tables([AgreementFile])

    class ChainHeads(Model):
        day = DateField(unique=True)
        chains = IntegerField()
        digest = CharField(max_length=64)
        file = CharField(max_length=64, default="")
        made_at = Moment()

        class Meta:
            database = db
            table_name = "chain_heads"

    db.create_tables([ChainHeads])

    class NumberSerial(Model):
        school = ForeignKeyField(OrgUnit, on_delete="RESTRICT", index=False)
        year = IntegerField()
        last = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "number_serial"
            indexes = ((("school", "year"), True),)

    db.create_tables([NumberSerial])

    class SchoolSigning(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        unit = ForeignKeyField(OrgUnit, unique=True, on_delete="RESTRICT")
        stamp = CharField(max_length=64, default="")
        stamp_signer = CharField(max_length=40, default="")
        backlog_done_at = Moment(null=True)
        opened_at = Moment(null=True)
        opened_by = ForeignKeyField(Staff, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "school_signing"

    db.create_tables([SchoolSigning])

    class SealedPaper(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        agreement = ForeignKeyField(Agreement, on_delete="RESTRICT")
        release = ForeignKeyField(Release, null=True, on_delete="RESTRICT")
        kind = CharField(max_length=12)
        key = CharField(unique=True, max_length=40)
        file = CharField(index=True, max_length=64)
        digest = CharField(index=True, max_length=64)
        size = IntegerField()
        sealed_at = Moment()

        class Meta:
            database = db
            table_name = "sealed_paper"

    db.create_tables([SealedPaper])

    class SigningRules(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        unit = ForeignKeyField(OrgUnit, unique=True, on_delete="RESTRICT")
        mode = CharField(max_length=8)
        offer_days = IntegerField(default=7)
        effective_by = CharField(max_length=12, default="school")
        may_withdraw = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "signing_rules"

    db.create_tables([SigningRules])
