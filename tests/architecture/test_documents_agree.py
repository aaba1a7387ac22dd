"""What is written down twice says the same thing twice."""

import base64
import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from config.settings import Settings, load
from config.template_ids import notice_ids, template_ids
from domain.machines import MACHINES
from handlers.guards import GuardedView
from scheduler.ticks import TICKS
from services import code_files
from services.jobs import desk
from templates_msg.base import Template
from templates_msg.catalogue import CATALOGUE
from tests.architecture import diagrams
from tests.architecture.source import FLOORS, ROOT

EXAMPLE = ROOT / ".env.example"
PRODUCTION = ROOT / "docs" / "production.md"
# What an installation must fill in.
NEEDED = {
    "WXB_SECRET_KEY": "a secret of the tests, long enough for anybody",
    "WXB_WECHAT_APP_ID": "wx0000000000000001",
    "WXB_WECHAT_APP_SECRET": "app-secret",
    "WXB_WECHAT_TOKEN": "callbacktoken",
    "WXB_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


def example() -> dict[str, str]:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# -- settings ----------------------------------------------------------------------------------------------


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(example()) == {f"WXB_{name}".upper() for name in Settings.model_fields}


def test_every_name_in_the_examples_comments_is_a_setting() -> None:
    named = set(re.findall(r"WXB_[A-Z0-9_]+", EXAMPLE.read_text("utf-8")))
    known = set(example())
    assert {name for name in named if name.removesuffix("_FILE") not in known} == set()


def test_the_examples_values_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The example filled in where it must be means the same as those few settings alone."""
    monkeypatch.chdir(tmp_path)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    bare = load()
    lines = [f"{name}={value}" for name, value in example().items()]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    assert load() == bare


def test_what_must_be_filled_in_is_left_empty() -> None:
    assert {name: example()[name] for name in NEEDED} == dict.fromkeys(NEEDED, "")


# -- machines ----------------------------------------------------------------------------------------------


def test_the_machines_are_drawn_as_they_are() -> None:
    """Renew with: python -m tests.architecture.diagrams"""
    assert diagrams.PAGE.read_text("utf-8") == diagrams.page()


def test_every_machine_status_and_verb_is_in_the_drawing() -> None:
    page = diagrams.PAGE.read_text("utf-8")
    for machine in MACHINES:
        assert f"## {machine.name}\n" in page
        assert all(status in page for status in machine.statuses)
        assert all(f": {verb} (" in page for verb in machine.verbs)


def test_the_architecture_leads_to_the_drawing_and_names_every_floor() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert "machines.md" in page
    assert [floor for floor in FLOORS if f"{floor}/" not in page] == []


def test_what_the_architecture_points_at_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    paths = set(re.findall(r"\b(?:[a-z_]+/)+[a-z_]+\.(?:py|toml|md)\b", page))
    assert paths
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


# -- template messages -------------------------------------------------------------------------------------


def test_every_message_has_an_id_and_every_id_a_message() -> None:
    assert set(template_ids(ROOT / "config" / "template_ids.toml")) == set(CATALOGUE)


@pytest.mark.parametrize("message", CATALOGUE.values(), ids=lambda message: message.name)
def test_the_sandboxs_account_has_the_same_template(message: type[Template]) -> None:
    rows = tomllib.loads((ROOT / "sandbox" / "templates.toml").read_text("utf-8"))["template"]
    ours = template_ids(ROOT / "config" / "template_ids.toml")[message.name]
    theirs = {row["id"]: row for row in rows}[ours]
    assert theirs["title"] == message.title
    assert {field["key"]: field["label"] for field in theirs["fields"]} == message.slots()
    values = {field["key"]: field["values"] for field in theirs["fields"] if "values" in field}
    assert values.keys() == message.approved().keys()
    assert all(set(message.approved()[slot]) <= set(values[slot]) for slot in values)


@pytest.mark.parametrize("name", sorted(notice_ids(ROOT / "config" / "template_ids.toml")))
def test_the_sandboxs_account_has_the_same_notice(name: str) -> None:
    rows = tomllib.loads((ROOT / "sandbox" / "templates.toml").read_text("utf-8"))["template"]
    theirs = {row["id"]: row for row in rows}[notice_ids(ROOT / "config" / "template_ids.toml")[name]]
    message = CATALOGUE[name]
    assert (theirs["kind"], theirs["title"]) == ("subscribe", message.title)
    assert {field["key"]: field["label"] for field in theirs["fields"]} == message.slots()
    values = {field["key"]: set(field["values"]) for field in theirs["fields"] if "values" in field}
    assert all(set(approved) <= values[slot] for slot, approved in message.approved().items())


# -- text messages -----------------------------------------------------------------------------------------


def test_every_text_message_has_its_vendors_template_number_in_the_settings() -> None:
    texts = tomllib.loads((ROOT / "config" / "sms.toml").read_text("utf-8"))
    assert {f"sms_template_{name}" for name in texts} == {
        name for name in Settings.model_fields if name.startswith("sms_template_")
    }


# -- the proxy in front ------------------------------------------------------------------------------------


def test_the_proxy_lets_through_what_the_console_takes_in() -> None:
    allowed = re.search(
        r"location /console/ \{\s+client_max_body_size (\d+)m;", PRODUCTION.read_text("utf-8")
    )
    assert allowed is not None
    assert int(allowed[1]) * 2**20 > max(desk.MOST_BYTES, code_files.MOST_BYTES)


def test_the_proxy_lets_through_what_every_other_page_takes_in(app: Flask) -> None:
    """Everywhere but under /console/ and /open/ holds what stands at the head of the server's block."""
    head = PRODUCTION.read_text("utf-8").partition("server {")[2].partition("location ")[0]
    allowed = re.search(r"client_max_body_size (\d+)m;", head)
    assert allowed is not None
    views = {rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    most = {
        rule: view.most_bytes
        for rule, view in views.items()
        if isinstance(view, GuardedView) and not rule.startswith("/console/")
    }
    assert 0 < max(most.values()) < int(allowed[1]) * 2**20


def test_the_proxy_logs_no_signing_code() -> None:
    block = PRODUCTION.read_text("utf-8").partition("```nginx")[2].partition("```")[0]
    hidden = re.search(r'map \$uri \$shown_uri \{\s+default \$uri;\s+"~(\S+)" /s/;\s+\}', block)
    assert hidden is not None
    token = base64.urlsafe_b64encode(bytes(range(240, 256))).decode().rstrip("=")
    assert re.search(hidden[1], f"/s/{token}")
    assert not [path for path in (f"/s/d/{token}", "/s/back") if re.search(hidden[1], path)]


def test_the_proxy_logs_neither_what_was_searched_for_nor_where_one_came_from() -> None:
    block = PRODUCTION.read_text("utf-8").partition("```nginx")[2].partition("```")[0]
    logged = re.search(r"log_format (\w+) ([^;]+);", block)
    assert logged is not None
    assert re.search(rf"access_log \S+ {logged[1]};", block)
    said = set(re.findall(r"\$\w+", logged[2]))
    assert "$shown_uri" in said
    assert "$uri" not in said
    telling = {"$request", "$request_uri", "$args", "$query_string", "$is_args"}
    assert not {name for name in said if name in telling or name.startswith(("$http_", "$arg_", "$cookie_"))}


# -- the clock ---------------------------------------------------------------------------------------------


def test_a_tick_is_one_public_service_call() -> None:
    for tick in TICKS:
        assert tick.sweep.__module__.startswith("services.")
        assert not tick.sweep.__name__.startswith("_")
