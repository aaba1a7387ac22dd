"""One connection to the platform: which answers are whole, when it is used again, and what surely was not sent."""

import asyncio
import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wechat.connection import LARGEST, Connection, NoAnswer, NotSent
from wechat.line import Line, Way

pytestmark = pytest.mark.slow

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Host:
    """Serves each connection with a script of its own: for every request, the bytes to answer with.

    A piece of None ends the connection; a number waits so many seconds.
    """

    def __init__(self, *scripts: Sequence[bytes | float | None], tls: ssl.SSLContext | None = None) -> None:
        self._scripts = list(scripts)
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.connections = 0
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                bare, _ = self._listening.accept()
                self.connections += 1
                script = self._scripts.pop(0) if self._scripts else []
                threading.Thread(target=self._speak, args=(bare, script), daemon=True).start()

    def _speak(self, bare: socket.socket, script: Sequence[bytes | float | None]) -> None:
        with suppress(OSError), bare:
            line = self._tls.wrap_socket(bare, server_side=True) if self._tls else bare
            with line:
                self._play(line, script)

    def _play(self, line: socket.socket, script: Sequence[bytes | float | None]) -> None:
        heard = line.recv(65536)
        self.asked.append(heard)
        for piece in script:
            if piece is None:
                return
            if isinstance(piece, float):
                time.sleep(piece)
            elif piece == b"":
                self.asked.append(line.recv(65536))
            else:
                line.sendall(piece)
        line.recv(65536)

    def close(self) -> None:
        self._listening.close()


@contextmanager
def host(*scripts: Sequence[bytes | float | None], tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    """In a script b"" stands for the next request."""
    serving = Host(*scripts, tls=tls)
    try:
        yield serving
    finally:
        serving.close()


def asked(way: Way, times: int = 1, pause: float = 0.0) -> list[object]:
    """What one line answers to requests one after the other; what it raises counts as an answer."""

    async def run() -> list[object]:
        line, answers = Line(way), []
        for _ in range(times):
            try:
                answers.append(await line.ask(REQUEST))
            except (NotSent, NoAnswer) as failure:
                answers.append((type(failure), str(failure)))
            await asyncio.sleep(pause)
        line.close()
        return answers

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())


def to(serving: Host, **more: object) -> Way:
    return Way("127.0.0.1", serving.port, **more)  # type: ignore[arg-type]


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nTrailer: t\r\n\r\n"
)


@pytest.mark.parametrize(
    "pieces",
    [
        [OK],
        [CHUNKED],
        [bytes([byte]) for byte in CHUNKED],
        [b"HTTP/1.1 100 Continue\r\n\r\n", OK],
        [b"HTTP/1.1 102 Processing\r\n\r\n" + OK],
        [b"HTTP/1.0 200 OK\r\n\r\no", b"k", None],
    ],
)
def test_an_answer_is_read_to_its_end(pieces: list[bytes | None]) -> None:
    with host(pieces) as serving:
        assert asked(to(serving)) == [(200, b"ok")]


def test_answers_come_one_after_the_other_over_one_connection() -> None:
    other = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    with host([OK, b"", CHUNKED, b"", other, b"", OK]) as serving:
        assert asked(to(serving), 4) == [(200, b"ok"), (200, b"ok"), (404, b""), (200, b"ok")]
        assert serving.connections == 1
        assert serving.asked == [REQUEST] * 4


@pytest.mark.parametrize(
    "first",
    [
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"],
        [b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
        [OK, None],
        [OK, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"],
        [OK + OK],
    ],
)
def test_a_connection_that_ends_or_says_what_nobody_asked_is_left(first: list[bytes | None]) -> None:
    with host(first, [OK]) as serving:
        assert asked(to(serving), 2, pause=0.05) == [(200, b"ok"), (200, b"ok")]
        assert serving.connections == 2


def test_a_connection_that_was_idle_for_long_is_left() -> None:
    with host([OK, b"", OK], [OK]) as serving:
        assert asked(to(serving, idle_seconds=0.02), 2, pause=0.05) == [(200, b"ok"), (200, b"ok")]
        assert serving.connections == 2


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([None], "connection lost"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", None], "connection lost"),
        ([CHUNKED[:-20], None], "connection lost"),
        ([b"HTTP/1.1 200", None], "connection lost"),
        ([b"220 smtp.example ESMTP\r\n"], "not HTTP"),
        ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"], "not HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * (LARGEST + 1)], "too long"),
        ([b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * (LARGEST + 1)], "too long"),
        ([0.4, OK], "no answer in time"),
        ([b"H", 0.1, b"T", 0.1, b"T", 0.1, b"P", 0.1, b"/", 0.1], "no answer in time"),
    ],
)
def test_without_a_whole_answer_nobody_knows_and_the_next_request_has_a_connection_of_its_own(
    pieces: list[bytes | float | None], why: str
) -> None:
    with host(pieces, [OK]) as serving:
        assert asked(to(serving, answer_seconds=0.2), 2) == [(NoAnswer, why), (200, b"ok")]
        assert serving.connections == 2


