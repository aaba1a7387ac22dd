"""What people agree to: every text is there, and their digest says which wording it was."""

import dataclasses

from config.consents import consents


def test_each_consent_has_a_title_and_a_text() -> None:
    assert set(consents()) == {"signing", "release", "identity"}
    assert all(consent.title and len(consent.text) > 50 for consent in consents().values())


def test_another_wording_has_another_digest() -> None:
    consent = consents()["identity"]
    assert len(consent.digest) == 64
    assert dataclasses.replace(consent, text=consent.text + "。").digest != consent.digest
    assert len({one.digest for one in consents().values()}) == 3
