"""What an attack is, and what came of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Optional

Judge = Literal[
    "says", "learns", "reaches", "changes", "victim", "survives", "shows", "types", "drags",
    "brings", "floods", "breaks", "forges", "imports",
]  # fmt: skip
"""Who decides from the outside whether an attack got through; `judges.py` has them all."""

Need = Literal["listeners", "victim", "descriptors", "terminal", "handle", "kernel", "folder"]
"""What has to be laid out for it."""

PREAMBLE = """\
import ctypes, errno, json, mmap, os, signal, socket, stat, struct, subprocess, sys, threading, time
T = json.loads(%(targets)r)
OUT = os.environ["OUTPUT_DIR"]
with open("/proc/self/comm", "w") as own: own.write(T["life"])
print("alive", T["life"], flush=True)
C = ctypes.CDLL(None, use_errno=True)
def done(*what): print("DONE", *what, flush=True)
def absent(why): print("ABSENT", why, flush=True)
def call(number, *given):
    given = [ctypes.c_long(g) if isinstance(g, int) else g for g in given]
    ctypes.set_errno(0)
    got = C.syscall(ctypes.c_long(number), *given)
    if got < 0:
        code = ctypes.get_errno()
        if code in (errno.ENOSYS, errno.EAFNOSUPPORT): absent(os.strerror(code))
        raise OSError(code, os.strerror(code))
    return got
"""
"""What each program starts with. It knows where everything is; it does not know the secret."""


@dataclass(frozen=True)
class Attack:
    """A program that tries one bad thing.

    `control` says as whom, or how, the same program does succeed outside. `layer` is what should
    hold. `runs` is `run-notebook` for a notebook, whose one cell the program is.
    """

    name: str
    tries: str
    program: str
    judge: Judge
    layer: str
    needs: tuple[Need, ...] = ()
    limits: tuple[str, ...] = ()
    control: Literal["anybody", "root"] = "anybody"
    wrapper: tuple[str, ...] = ()
    runs: str = "run"


@dataclass(frozen=True)
class Outcome:
    """What was seen from outside: of the program's words, of the tool that ran it, of the time.

    `survived` says that whoever started the program lived on and had its result.
    """

    said: str
    shown: bytes
    wall_seconds: float
    survived: bool
    typed: bytes = b""
    result: Optional[dict[str, Any]] = None
    leftovers: tuple[str, ...] = field(default=())
