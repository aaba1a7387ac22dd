"""The compiled kernel, ready to be called; from the file that holds its machine code where that can be done."""

import ctypes
import hashlib
import importlib
import importlib.util
import mmap
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import structlog

log = structlog.get_logger()

HERE = Path(__file__).parent
# What the code is made of, and the arrays that it reads; a change of any makes it another program.
SOURCES = (
    *("building.py", "columns.py", "layout.py", "codes.py", "query.py"),
    *("kernel.py", "parts.py", "arrivals.py", "compiling.py"),
)
PREFIX = "program-"
PATIENCE = 300  # seconds that compiling may take
_SIGNATURE = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class Program:
    """Calls the kernel. The interpreter's lock is let go meanwhile: threads search side by side."""

    def __init__(self, address: int, code: mmap.mmap | None = None) -> None:
        self._code = code  # stays mapped as long as it may be called
        self._call = _SIGNATURE(address)
        self._nowhere = ctypes.create_string_buffer(64)  # where it puts what it returns, always 0
        self._ignored = ctypes.addressof(self._nowhere)

    def run(self, block: int) -> None:
        """Answers what the block at this address asks (see matching.layout). Raises RuntimeError if it cannot."""
        status = self._call(self._ignored, self._ignored, block)
        if status != 0:
            raise RuntimeError(f"the search ended with status {status}")


@cache
def digest() -> str:
    """Names the program: what it is made of, and for which kind of machine."""
    content = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for name in SOURCES:
        content.update((HERE / name).read_bytes())
    return content.hexdigest()[:16]


def path_for(folder: Path) -> Path:
    """Where the machine code of this program lies, or will: where Python puts what it compiles, else in ``folder``."""
    name = f"{PREFIX}{digest()}"
    beside = Path(importlib.util.cache_from_source(str(HERE / "kernel.py"))).with_name(name)
    return beside if beside.exists() or can_hold(beside.parent) else folder / name


def can_hold(folder: Path) -> bool:
    """Whether we may write there; a folder that is not there yet, such as where Python keeps no bytecode, is made."""
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def provide(path: Path) -> None:
    """Writes the machine code to a file unless it is there; where that fails, every process compiles for itself.

    Two that do it at once write the same.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "matching.compiling", str(path)],
            cwd=HERE.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("match_kernel_not_compiled", why=type(error).__name__)


def load(path: Path) -> Program:
    """The program of this file; compiled in this process where there is no file, or where it cannot be mapped."""
    try:
        return mapped(path)
    except OSError as error:
        # The price is memory and seconds, never another answer: a noexec file system, a rare machine.
        log.warning("match_kernel_compiled_here", why=type(error).__name__)
        return compiled_here()


def mapped(path: Path) -> Program:
    """The program of a file of machine code, shared with every process that maps it. Raises OSError."""
    with path.open("rb") as file:
        code = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
    return Program(int(np.frombuffer(code, dtype=np.uint8).ctypes.data), code)


@cache
def compiled_here() -> Program:
    """The program as numba compiles it into this process: it is imported here, and nowhere before."""
    compiling = importlib.import_module("matching.compiling")
    return Program(compiling.address())
