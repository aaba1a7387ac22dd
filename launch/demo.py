"""`./wx demo`: the whole product on one machine, against the sandbox, until Ctrl-C."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import demo_settings, system_packages, valkey
from launch.layout import Layout
from launch.locks import alone
from launch.ports import Address, answers, busy
from launch.prepare import prepare
from launch.processes import Part, StopRequested, Supervisor
from launch.register import Register
from launch.say import Trouble, say, seconds

ANEW = "If it stays so, ./wx demo --fresh starts with new data."


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: addresses, and whether to begin with new data."""

    web: Address
    sandbox: Address
    fresh: bool


def get_ready(layout: Layout, kind: str) -> None:
    """Prepare the environment, and fetch the fonts that a résumé is set in; the demo runs without them, too."""
    prepare(layout, kind)
    if not system_packages.has_chinese_fonts():
        try:
            system_packages.install([system_packages.CHINESE_FONTS])
        except Trouble as trouble:
            say(f"{trouble}\nThe demo goes on without them; only a résumé does not become a PDF.")


def demo(layout: Layout, plan: Plan, make_ready: Callable[[Layout, str], object] = get_ready) -> int:
    """Prepare, start everything, wait for Ctrl-C, stop everything. Returns the exit code; raises `Trouble`."""
    running = (
        "A demo of this working copy is already running (process {pid}). "
        "Stop it with Ctrl-C in its terminal, or type: kill {pid}"
    )
    with alone(layout.locks / "demo", refusal=running):
        register = Register(layout.locks / "demo-parts.json")
        register.clear_away()
        for address, option in ((plan.web, "--bind"), (plan.sandbox, "--sandbox")):
            if busy(address):
                raise Trouble(
                    f"Port {address.port} is taken by another program: stop that one, "
                    f"or choose another port: ./wx demo {option} {Address(address.host, address.port + 10)}"
                )
        make_ready(layout, "runtime")
        if plan.fresh and layout.demo.exists():
            shutil.rmtree(layout.demo)
            say("Removed var/demo: this demo starts with new data.")
        (layout.demo / "data").mkdir(parents=True, exist_ok=True)
        layout.demo.chmod(0o700)  # database, queue and logs are nobody else's on this machine
        _run(layout, plan, register)
    return 0


def _run(layout: Layout, plan: Plan, register: Register) -> None:
    begun = time.monotonic()
    log = layout.demo / "log"
    store = valkey.Valkey(layout.demo / "valkey", layout.demo / "data" / "valkey.sock", durable=True)
    kept = demo_settings.seal(layout.demo) | demo_settings.load_or_make(layout.demo / "demo.env")
    env = demo_settings.environment(os.environ, kept, layout.demo, web=plan.web, sandbox=plan.sandbox)
    env.setdefault("WXB_REDIS_URL", store.url)
    try:
        with Supervisor(log, env, cwd=layout.root, register=register) as crew:
            _start(crew, store.part(valkey.find(layout.python)))
            _start(crew, _sandbox(layout, plan))
            product = [str(layout.python), "-m", "wx_backend"]
            _pass(crew, "create-seal-keys", [*product, *demo_settings.seal_words(layout.demo)])
            _pass(crew, "migrate", [*product, "migrate"])
            cast = _pass(crew, "seed-demo", [*product, "seed-demo"])
            _pass(crew, "push-menu", [*product, "push-menu"])
            _start(crew, Part("web", [*product, "web"], ready=lambda: answers(f"{plan.web.url}/readyz")))
            _start(
                crew, Part("worker", [*product, "worker"], ready=_says(log / "worker.log", "worker_started"))
            )
            say(f"Ready after {seconds(time.monotonic() - begun)}.\n")
            _announce(plan, cast)
            crew.watch()
    except StopRequested:
        say("\nStopped; nothing is left running. The data is kept in var/demo.")


def _sandbox(layout: Layout, plan: Plan) -> Part:
    argv = [str(layout.python), "-m", "sandbox"]
    return Part("sandbox", argv, ready=lambda: answers(f"{plan.sandbox.url}/"))


def _says(log: Path, words: str) -> Callable[[], bool]:
    """For a part that opens no port: it is ready once its log says so."""
    return lambda: log.exists() and words in log.read_text("utf-8", "replace")


def _start(crew: Supervisor, part: Part) -> None:
    say(f"Starting {part.name} … ", end="")
    begun = time.monotonic()
    try:
        crew.start(part)
    except (Trouble, StopRequested):
        say()
        raise
    say(seconds(time.monotonic() - begun))


def _pass(crew: Supervisor, name: str, argv: Sequence[str]) -> str:
    say(f"Running {name} … ", end="")
    begun = time.monotonic()
    try:
        said = crew.run(name, argv, advice=ANEW)
    except (Trouble, StopRequested):
        say()
        raise
    say(seconds(time.monotonic() - begun))
    return said


def _announce(plan: Plan, cast: str) -> None:
    say(f"  Phones, start here   {demo_settings.sandbox_url(plan.sandbox)}/")
    say(f"  Product              {plan.web.url}/")
    say(f"  Staff console        {plan.web.url}/console/")
    say(f"  Its second factor    {demo_settings.sandbox_url(plan.sandbox)}/authenticator")
    say("  Logs                 var/demo/log/\n")
    say(cast.rstrip() + "\n")
    say("Ctrl-C stops all of it. The next start keeps the data; ./wx demo --fresh starts anew.")
