"""In the demo a school has opened 网上签约 from the first minute, where a seal is set up."""

import dataclasses

import pytest

from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services.agreements import rules
from services.context import Context
from services.seals import Seals
from tests import seals
from wx_backend.seed import seed_demo

pytestmark = pytest.mark.slow


def test_a_school_of_the_demo_is_open(ctx: Context) -> None:
    sealed = dataclasses.replace(ctx, seals=seals.seals())
    seed_demo(sealed)
    before = [(row.version, row.opened_at) for row in SchoolSigning.select()]
    seed_demo(sealed)
    assert [(row.version, row.opened_at) for row in SchoolSigning.select()] == before
    assert SigningRules.get().mode == "two"
    schools = OrgUnit.select().where(OrgUnit.level == "school")
    assert {school.number for school in schools if rules.is_open(school.id)} == {"4134019901"}


def test_without_a_seal_no_school_opens(ctx: Context) -> None:
    seed_demo(dataclasses.replace(ctx, seals=Seals()))
    assert SchoolSigning.select().where(SchoolSigning.opened_at.is_null(False)).count() == 0
    assert SigningRules.select().count() == 1
