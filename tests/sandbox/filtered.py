"""Started as a program: installs a filter on itself, makes calls, says what each one gave.

It reads a JSON object from its input: `filter` (hexadecimal, empty for none) and `calls`, each
`[number, argument, …]`. It writes the errno of each (0: it went well) as a JSON list.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import sys
from collections.abc import Sequence

FOREIGN = -1
"""In place of a number: enter the kernel of x86-64 as a 32-bit program does (getpid)."""

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def install(code: bytes) -> None:
    """Put the filter on this process, as bwrap does."""
    program = _Program(len(code) // 8, code)
    zero = ctypes.c_ulong(0)
    assert _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) == 0
    mode = ctypes.c_ulong(_MODE_FILTER)
    done = _LIBC.prctl(_PR_SET_SECCOMP, mode, ctypes.byref(program), zero, zero)
    assert done == 0, f"the kernel does not take the filter: errno {ctypes.get_errno()}"


def made(call: Sequence[int]) -> int:
    """The errno of one call."""
    if call[0] == FOREIGN:
        return 0 if _by_the_old_gate() > 0 else 1
    ctypes.set_errno(0)
    given = [ctypes.c_ulong(argument % (1 << 64)) for argument in call[1:]]
    return 0 if _LIBC.syscall(ctypes.c_long(call[0]), *given) != -1 else ctypes.get_errno()


def _by_the_old_gate() -> int:
    """What getpid gives by the interrupt of 32-bit programs."""
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())


def main() -> None:
    """Do what the input asks for."""
    asked = json.load(sys.stdin)
    if asked["filter"]:
        install(bytes.fromhex(asked["filter"]))
    sys.stdout.write(json.dumps([made(call) for call in asked["calls"]]))


if __name__ == "__main__":
    main()
