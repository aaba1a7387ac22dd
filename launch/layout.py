"""Where things lie in a working copy."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Layout:
    """The places `./wx` writes to, all under one root and all ignored by git."""

    root: Path = ROOT

    @property
    def venv(self) -> Path:
        """The Python environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.venv / "bin" / "python"

    @property
    def node_modules(self) -> Path:
        """The front-end packages."""
        return self.root / "node_modules"

    @property
    def var(self) -> Path:
        """Everything made at run time."""
        return self.root / "var"

    @property
    def node(self) -> Path:
        """Our own node, only where the machine has none."""
        return self.var / "node"

    @property
    def demo(self) -> Path:
        """The demo's settings, data and logs: what `--fresh` removes."""
        return self.var / "demo"

    @property
    def locks(self) -> Path:
        """Lock files that keep two `./wx` apart."""
        return self.var / "lock"

    @property
    def test_logs(self) -> Path:
        """Logs of the servers that a test run starts."""
        return self.var / "test" / "log"

    @property
    def bytecode(self) -> Path:
        """What Python compiles in a test run."""
        return self.var / "test" / "bytecode"
