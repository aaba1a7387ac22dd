"""A message keeps the text that it becomes where it arrives nowhere, until it has arrived."""

from peewee import BlobField


def up(migrator, db):
    migrator.migrate(migrator.add_column("message", "instead", BlobField(null=True)))
