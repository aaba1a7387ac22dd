"""A platform that takes 50 ms for every message and next to no processor, as a process of its own.

It answers a token, and msgids that count up; what it is told is not looked at. Over TLS, as the real one.
"""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LATENCY = 0.05
TOKEN = b'{"access_token":"a-token-of-the-benchmark","expires_in":7200}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; encoding=utf-8\r\nContent-Length: %d\r\n\r\n%b"


class Messages(asyncio.Protocol):
    """One connection: whole requests in, answers out after a while."""

    number = 10**18

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = transport
        self._held = b""
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(b"\r\n\r\n")
        while end >= 0:
            head = self._held[:end].lower()
            at = head.find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            whole = end + 4 + size
            if len(self._held) < whole:
                return
            self._held = self._held[whole:]
            self._answer(head)
            end = self._held.find(b"\r\n\r\n")

    def _answer(self, head: bytes) -> None:
        if b"token" in head[:40]:  # before the query, which carries one as well
            self._write(HEAD % (len(TOKEN), TOKEN))
            return
        Messages.number += 1
        body = b'{"errcode":0,"errmsg":"ok","msgid":%d}' % Messages.number
        self._loop.call_later(LATENCY, self._write, HEAD % (len(body), body))

    def _write(self, answer: bytes) -> None:
        if not self._line.is_closing():
            self._line.write(answer)  # type: ignore[attr-defined]  # the base class of transports cannot write


def make_certificate(folder: Path) -> Path:
    """A key and its certificate for 127.0.0.1 in one file, which is also what a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "platform.pem"
    file.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def serve(port: int, certificate: str) -> None:
    """Serves until it is killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(port, context))


async def _serve(port: int, context: ssl.SSLContext) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Messages, "127.0.0.1", port, ssl=context, backlog=1024)
    await server.serve_forever()
