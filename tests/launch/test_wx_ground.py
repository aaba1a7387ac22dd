"""Lock files, ports, the demo's settings, and the two data servers."""

import base64
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launch import demo_settings, mariadb, valkey
from launch.layout import ROOT
from launch.locks import alone
from launch.ports import HIGHEST, LOWEST, Address, answers, busy, free_port, parse
from launch.processes import Supervisor
from launch.register import born
from launch.say import Trouble, seconds, tail

pytestmark = pytest.mark.slow

HOLD = (
    "import sys, pathlib; from launch.locks import alone\n"
    "with alone(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)
KNOCK = (
    "import sys, pathlib; from launch.locks import alone\n"
    "with alone(pathlib.Path(sys.argv[1])): print('mine', flush=True)"
)


def python(code: str, *words: str | Path) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", code, *words]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_the_second_to_come_is_refused_with_the_holders_number(tmp_path: Path) -> None:
    with python(HOLD, tmp_path / "lock") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(Trouble, match=f"already running, process {holder.pid}"),
            alone(tmp_path / "lock", refusal="already running, process {pid}"),
        ):
            pass
        holder.kill()
    with alone(tmp_path / "lock", refusal="a killed holder holds nothing"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_the_second_to_come_waits_and_says_for_whom(tmp_path: Path) -> None:
    with python(HOLD, tmp_path / "lock") as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with python(KNOCK, tmp_path / "lock") as second:
            assert second.stdout is not None
            assert f"process {holder.pid}" in second.stdout.readline()
            holder.stdin.close()
            assert second.stdout.readline() == "mine\n"


@pytest.mark.parametrize(
    ("text", "address", "url"),
    [
        ("8000", Address("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        ("0.0.0.0:80", Address("0.0.0.0", 80), "http://127.0.0.1:80"),
        ("[::1]:8000", Address("::1", 8000), "http://[::1]:8000"),
        ("[::]:8000", Address("::", 8000), "http://[::1]:8000"),
        ("box.lan:8000", Address("box.lan", 8000), "http://box.lan:8000"),
    ],
)
def test_addresses(text: str, address: Address, url: str) -> None:
    assert parse(text) == address
    assert address.url == url
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", "host", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:８０"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Trouble, match="no address"):
        parse(text)


def test_a_port_is_busy_while_someone_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1])
        assert busy(address)
    assert not busy(address)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(Trouble, match="not an address of this machine"):
        busy(Address("192.0.2.1", 8000))


def test_free_ports_lie_below_those_for_outgoing_connections() -> None:
    assert LOWEST <= free_port() <= HIGHEST < 32768


def test_an_address_that_nobody_serves_does_not_answer() -> None:
    assert not answers(f"http://127.0.0.1:{free_port()}/")


def test_demo_settings_are_made_once_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    first = demo_settings.load_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert demo_settings.load_or_make(path) == first
    assert demo_settings.load_or_make(tmp_path / "other.env") != first


def test_an_older_demo_settings_file_is_filled_up(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    path.write_text("# mine\nWXB_WECHAT_MODE=plain\n\nWXB_LOG_LEVEL=debug\n")
    settings = demo_settings.load_or_make(path)
    assert settings["WXB_WECHAT_MODE"] == "plain"
    assert settings["WXB_LOG_LEVEL"] == "debug"
    assert len(settings["WXB_SECRET_KEY"]) >= 32
    assert demo_settings.load_or_make(path) == settings


def test_a_line_that_is_no_setting_is_told(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    path.write_text("WXB_WECHAT_MODE=plain\nhello\n")
    with pytest.raises(Trouble, match="line 2"):
        demo_settings.load_or_make(path)


def test_aes_keys_are_as_the_platform_gives_them() -> None:
    for _ in range(20):
        key = demo_settings.aes_key()
        assert re.fullmatch(r"[A-Za-z0-9]{43}", key)
        assert base64.b64encode(base64.b64decode(key + "=")).decode() == key + "="


def test_the_demo_never_sees_the_callers_settings_and_both_ends_agree(tmp_path: Path) -> None:
    kept = demo_settings.load_or_make(tmp_path / "demo.env")
    surroundings = {"PATH": "/bin", "WXB_DATABASE_URL": "mysql://production", "SANDBOX_TOKEN": "stray"}
    env = demo_settings.environment(
        surroundings, kept, tmp_path, web=Address("0.0.0.0", 8000), sandbox=Address("127.0.0.1", 8100)
    )
    assert env["PATH"] == "/bin"
    assert env["WXB_DATABASE_URL"] == f"sqlite:///{tmp_path}/data/app.sqlite"
    assert env["WXB_PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert env["SANDBOX_TOKEN"] == env["WXB_WECHAT_TOKEN"]
    assert env["WXB_WECHAT_API_URL"] == "http://localhost:8100"


def test_valkey_serves_on_a_socket_and_keeps_what_it_was_given(tmp_path: Path) -> None:
    store = valkey.Valkey(tmp_path / "data", tmp_path / "store.sock", durable=True)
    assert not store.ready()
    for command, answer in ((b"SET name lin\r\n", b"+OK\r\n"), (b"GET name\r\n", b"$3\r\nlin\r\n")):
        with Supervisor(tmp_path / "log", os.environ) as crew:
            crew.start(store.part(valkey.find(Path(sys.executable))))
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(tmp_path / "store.sock"))
                line.sendall(command)
                assert line.recv(64) == answer


def test_valkey_on_a_port(tmp_path: Path) -> None:
    store = valkey.Valkey(tmp_path / "data", free_port(), durable=False)
    with Supervisor(tmp_path / "log", os.environ) as crew:
        crew.start(store.part(valkey.find(Path(sys.executable))))
        assert store.ready()
        assert store.url == f"redis://127.0.0.1:{store.listen}/0"
    assert not store.ready()


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "store.sock"
    with pytest.raises(Trouble, match="too long a path"):
        valkey.Valkey(tmp_path / "data", deep, durable=True).part("valkey-server")


def test_mariadb_starts_lets_us_in_and_stops(tmp_path: Path) -> None:
    server = mariadb.MariaDB(tmp_path)
    code = (
        "import sys, pymysql; from urllib.parse import urlsplit; at = urlsplit(sys.argv[1])\n"
        "db = pymysql.connect(host=at.hostname, port=at.port, user=at.username, password=at.password,"
        " database=at.path[1:], charset='utf8mb4')\n"
        "ask = db.cursor(); ask.execute('SELECT @@collation_database, @@character_set_database')\n"
        "print(*ask.fetchone())\n"
        "ask.execute('CREATE DATABASE another'); db.close()"
    )
    with Supervisor(tmp_path / "log", os.environ) as crew:
        crew.start(server.part())
        pid = int((tmp_path / "db.pid").read_text())
        assert crew.run("ask", [sys.executable, "-c", code, server.url]).split() == [
            "utf8mb4_nopad_bin",
            "utf8mb4",
        ]
    assert born(pid) is None
    assert not server.ready()


def test_spans_of_time_and_the_end_of_a_log(tmp_path: Path) -> None:
    assert [seconds(0.44), seconds(42), seconds(185)] == ["0.4 s", "42 s", "3 min 05 s"]
    log = tmp_path / "log"
    log.write_bytes(b"first\n" + b"x" * 100000 + b"\nlast \xff\n")
    assert tail(log, 1) == "    last \ufffd"
    assert "empty" in tail(tmp_path / "none")
