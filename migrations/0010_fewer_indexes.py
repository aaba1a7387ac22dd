"""A graduate's units lose the indexes of their own: longer ones begin with them, and each costs every import."""


def up(migrator, db):
    for column in ("province_id", "school_id", "college_id"):
        migrator.migrate(migrator.drop_index("graduate", f"graduate_{column}"))
