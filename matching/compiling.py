"""From the kernel to machine code that needs neither numba nor LLVM to run: what web processes map into memory.

numba takes a web process some 60 MB and half a second. The kernel calls nothing and refers to nothing outside itself,
so its code is one run of bytes that works wherever it is mapped: it is compiled once, for any processor of the kind,
written to a file, and shared by all processes of the machine as a library is. Run as
``python -m matching.compiling FILE``, so that whoever asks for it need not import numba either.
"""

import struct
import sys
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from matching import kernel
from matching.files import replace_file

_GLOBAL_FUNCTION = 0x12  # of a symbol in an ELF file: bound globally, a function
_SYMBOL = struct.Struct("<IBBHQQ")


class NotAlone(Exception):
    """The code refers to something outside itself: it runs in a process that has compiled it, and nowhere else."""


def address() -> int:
    """Where the kernel lies, compiled, in this process."""
    result = _result()
    return int(result.library.get_pointer_to_function(result.fndesc.mangled_name))


def machine_code() -> bytes:
    """The kernel as bytes that may lie anywhere and are entered at the first. Raises `NotAlone`."""
    result = _result()
    module = llvm.parse_assembly(result.library.get_llvm_str())
    for function in module.functions:
        if not function.is_declaration and function.name != result.fndesc.mangled_name:
            function.linkage = "internal"
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu="", features="", opt=3, reloc="pic", codemodel="small")
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    return _text(machine.emit_object(module))


def _result() -> Any:
    return next(iter(kernel.search.overloads.values()))


def _text(compiled: bytes) -> bytes:
    """The code of an object file in which there is nothing but code."""
    if not compiled.startswith(b"\x7fELF\x02\x01"):
        raise NotAlone("not a little-endian ELF object of 64 bits")
    # A view of the bytes: the sections are read while the object lives.
    held = llvm.ObjectFileRef.from_data(compiled)
    sections = {(section.name() or b"").decode(): bytes(section.data()) for section in held.sections()}
    if strangers := [name for name in sections if name.startswith((".rel", ".rodata", ".data", ".bss"))]:
        raise NotAlone(", ".join(strangers))
    symbols = _SYMBOL.iter_unpack(sections[".symtab"])
    entries = [value for _, info, _, _, value, _ in symbols if info == _GLOBAL_FUNCTION]
    if entries != [0]:
        raise NotAlone(f"entered at {entries}")
    return sections[".text"]


if __name__ == "__main__":
    replace_file(Path(sys.argv[1]), machine_code())
