"""`./wx demo` in a working copy whose product and sandbox are fakes: `run_demo.py ROOT WEB SANDBOX [--fresh]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from launch import demo, ports
from launch.layout import Layout
from launch.say import Trouble, say

FAKE = """
import http.server, os, pathlib, sys
what = sys.argv[1] if len(sys.argv) > 1 else "sandbox"
data = pathlib.Path(os.environ["WXB_DATA_DIR"])
(data / "runs").open("a").write(what + "\\n")
if (data / f"break-{what}").exists():
    sys.exit("a column is missing")
if what == "seed-demo":
    print("cast: graduate lin, password 12345678")
if what in ("web", "worker", "sandbox"):
    (data / f"{what}.pid").write_text(str(os.getpid()))
class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
if what in ("web", "sandbox"):
    host, port = os.environ["WXB_BIND" if what == "web" else "SANDBOX_BIND"].split(":")
    http.server.HTTPServer((host, int(port)), Door).serve_forever()
if what == "worker":
    import time
    print("worker_started", flush=True)
    time.sleep(600)
"""


def lay_out(layout: Layout, flavour: str) -> None:
    """Stands in for set-up: fakes of both programs, and this very Python as the environment's."""
    for package in ("wx_backend", "sandbox"):
        (layout.root / package).mkdir(exist_ok=True)
        (layout.root / package / "__main__.py").write_text(FAKE)
    layout.python.parent.mkdir(parents=True, exist_ok=True)
    layout.python.write_text(f'#!/bin/bash\nexec "{sys.executable}" "$@"\n')
    layout.python.chmod(0o755)


def main(root: str, web: str, sandbox: str, *options: str) -> int:
    """Run it; trouble becomes a sentence, as at the front door."""
    plan = demo.Plan(ports.parse(web), ports.parse(sandbox), fresh="--fresh" in options)
    try:
        return demo.demo(Layout(Path(root)), plan, make_ready=lay_out)
    except Trouble as trouble:
        say(str(trouble))
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
