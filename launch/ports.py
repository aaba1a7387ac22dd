"""Addresses and ports: parsing them, finding a free one, noticing a busy one."""

import random
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass

from launch.say import Trouble

# Below the range the kernel takes outgoing ports from, so that no passing connection sits on ours.
LOWEST, HIGHEST = 20000, 32000


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def near(self) -> str:
        """The host by which a browser on this machine reaches it."""
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, str(self).rpartition(":")[0])  # noqa: S104 - compared, not bound

    @property
    def url(self) -> str:
        """Its HTTP address on this machine, without a final slash."""
        return f"http://{self.near}:{self.port}"


def parse(text: str, *, host: str = "127.0.0.1") -> Address:
    """`host:port`, `[::1]:port` or only `port` (then on `host`). Raises `Trouble`."""
    before, _, port = text.strip().rpartition(":")
    name = before.removeprefix("[").removesuffix("]") or host
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Trouble(f"“{text}” is no address: give host:port or a port, such as 127.0.0.1:8000 or 8000.")
    return Address(name, int(port))


def busy(address: Address) -> bool:
    """Whether someone listens there already. Raises `Trouble` when it is no address of this machine."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except PermissionError:
            raise Trouble(f"Port {address.port} needs root; choose one above 1023.") from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == 99:  # EADDRNOTAVAIL
                raise Trouble(f"{address.host} is not an address of this machine.") from None
            return True
    return False


def free_port() -> int:
    """A free port of 127.0.0.1 below the kernel's range of outgoing ports. Raises `Trouble`."""
    for _ in range(200):
        port = random.randint(LOWEST, HIGHEST)
        if not busy(Address("127.0.0.1", port)):
            return port
    raise Trouble(f"No free port between {LOWEST} and {HIGHEST}.")


def answers(url: str) -> bool:
    """Whether an HTTP address answers with 2xx; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return 200 <= int(answer.status) < 300
    except (OSError, urllib.error.URLError, ValueError):
        return False
