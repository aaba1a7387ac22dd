"""A release names the graduate as of when it was asked for."""

from peewee import BlobField


def up(migrator, db):
    migrator.migrate(migrator.add_column("release", "facts", BlobField(null=True)))
