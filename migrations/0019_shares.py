"""Files of agreements open with a share that their row keeps, and that shredding forgets."""

from peewee import BlobField


def up(migrator, db):
    migrator.migrate(migrator.add_column("agreement_file", "share", BlobField(null=True)))