def test_the_time_of_an_answer_counts_from_its_own_request() -> None:
    with host([0.15, OK, b"", 0.15, OK, b"", 0.15, OK]) as serving:
        assert asked(to(serving, answer_seconds=0.25), 3) == [(200, b"ok")] * 3


def test_where_nobody_listens_nothing_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert asked(Way("127.0.0.1", port)) == [(NotSent, "ConnectionRefusedError")]
    assert asked(Way("nowhere.invalid", port)) == [(NotSent, "gaierror")]


def test_a_connection_that_ended_unnoticed_takes_no_request() -> None:
    async def run(way: Way) -> None:
        connection: Connection = await way.connect()
        connection.end()
        with pytest.raises(NotSent):
            await connection.ask(REQUEST)

    with host([OK]) as serving, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(to(serving)))


# -- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def served(papers: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers)
    return context


def test_over_tls_only_the_host_that_was_meant_is_spoken_to(papers: Path, served: ssl.SSLContext) -> None:
    trusting, wary = ssl.create_default_context(cafile=str(papers)), ssl.create_default_context()
    with host([OK], [OK], [OK], tls=served) as serving:
        port = serving.port
        assert asked(Way("localhost", port, trusting)) == [(200, b"ok")]
        for way in (Way("127.0.0.1", port, trusting), Way("localhost", port, wary)):
            assert asked(way) == [(NotSent, "SSLCertVerificationError")]
        assert serving.asked == [REQUEST]


def test_a_host_that_never_agrees_on_keys_is_given_up(papers: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(papers))
    with host([0.5]) as serving:
        assert asked(Way("localhost", serving.port, trusting, open_seconds=0.2)) == [
            (NotSent, "TimeoutError")
        ]


# -- through a proxy ---------------------------------------------------------------------------------------


class Proxy:
    """Opens tunnels to wherever it is told, and keeps what it was asked."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            near, _ = self._listening.accept()
            self.asked.append(near.recv(65536))
            near.sendall(self._answer)
            if b" 200 " not in self._answer:
                near.close()
                return
            name, port = self.asked[0].split()[1].decode().rsplit(":", 1)
            far = socket.create_connection((name, int(port)))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError), source, sink:
            while data := source.recv(65536):
                sink.sendall(data)

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def proxied() -> Iterator[Callable[..., Proxy]]:
    made: list[Proxy] = []

    def make(*given: bytes) -> Proxy:
        made.append(Proxy(*given))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


def test_a_proxy_carries_what_it_cannot_read(
    papers: Path, served: ssl.SSLContext, proxied: Callable[..., Proxy]
) -> None:
    trusting, proxy = ssl.create_default_context(cafile=str(papers)), proxied()
    with host([OK, b"", OK], tls=served) as serving:
        way = Way("localhost", serving.port, trusting, f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        assert asked(way, 2) == [(200, b"ok")] * 2
    [connect] = proxy.asked
    assert connect.startswith(b"CONNECT localhost:%d HTTP/1.1\r\n" % serving.port)
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:p@ss") in connect
    assert b"POST" not in connect


def test_a_proxy_carries_plain_text_as_well(proxied: Callable[..., Proxy]) -> None:
    proxy = proxied()
    with host([OK]) as serving:
        assert asked(to(serving, proxy=f"127.0.0.1:{proxy.port}")) == [(200, b"ok")]
    assert b"Authorization" not in proxy.asked[0]


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"what?\r\n\r\n", b"x" * 100_000]
)
def test_a_proxy_that_opens_no_tunnel_carries_nothing(proxied: Callable[..., Proxy], answer: bytes) -> None:
    proxy = proxied(answer)
    with host([OK]) as serving:
        [(kind, _why)] = asked(to(serving, proxy=f"http://127.0.0.1:{proxy.port}"))
    assert kind is NotSent
    assert serving.asked == []


@pytest.mark.parametrize("scheme", ["https", "socks5"])
def test_a_proxy_of_another_kind_is_told_nothing(proxied: Callable[..., Proxy], scheme: str) -> None:
    proxy = proxied()
    with host([OK]) as serving:
        assert asked(to(serving, proxy=f"{scheme}://me:word@127.0.0.1:{proxy.port}")) == [
            (NotSent, "ValueError")
        ]
    assert proxy.asked == []


def test_the_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "inside.test")
    way = Way.to("https://api.test/prefix")
    assert (way.host, way.port, way.proxy) == ("api.test", 443, "http://proxy.test:3128")
    assert way.tls is not None
    assert (way.tls.check_hostname, way.tls.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert Way.to("https://inside.test").proxy is None
    assert Way.to("http://api.test:81") == Way("api.test", 81)
