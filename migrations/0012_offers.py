"""How often posts are offered in a day's messages."""

from peewee import DateField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    class Post(Model):
        class Meta:
            database = db
            table_name = "post"

    class Offered(Model):
        post = ForeignKeyField(Post, unique=True, on_delete="CASCADE")
        day = DateField()
        count = IntegerField()

        class Meta:
            database = db
            table_name = "offered"

    db.create_tables([Offered])
