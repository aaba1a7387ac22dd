"""The tables of people, bindings, callbacks and messages. A frozen copy: the models may move on."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
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


def up(_migrator, db):
    class Account(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        directory = CharField(max_length=120, default="builtin")
        subject = CharField()
        name = CharField(max_length=40)
        phone = BlobField(null=True)
        phone_index = CharField(null=True, max_length=24)
        password_hash = CharField(max_length=160, default="")
        must_change_password = BooleanField(default=False)
        disabled_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "account"
            indexes = (
                (("directory", "subject"), True),
                (("directory", "phone_index"), True),
            )

    db.create_tables([Account])

    class Binding(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        app_id = CharField(max_length=32)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        openid = CharField(null=True, max_length=64)
        status = CharField(max_length=16, default="unbound")
        bound_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "binding"
            indexes = (
                (("app_id", "account"), True),
                (("app_id", "openid"), True),
            )

    db.create_tables([Binding])

    class CallbackEvent(Model):
        id = BigAutoField()
        fingerprint = CharField(unique=True, max_length=32)
        kind = CharField(max_length=64)
        card = CharField(max_length=64, default="")
        created_at = Moment(index=True)

        class Meta:
            database = db
            table_name = "callback_event"

    db.create_tables([CallbackEvent])

    class CallbackLog(Model):
        id = BigAutoField()
        fingerprint = CharField(unique=True, max_length=32)
        kind = CharField(max_length=64)
        key = CharField(max_length=128, default="")
        person = CharField(max_length=16, default="")
        card = CharField(max_length=64, default="")
        happened_at = Moment(index=True)

        class Meta:
            database = db
            table_name = "callback_log"

    db.create_tables([CallbackLog])

    class DeliveryReceipt(Model):
        id = BigAutoField()
        fingerprint = CharField(unique=True, max_length=32)
        msgid = BigIntegerField(index=True)
        status = CharField(max_length=64)
        happened_at = Moment(index=True)
        settled_at = Moment(index=True, null=True)

        class Meta:
            database = db
            table_name = "delivery_receipt"

    db.create_tables([DeliveryReceipt])

    class Departure(Model):
        app_id = CharField(max_length=32)
        openid_index = CharField(max_length=24)
        left_at = Moment()

        class Meta:
            database = db
            table_name = "departure"
            indexes = ((("app_id", "openid_index"), True),)

    db.create_tables([Departure])

    class Follower(Model):
        app_id = CharField(max_length=32)
        openid = CharField(max_length=64)
        unionid = CharField(null=True, max_length=64)
        followed_at = Moment()
        came_by = CharField(max_length=64, default="")
        is_unreachable = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "follower"
            indexes = ((("app_id", "openid"), True),)

    db.create_tables([Follower])

    class OrgUnit(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        level = CharField(max_length=12)
        name = CharField(max_length=100)
        parent = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        path = CharField(index=True, max_length=200, default="")

        class Meta:
            database = db
            table_name = "org_unit"
            indexes = ((("parent", "name"), True),)

    db.create_tables([OrgUnit])

    class Graduate(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        year = IntegerField()
        school = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        college = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        class_name = CharField(max_length=60, default="")
        name = CharField(max_length=40)
        student_number = CharField(index=True, max_length=32)
        identity_number = BlobField()
        identity_index = CharField(index=True, max_length=24)
        phone = BlobField(null=True)
        phone_index = CharField(null=True, max_length=24)
        education = CharField(max_length=2)
        major_code = CharField(max_length=12, default="")
        major_name = CharField(max_length=60, default="")
        account = ForeignKeyField(Account, unique=True, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "graduate"
            indexes = ((("college", "year", "education"), False),)

    db.create_tables([Graduate])

    class HelpQuestion(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        fingerprint = CharField(unique=True, max_length=32)
        app_id = CharField(max_length=32)
        openid = CharField(index=True, null=True, max_length=64)
        text = BlobField()
        asked_at = Moment(index=True)
        answered_at = Moment(index=True, null=True)

        class Meta:
            database = db
            table_name = "help_question"

    db.create_tables([HelpQuestion])

    class Intention(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        graduate = ForeignKeyField(Graduate, unique=True, on_delete="CASCADE")
        direction = CharField(max_length=16)
        work_type = CharField(max_length=16, default="")
        places = TextField(null=True)
        industries = TextField(null=True)
        pay_floor = IntegerField(default=0)
        remark = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "intention"

    db.create_tables([Intention])

    class Journal(Model):
        id = BigAutoField()
        at = Moment()
        actor = CharField(index=True, max_length=24)
        role = CharField(max_length=12)
        verb = CharField(max_length=32)
        kind = CharField(max_length=32)
        record = CharField(max_length=24)
        status_before = CharField(max_length=24, default="")
        status_after = CharField(max_length=24, default="")
        note = TextField(null=True)
        request_id = CharField(max_length=40, default="")

        class Meta:
            database = db
            table_name = "journal"
            indexes = ((("kind", "record"), False),)

    db.create_tables([Journal])

    class Staff(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        account = ForeignKeyField(Account, on_delete="RESTRICT")
        level = CharField(max_length=12)
        unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        office = CharField(max_length=60, default="")
        ended_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "staff"
            indexes = ((("account", "level", "unit"), True),)

    db.create_tables([Staff])

    class Link(Model):
        code = CharField(unique=True, max_length=24)
        version = IntegerField(default=0)
        created_at = Moment()
        updated_at = Moment()
        graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
        staff = ForeignKeyField(Staff, on_delete="CASCADE")
        status = CharField(max_length=16, default="unlinked")
        reason = CharField(max_length=100, default="")
        linked_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "link"
            indexes = (
                (("graduate", "staff"), True),
                (("staff", "status", "linked_at"), False),
            )

    db.create_tables([Link])

    class LoginSession(Model):
        token_digest = CharField(unique=True, max_length=64)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        door = CharField(max_length=12)
        app_id = CharField(max_length=32, default="")
        openid = CharField(index=True, null=True, max_length=64)
        created_at = Moment()
        expires_at = Moment(index=True)
        ended_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "login_session"

    db.create_tables([LoginSession])

    class Message(Model):
        id = BigAutoField()
        code = CharField(unique=True, max_length=24)
        key = CharField(unique=True, max_length=120)
        channel = CharField(max_length=12)
        template = CharField(max_length=40)
        openid = CharField(index=True, null=True, max_length=64)
        phone = BlobField(null=True)
        payload = BlobField()
        link = CharField(max_length=300, default="")
        status = CharField(max_length=12, default="queued")
        due_at = Moment()
        useless_at = Moment(null=True)
        claim = CharField(index=True, max_length=24, default="")
        lease_until = Moment(null=True)
        tries = IntegerField(default=0)
        msgid = BigIntegerField(index=True, default=0)
        errcode = IntegerField(default=0)
        created_at = Moment()
        doubtful_since = Moment(null=True)
        settled_at = Moment(index=True, null=True)

        class Meta:
            database = db
            table_name = "message"
            indexes = ((("status", "due_at"), False),)

    db.create_tables([Message])

    class OneTimeCode(Model):
        phone_index = CharField(max_length=24)
        purpose = CharField(max_length=16)
        minute = IntegerField()
        digest = CharField(max_length=64)
        address = CharField(max_length=16, default="")
        tries_left = IntegerField(default=5)
        created_at = Moment()
        expires_at = Moment()
        used_at = Moment(null=True)

        class Meta:
            database = db
            table_name = "one_time_code"
            indexes = (
                (("phone_index", "purpose", "minute"), True),
                (("phone_index", "created_at"), False),
                (("address", "created_at"), False),
                (("created_at",), False),
            )

    db.create_tables([OneTimeCode])

    class Responsibility(Model):
        staff = ForeignKeyField(Staff, on_delete="CASCADE")
        year = IntegerField()
        college = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
        education = CharField(max_length=2)
        class_name = CharField(max_length=60, default="")

        class Meta:
            database = db
            table_name = "responsibility"
            indexes = (
                (("staff", "year", "college", "education", "class_name"), True),
                (("college", "year", "education"), False),
            )

    db.create_tables([Responsibility])

    class Scene(Model):
        word = CharField(unique=True, max_length=24)
        purpose = CharField(max_length=16)
        staff = ForeignKeyField(Staff, null=True, on_delete="CASCADE")
        ticket_url = CharField(max_length=256, default="")
        created_at = Moment()
        expires_at = Moment(index=True)

        class Meta:
            database = db
            table_name = "scene"

    db.create_tables([Scene])
