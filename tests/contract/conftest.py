"""A real Valkey on a unix socket, a scriptable platform, and a Gateway between the two."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import platform_stub
import pytest
import redis
from sandbox_server import Sandbox
from valkey_server import Valkey

from wechat.gateway import Account, Gateway


@pytest.fixture(scope="session")
def _valkey() -> Iterator[Valkey]:
    # A unix socket's path must stay under 108 bytes, which pytest's own folders may not.
    with tempfile.TemporaryDirectory(prefix="vk") as folder:
        server = Valkey(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def valkey(_valkey: Valkey) -> Valkey:
    """Running and empty, whatever the test before did to it."""
    _valkey.stop()
    _valkey.start()
    return _valkey


@pytest.fixture
def store(valkey: Valkey) -> Iterator[redis.Redis]:
    with valkey.connect() as client:
        yield client


@pytest.fixture
def platform() -> Iterator[platform_stub.Platform]:
    with platform_stub.running() as running:
        yield running


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    server = Sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    """As if just set up."""
    _sandbox.press("reset")
    return _sandbox


@pytest.fixture
def account(platform: platform_stub.Platform) -> Account:
    return Account("wxapp", "s3cret", platform.url, "https://open.example.invalid", "wxmini", "m1ni")


@pytest.fixture
def observed() -> list[tuple[str, str]]:
    """(api, outcome) of every call of the `gateway`, in order."""
    return []


@pytest.fixture
def make_gateway(
    account: Account, store: redis.Redis, observed: list[tuple[str, str]]
) -> Iterator[Callable[[], Gateway]]:
    """Gateways as separate processes would have them: nothing shared but store and platform."""
    made: list[Gateway] = []

    def make() -> Gateway:
        def observe(api: str, outcome: str, seconds: float) -> None:
            assert seconds >= 0
            observed.append((api, outcome))

        made.append(Gateway(account, store, in_transaction=lambda: False, observe=observe))
        return made[-1]

    yield make
    for gateway in made:
        gateway.close()


@pytest.fixture
def gateway(make_gateway: Callable[[], Gateway]) -> Gateway:
    return make_gateway()
