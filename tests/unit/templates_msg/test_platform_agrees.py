"""Whatever is put into a message: it cannot be made, or the platform's strict check takes it (no 47003)."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.template_ids import notice_ids, template_ids
from sandbox.api.field_rules import trouble_with, trouble_with_all
from sandbox.catalogue import Template as Form
from sandbox.catalogue import TemplateField, load_templates
from templates_msg.base import Template
from templates_msg.catalogue import CATALOGUE
from templates_msg.fields import KINDS, BadField, Span, fit

ROOT = Path(__file__).resolve().parents[3]
IDS = template_ids(ROOT / "config" / "template_ids.toml")
NOTICES = notice_ids(ROOT / "config" / "template_ids.toml")
FORMS = load_templates(ROOT / "sandbox" / "templates.toml")
MOST_TEMPLATES = 25  # the platform's limit for one account

ODD = st.sampled_from(
    ["", " ", "\u200b", "\u2028", "😀", "☎️", "…", "·", "¥5", "～", "٣٤", "𠮷", "\ud800", "12\n"]
)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=24)
TEXTS = st.one_of(
    st.text(max_size=45), CHINESE, st.text(st.sampled_from("Az09-+() ·王😀…"), max_size=24), ODD
)
MOMENTS = st.one_of(
    st.datetimes(timezones=st.one_of(st.none(), st.timezones())),
    st.sampled_from([dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=dt.UTC)]),
)
DAYS = st.one_of(st.dates(), MOMENTS)
NUMBERS = st.one_of(
    st.integers(), st.decimals(), st.floats(), st.booleans(), st.sampled_from([0, 10**31, -(10**40)])
)
ANYTHING = st.one_of(TEXTS, NUMBERS, DAYS, st.none(), st.builds(Span, DAYS, DAYS))
FOR_KIND: dict[str, st.SearchStrategy[Any]] = {
    "time": st.one_of(MOMENTS, st.builds(Span, MOMENTS, MOMENTS), ANYTHING),
    "date": st.one_of(DAYS, st.builds(Span, DAYS, DAYS), ANYTHING),
    "number": st.one_of(NUMBERS, ANYTHING),
    "amount": st.one_of(st.decimals(places=2, min_value=0, max_value=10**11), NUMBERS, ANYTHING),
}


def values_for(message: type[Template], slot: str) -> st.SearchStrategy[Any]:
    approved = message.approved().get(slot, ())
    likely = FOR_KIND.get(slot.rstrip("0123456789"), st.one_of(TEXTS, ANYTHING))
    return st.one_of(st.sampled_from(approved), likely) if approved else likely


def made(message: type[Template], data: st.DataObject) -> Template | None:
    """One with drawn values; None when it could not be made."""
    parts = [part for part in dataclasses.fields(message) if part.init]
    sample = message.sample()
    wild = {part.name for part in parts} & data.draw(st.sets(st.sampled_from([part.name for part in parts])))
    drawn = {
        part.name: data.draw(values_for(message, part.metadata["slot"]))
        if part.name in wild
        else getattr(sample, part.name)
        for part in parts
    }
    try:
        return message(**drawn)
    except BadField:
        return None


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(message=st.sampled_from(list(CATALOGUE.values())), data=st.data())
def test_what_can_be_made_can_be_sent(message: type[Template], data: st.DataObject) -> None:
    it = made(message, data)
    if it is None:
        return
    payload = {slot: {"value": text} for slot, text in it.payload().items()}
    assert trouble_with_all(FORMS[IDS[message.name]].fields, payload) == ""


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(kind=st.sampled_from(list(KINDS)), data=st.data())
def test_every_kind_of_field_fits_or_is_refused(kind: str, data: st.DataObject) -> None:
    value = data.draw(st.one_of(FOR_KIND.get(kind, TEXTS), ANYTHING))
    try:
        text = fit(f"{kind}1", value)
    except BadField:
        return
    assert trouble_with(TemplateField(key=f"{kind}1", label="x"), text) == ""


@pytest.mark.parametrize("message", CATALOGUE.values(), ids=lambda message: message.name)
def test_every_sample_can_be_sent(message: type[Template]) -> None:
    payload = {slot: {"value": text} for slot, text in message.sample().payload().items()}
    assert trouble_with_all(FORMS[IDS[message.name]].fields, payload) == ""


def test_the_account_may_have_that_many_templates() -> None:
    forms: dict[str, list[Form]] = {"template": [], "subscribe": []}
    for form in FORMS.values():
        forms[form.kind].append(form)
    assert len(set(IDS.values())) == len(forms["template"]) <= MOST_TEMPLATES
    assert len(set(NOTICES.values())) == len(forms["subscribe"]) <= MOST_TEMPLATES


def test_messages_that_share_a_form_fill_it_alike() -> None:
    for ids in (IDS, NOTICES):
        for one, other in ((a, b) for a in ids for b in ids if ids[a] == ids[b]):
            assert CATALOGUE[one].slots() == CATALOGUE[other].slots()
            assert CATALOGUE[one].title == CATALOGUE[other].title
