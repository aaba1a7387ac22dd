"""The machine's own package manager: used when we may, named with the one command to type when not."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from launch.commands import answer_of, environ, run, succeeds
from launch.say import Trouble, say


@dataclass(frozen=True, slots=True)
class Need:
    """Something only the system can supply, and what its packages are called under apt and dnf."""

    what: str
    apt: str
    dnf: str

    def package(self, manager: str) -> str:
        """The packages' names under a package manager, with spaces between."""
        return self.apt if manager == "apt-get" else self.dnf


# Debian's core packages hold the programs alone: no service is set up or started on the machine.
MARIADB = Need("MariaDB server", "mariadb-server-core mariadb-client-core", "mariadb-server")
CHROMIUM = Need("Chromium", "chromium", "chromium")
CHINESE_FONTS = Need("Chinese fonts", "fonts-noto-cjk fontconfig", "google-noto-sans-cjk-fonts fontconfig")
PDF_CHECKS = Need("what checks PDFs", "poppler-utils libnss3-tools", "poppler-utils nss-tools")
SOFT_TOKEN = Need("a PKCS#11 token in software", "softhsm2", "softhsm")
LOAD_GENERATOR = Need("the load generator wrk", "wrk", "wrk")

# The family that documents are set in; another Chinese font lacks characters that names are written with.
_FAMILY = "Noto Sans CJK SC"

# Never at the price of something that is installed, such as another database server.
APT_OPTIONS = ["--no-install-recommends", "--no-remove"]


def has_chinese_fonts() -> bool:
    """Whether pages and documents can be printed in Chinese on this machine."""
    return bool(answer_of(["fc-list", _FAMILY, "family"]))


def install(needs: Sequence[Need], *, root: bool = os.geteuid() == 0) -> None:
    """Install what is needed, one after the other, saying so.

    Raises `Trouble` with the command to type where there is no apt-get or dnf, where we are neither root
    nor allowed sudo without a password, or for what the package manager could not install.
    """
    manager = next((name for name in ("apt-get", "dnf") if shutil.which(name)), None)
    if manager is None:
        what = ", ".join(need.what for need in needs)
        raise Trouble(f"Missing: {what}. Install it with your system's package manager, then repeat.")
    leave = _leave(root)
    if leave is None:
        raise Trouble(_by_hand(manager, needs))
    env = environ(DEBIAN_FRONTEND="noninteractive")
    options = ["-y", *(APT_OPTIONS if manager == "apt-get" else [])]
    if manager == "apt-get":
        try:
            run([*leave, manager, "update"], doing="Refreshing apt's package lists", env=env)
        except Trouble as trouble:  # one dead source of many: the lists at hand may well do
            say(str(trouble))
    failed = []
    for need in needs:
        package = need.package(manager)
        doing = f"Installing {need.what} with {manager} ({package})"
        try:
            run([*leave, manager, "install", *options, *package.split()], doing=doing, env=env)
        except Trouble as trouble:
            say(str(trouble))
            failed.append(need)
    if failed:
        raise Trouble(_by_hand(manager, failed))


def _by_hand(manager: str, needs: Sequence[Need]) -> str:
    packages = " ".join(need.package(manager) for need in needs)
    return f"Missing: {', '.join(need.what for need in needs)}. Type: sudo {manager} install {packages}"


def _leave(root: bool) -> list[str] | None:
    """The words that make us root: none for root, sudo where it asks for no password, None otherwise."""
    if root:
        return []
    if succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]
    return None
