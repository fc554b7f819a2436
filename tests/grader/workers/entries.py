"""What the children do in these tests, in place of looking: the worst that can happen."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Optional

from grader.answer_files import AnswerKey
from grader.looking import Look, Want
from grader.looking import look as real_look
from grader.outcomes import Checked, Scored
from grader.records import Submission
from grader.workers.wire import packed
from validators.report import Fault
from validators.rules import Rules

OTHER_FINDING = Fault("fault.model", "model", "the model part broke (_ArrayMemoryError at x.py:1).")


def look(
    submission: Submission,
    root: Path,
    scratch: Path,
    rules: Rules,
    key: Optional[AnswerKey],
    wants: Collection[Want],
) -> Look:
    """Do what the submission's name asks for."""
    (scratch / "left").write_text("x")
    act = ACTS.get(submission.name.partition(".")[0])
    if act is None:
        return real_look(submission, root, scratch, rules, key, wants)
    told = act(root)
    return told if isinstance(told, Look) else _nothing()


def _nothing() -> Look:
    return Look(Checked(), Scored())


def hang(root: Path) -> None:
    (root / f"hangs-{os.getpid()}").write_text(str(os.getppid()))
    while True:
        signal.pause()


def spin(root: Path) -> None:
    while True:
        pass


def hog(root: Path) -> None:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def segfault(root: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def kill(root: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave(root: Path) -> None:
    os._exit(5)


def exit_politely(root: Path) -> None:
    sys.exit("secret")


def answer_much(root: Path) -> Look:
    return Look(Checked(), Scored(), b"\0" * ((64 << 20) + 1))


def answer_junk(root: Path) -> None:
    os.write(3, packed(b"no json"))
    signal.pause()


def answer_other(root: Path) -> Look:
    return Look(Checked())  # though a score was wanted as well


def answer_half(root: Path) -> None:
    os.write(3, packed(b"x" * 100)[:50])
    os._exit(0)


def fork(root: Path) -> None:
    child = os.fork()
    if child == 0:
        signal.pause()
    (root / f"grandchild-{child}").write_text("")


def fork_and_crash(root: Path) -> None:
    fork(root)
    segfault(root)


def close_and_hang(root: Path) -> None:
    os.close(3)
    hang(root)


def talk(root: Path) -> None:
    for number in (1, 2):
        os.write(number, b"NOISE " * 100_000)
    for stream in (sys.stdout, sys.stderr):
        stream.write("NOISE\n")
        stream.flush()


def fail(root: Path) -> None:
    raise ValueError("secret text of a student")


def lack_memory(root: Path) -> Look:
    return Look(Checked(faults=(OTHER_FINDING,)), Scored())


def describe(root: Path) -> None:
    """What a child has of the world, as a file in the root."""
    kinds = ("CORE", "CPU", "FSIZE", "NOFILE", "AS")
    limits = {kind: resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[0] for kind in kinds}
    open_files = sorted(int(name.name) for name in Path("/proc/self/fd").iterdir())
    told = {
        "limits": limits, "cwd": str(Path.cwd()), "stdin": os.read(0, 1).decode(),
        "open": open_files, "threads": threading.active_count(), "path": sys.path,
        "json": str(sys.modules["json"].__file__), "session": os.getsid(0) == os.getpid(),
        "ignores": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
    }  # fmt: skip
    (root / "told").write_text(repr(told))


def fill_disk(root: Path) -> None:
    with Path("large").open("wb") as out:
        out.truncate(0)
        out.seek(resource.getrlimit(resource.RLIMIT_FSIZE)[0])
        out.write(b"xx")


def lock_scratch(root: Path) -> None:
    Path("inside").mkdir()
    Path("inside/file").write_text("x")
    Path("link").symlink_to(root)


def slow(root: Path) -> None:
    """Finish last of all that were started with it."""
    deadline = time.monotonic() + 30
    while len(list(root.glob("done-*"))) < 3 and time.monotonic() < deadline:
        threading.Event().wait(0.01)


def quick(root: Path) -> None:
    (root / f"done-{os.getpid()}").write_text("")


ACTS = {
    "hang": hang, "spin": spin, "hog": hog, "segfault": segfault, "kill": kill, "leave": leave,
    "exit": exit_politely, "much": answer_much, "junk": answer_junk, "other": answer_other,
    "half": answer_half, "fork": fork, "fork-crash": fork_and_crash, "close": close_and_hang,
    "talk": talk, "fail": fail, "lack": lack_memory, "describe": describe, "disk": fill_disk,
    "lock": lock_scratch, "slow": slow, "quick": quick,
}  # fmt: skip
