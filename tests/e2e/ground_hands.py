"""Takes the ground back to where its province has not decided anything about 网上签约 yet, in a process of its own."""

from config.settings import load
from models.db import connected, transaction
from models.signing_rules import SchoolSigning, SigningRules
from wx_backend.context import build_context


@transaction
def undecided() -> None:
    """No rules, and no school that has opened."""
    SchoolSigning.delete().execute()
    SigningRules.delete().execute()


def main() -> None:
    """As the test's platform is set up."""
    build_context(load())
    with connected():
        undecided()


if __name__ == "__main__":
    main()
