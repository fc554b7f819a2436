"""What of this machine a Python interpreter needs to start: found by asking it once.

Only its own folders are shown inside, never the whole prefix: a virtual environment may lie in
the middle of a course's private files. Packages installed as editable are not there.
"""

# Links stay as they are here: they say which environment it is.
# ruff: noqa: PTH100, PTH110, PTH114, PTH115, PTH116, PTH118, PTH120

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.sandbox.trouble import SandboxFault

PARTS = (
    *("bin", "lib", "lib32", "lib64", "libexec", "include", "share", "etc", "ssl"),
    *("pyvenv.cfg", "x86_64-conda-linux-gnu", "aarch64-conda-linux-gnu"),
)
"""What a prefix has that an interpreter may need."""

ALREADY_THERE = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
"""The folders of the system, which every sandbox shows."""

LINKS = "/sandbox/bin"
"""Where `python` and `python3` are, when the interpreter's own folder has no such names."""

QUESTION = """
import json, sys
libraries = {line.split(None, 5)[5].strip() for line in open("/proc/self/maps") if ".so" in line}
print(json.dumps([sys.prefix, sys.base_prefix, sys.exec_prefix, sorted(libraries)]))
"""


@dataclass(frozen=True)
class Interpreter:
    """How an interpreter is called inside, and which paths of this machine it must see there.

    `links` are names to be made in `LINKS`; `libraries` folders that its loader must be told.
    """

    path: str
    shown: tuple[str, ...]
    search: tuple[str, ...]
    links: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


def interpreter(python: Optional[Path]) -> Interpreter:
    """The interpreter given, or this very one, with what it needs inside."""
    path = os.path.abspath(python or sys.executable)
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError as failure:
        reason = failure.strerror
        raise SandboxFault(
            f"the interpreter {path} can't be used: {reason}", "Give another --python."
        ) from failure
    return _asked(path, changed)


@functools.lru_cache(maxsize=32)
def _asked(path: str, changed: int) -> Interpreter:
    del changed  # only so that an interpreter that was replaced is asked again
    try:
        done = subprocess.run(  # noqa: S603 (the interpreter that was asked for)
            [path, "-I", "-c", QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )
        prefix, base, platform, libraries = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as failure:
        raise SandboxFault(
            f"the interpreter {path} doesn't start: {failure}", "Give another --python."
        ) from failure
    shown = _folders((prefix, base, platform))
    strays = [library for library in libraries if not _covered(library, shown)]
    shown += [*strays, *_steps(path, shown)]
    own = os.path.dirname(path)
    named = all(os.path.realpath(f"{own}/{name}") == os.path.realpath(path) for name in NAMES)
    return Interpreter(
        path=path,
        shown=tuple(dict.fromkeys(shown)),
        search=(own,) if named else (LINKS, own),
        links=() if named else NAMES,
        libraries=tuple(sorted({os.path.dirname(library) for library in strays})),
    )


NAMES = ("python", "python3")
"""What a program may call the interpreter."""


def _folders(prefixes: tuple[str, ...]) -> list[str]:
    """The parts of each prefix, under the name given and under its real one."""
    found: list[str] = []
    for prefix in dict.fromkeys((*prefixes, *map(os.path.realpath, prefixes))):
        for part in PARTS:
            path = os.path.join(prefix, part)
            if prefix != "/" and os.path.exists(path) and not _covered(path, found):
                found.append(path)
    return found


def _covered(path: str, folders: list[str]) -> bool:
    """Whether the path is in one of the folders, or in the system's."""
    return any(path == one or path.startswith(f"{one}/") for one in (*ALREADY_THERE, *folders))


def _steps(path: str, shown: list[str]) -> list[str]:
    """The links from the given name to the real file that no folder shows yet."""
    missing = []
    for _ in range(40):
        if not _covered(path, shown):
            missing.append(path)
        if not os.path.islink(path):
            return missing
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    raise SandboxFault(f"{path}: too many links on the way to the interpreter")
