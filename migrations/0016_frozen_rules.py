"""An agreement keeps the rules it was signed under and the day on its paper, a release the text that is signed.

What was frozen before has neither: its text says when it takes effect, and whether it may be taken back is asked of the
province as before.
"""

from peewee import BlobField, BooleanField, CharField, DateField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("agreement", "effective_by", CharField(max_length=12, default="")),
        migrator.add_column("agreement", "may_withdraw", BooleanField(null=True)),
        migrator.add_column("agreement", "signed_on", DateField(null=True)),
        migrator.add_column("release", "text", BlobField(null=True)),
        migrator.add_column("release", "text_digest", CharField(max_length=64, default="")),
    )
