"""A network between two programs that a test can cut: a TCP proxy with a budget of bytes."""

import socket
import threading
from contextlib import suppress


class Cable:
    """Listens on a port of its own and passes on to another. While it is cut nobody gets through."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._budget: int | None = None
        self._lock = threading.Lock()
        self.breaks = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def allow(self, budget: int | None) -> None:
        """Lets so many bytes through in either direction and then breaks in the middle; None is a whole cable."""
        with self._lock:
            self._budget = budget

    def cut(self) -> None:
        """Breaks every connection."""
        with self._lock:
            self._budget = 0
            found, self._open = self._open, set()
        for one in found:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        """The end."""
        self._server.close()
        self.cut()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._target), timeout=30)
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(4096):
                with self._lock:
                    if self._budget is not None:
                        data = data[: self._budget]
                        self._budget -= len(data)
                    is_over = self._budget == 0
                sink.sendall(data)
                if is_over:
                    self.breaks += 1
                    self.cut()
                    return
        except OSError:
            return
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
