"""Settings: everything wrong is told at once, by name and never by value; secrets may come from files."""

from pathlib import Path

import pytest

from config.settings import BadSettings, Settings, load

GOOD = {
    "WXB_SECRET_KEY": "a secret of the tests, long enough for anybody",
    "WXB_WECHAT_APP_ID": "wx0000000000000001",
    "WXB_WECHAT_APP_SECRET": "app-secret",
    "WXB_WECHAT_TOKEN": "callbacktoken",
    "WXB_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without .env and an environment without our names, but for what is needed."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def problems_of(monkeypatch: pytest.MonkeyPatch, **values: str | None) -> list[str]:
    """What load complains of with these environment values; None takes one away."""
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as bad:
        load()
    return bad.value.problems


def names(problems: list[str]) -> set[str]:
    return {problem.partition(":")[0] for problem in problems}


def test_the_five_that_must_be_given_suffice() -> None:
    settings = load()
    assert settings.wechat_mode == "safe"
    assert settings.url("/h5/") == "http://127.0.0.1:8000/h5/"
    assert not settings.is_https


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    problems = problems_of(
        monkeypatch,
        WXB_SECRET_KEY="hunter2-too-short",
        WXB_WECHAT_APP_ID=None,
        WXB_WECHAT_TOKEN="hunter2-a-token-that-is-far-too-long-to-be-one",
        WXB_WECHAT_AES_KEY="hunter2",
        WXB_DATABASE_URL="postgres://me:hunter2@db/app",
        WXB_REDIS_URL="http://hunter2",
        WXB_BIND="hunter2",
        WXB_PUBLIC_URL="ftp://hunter2",
        WXB_SESSION_DAYS="hunter2",
        WXB_LOG_LEVEL="hunter2",
        WXB_MINI_APP_SECRET_FILE=str(tmp_path / "nowhere"),
    )
    assert names(problems) == {
        "WXB_SECRET_KEY",
        "WXB_WECHAT_APP_ID",
        "WXB_WECHAT_TOKEN",
        "WXB_WECHAT_AES_KEY",
        "WXB_DATABASE_URL",
        "WXB_REDIS_URL",
        "WXB_BIND",
        "WXB_PUBLIC_URL",
        "WXB_SESSION_DAYS",
        "WXB_LOG_LEVEL",
        "WXB_MINI_APP_SECRET",
    }
    assert "hunter2" not in "\n".join(problems)


def test_a_bad_settings_error_shows_no_value_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXB_SECRET_KEY", "hunter2")
    with pytest.raises(BadSettings) as bad:
        load()
    assert "hunter2" not in repr(bad.value) + str(bad.value)
    assert bad.value.__cause__ is None
    assert bad.value.__suppress_context__


@pytest.mark.parametrize(
    "name", ["WXB_WECHAT_APP_ID", "WXB_WECHAT_APP_SECRET", "WXB_WECHAT_TOKEN", "WXB_SECRET_KEY"]
)
def test_an_example_left_empty_is_a_problem(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert names(problems_of(monkeypatch, **{name: ""})) == {name}


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(load()) + str(load())
    for value in (GOOD["WXB_SECRET_KEY"], GOOD["WXB_WECHAT_APP_SECRET"], GOOD["WXB_WECHAT_AES_KEY"]):
        assert value not in shown


@pytest.mark.parametrize("mode", ["safe", "compatible"])
@pytest.mark.parametrize("key", ["", "short", "#" * 43, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"])
def test_envelopes_need_a_real_key(monkeypatch: pytest.MonkeyPatch, mode: str, key: str) -> None:
    assert names(problems_of(monkeypatch, WXB_WECHAT_MODE=mode, WXB_WECHAT_AES_KEY=key)) == {
        "WXB_WECHAT_AES_KEY"
    }


def test_plain_mode_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXB_WECHAT_MODE", "plain")
    monkeypatch.delenv("WXB_WECHAT_AES_KEY")
    assert load().wechat_mode == "plain"


def test_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a secret in a file, long enough too\n", "utf-8")
    monkeypatch.setenv("WXB_SECRET_KEY_FILE", str(file))
    assert load().secret_key.get_secret_value() == "a secret in a file, long enough too"


def test_a_secret_file_named_in_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WXB_SECRET_KEY")
    (tmp_path / "key").write_text("a secret in a file, long enough too\r\n", "utf-8")
    (tmp_path / ".env").write_text(f"WXB_SECRET_KEY_FILE={tmp_path / 'key'}\nWXB_SESSION_DAYS=3\n", "utf-8")
    settings = load()
    assert settings.secret_key.get_secret_value() == "a secret in a file, long enough too"
    assert settings.session_days == 3


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WXB_SESSION_DAYS=3\n", "utf-8")
    monkeypatch.setenv("WXB_SESSION_DAYS", "5")
    assert load().session_days == 5


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    problems = problems_of(
        monkeypatch,
        WXB_SECRET_KEY_FILE=str(tmp_path / "nowhere"),
        WXB_WECHAT_APP_SECRET_FILE=str(tmp_path / "binary"),
        WXB_WECHAT_TOKEN="x",
    )
    assert names(problems) == {"WXB_SECRET_KEY", "WXB_WECHAT_APP_SECRET", "WXB_WECHAT_TOKEN"}
    assert f"WXB_SECRET_KEY: cannot read {tmp_path / 'nowhere'}: No such file or directory" in problems
    assert f"WXB_WECHAT_APP_SECRET: cannot read {tmp_path / 'binary'}: it is not text" in problems


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXB_EXTRA_HOSTS", " a.internal, b.internal ,")
    monkeypatch.setenv("WXB_SECRET_KEYS_PREVIOUS", "one,two")
    settings = load()
    assert settings.extra_hosts == ("a.internal", "b.internal")
    assert [key.get_secret_value() for key in settings.secret_keys_previous] == ["one", "two"]


def test_addresses_lose_their_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXB_PUBLIC_URL", "https://jy.example.edu.cn/")
    settings = load()
    assert settings.url("/s/x") == "https://jy.example.edu.cn/s/x"
    assert settings.is_https


@pytest.mark.parametrize("bind", ["127.0.0.1:8000", "0.0.0.0:80", "[::1]:8000", "127.0.0.1:0"])
def test_addresses_to_listen_on(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("WXB_BIND", bind)
    assert load().bind == bind


@pytest.mark.parametrize(
    "bind", ["8000", ":8000", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1"]
)
def test_nowhere_to_listen(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    assert names(problems_of(monkeypatch, WXB_BIND=bind)) == {"WXB_BIND"}


def test_settings_cannot_be_changed_afterwards() -> None:
    settings: Settings = load()
    with pytest.raises(ValueError, match="frozen"):
        settings.session_days = 1
