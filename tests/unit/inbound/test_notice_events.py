"""Answers about subscription notices, in whichever of its forms the platform writes them."""

from pathlib import Path

import pytest

from wechat import body
from wechat.notices import MOST, answers

RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "wechat"
ONE, TWO = "hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2vzyvQu7O68", "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("subscribe_msg_popup_event.xml", [(ONE, "accept"), (TWO, "reject")]),
        ("subscribe_msg_popup_event.json", [(ONE, "accept")]),
        ("subscribe_msg_popup_event__two.json", [("a", "reject"), ("b", "accept")]),
        ("subscribe_msg_change_event.xml", [(TWO, "reject")]),
        ("subscribe_msg_sent_event.xml", [(TWO, "success")]),
        ("view.xml", []),
    ],
)
def test_lists_of_events(name: str, found: list[tuple[str, str]]) -> None:
    fields, _form = body.read((RECORDED / name).read_bytes())
    assert answers(fields) == found


@pytest.mark.parametrize("template_id", ["", "x" * 65, "模板", "a\x1fb", "a\nb"])
def test_what_is_no_template_id_is_left_out(template_id: str) -> None:
    assert answers({"List.TemplateId": template_id, "List.SubscribeStatusString": "accept"}) == []


def test_an_entry_without_a_usable_answer_has_none() -> None:
    assert answers({"List.TemplateId": "a"}) == [("a", "")]
    assert answers({"List.TemplateId": "a", "List.SubscribeStatusString": "\x1f"}) == [("a", "")]


def test_a_list_without_end_is_cut() -> None:
    assert len(answers({f"List[{n}].TemplateId": "a" for n in range(1000)})) == MOST
