"""The probes: each tries one thing that grading rests on, and says how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from grader.doctor.sandboxing import assets_probe, course_python_probe, sandbox_probe
from grader.records import Submission
from grader.rerun.assets import AssetsError
from grader.sandbox.trouble import SandboxFault
from grader.settings import GradingSettings, MachineLimits
from grader.store import StoreError, open_store
from grader.workers import Setup, Task, WorkersError, looked_at
from validators.display import clean, size
from validators.rules import Rules, load_preset, rules_json

_OLDEST_SQLITE = (3, 24, 0)  # the first that knows "ON CONFLICT … DO UPDATE"
_LOCK_TAKER = (
    "import fcntl, os, sys\n"
    "handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
    "try: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    "except OSError: sys.exit(7)\n"
)
_REFUSED = 7
_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Probe:
    """What one probe found; `remedy` is empty where nothing has to be mended."""

    name: str
    fine: bool
    found: str
    remedy: str = ""


def probes(
    work: Path, settings: GradingSettings, rules: Rules, given: Path = Path()
) -> Iterator[Probe]:
    """Every probe in its order. What breaks a probe is an answer, too.

    `given` is the folder that the paths of the settings begin in.
    """
    home, limits = _nearest(work), settings.limits
    for name, probe in (
        ("python", _python),
        ("sqlite", _sqlite),
        ("work folder", lambda: _store(home)),
        ("lock", lambda: _lock(home)),
        ("disk", lambda: _disk(home)),
        ("memory", lambda: _memory(limits)),
        ("time limit", lambda: _limit(home, "hang", "fault.time")),
        ("memory limit", lambda: _limit(home, "eat_memory", "fault.memory")),
        ("crash", lambda: _limit(home, "crash", "fault.crash")),
        ("sandbox", lambda: sandbox_probe(settings)),
        ("assets", lambda: assets_probe(settings, given, rules)),
        ("course python", lambda: course_python_probe(settings, given)),
        ("terminal", _terminal),
    ):
        yield _asked(name, probe)


def _asked(name: str, probe: Callable[[], tuple[bool, str, str]]) -> Probe:
    try:
        fine, found, remedy = probe()
    except SandboxFault as fault:
        return Probe(name, False, clean(str(fault)), clean(fault.remedy))
    except (
        OSError, StoreError, WorkersError, AssetsError, sqlite3.Error, subprocess.SubprocessError,
    ) as error:  # fmt: skip
        return Probe(name, False, clean(str(error)), "Mend what it says, or use another machine.")
    return Probe(name, fine, found, "" if fine else remedy)


def _python() -> tuple[bool, str, str]:
    found = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    if not hasattr(os, "fork"):
        return False, found, "Grade on Linux or macOS; Windows has WSL."
    return sys.version_info >= (3, 9), found, "Install Python 3.9 or newer."


def _sqlite() -> tuple[bool, str, str]:
    fine = sqlite3.sqlite_version_info >= _OLDEST_SQLITE
    oldest = ".".join(map(str, _OLDEST_SQLITE))
    return fine, f"SQLite {sqlite3.sqlite_version}", f"Use a Python with SQLite {oldest} or newer."


def _store(home: Path) -> tuple[bool, str, str]:
    with tempfile.TemporaryDirectory(dir=home, prefix=".doctor-") as folder:
        with open_store(Path(folder), "grade doctor", "") as store:
            store.keep(())
        mode = _journal_mode(Path(folder) / "grade.db")
    advice = "Name a work folder on a local disk with --work: a network's may lose what it keeps."
    return mode == "wal", f"{clean(str(home))}: a store can be kept ({mode})", advice


def _journal_mode(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        connection.close()


def _lock(home: Path) -> tuple[bool, str, str]:
    """Whether a second process is really kept out."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".doctor-") as folder:
        path = Path(folder) / "grade.lock"
        command = [sys.executable, "-I", "-c", _LOCK_TAKER, os.fspath(path)]
        with open_store(Path(folder), "grade doctor", ""):
            held = subprocess.run(command, check=False, timeout=_WAIT_SECONDS).returncode  # noqa: S603
        free = subprocess.run(command, check=False, timeout=_WAIT_SECONDS).returncode  # noqa: S603
    fine = (held, free) == (_REFUSED, 0)
    found = "keeps a second grade out" if fine else "does not keep a second grade out"
    return fine, found, "Name a work folder on a local disk with --work."


def _disk(home: Path) -> tuple[bool, str, str]:
    free = shutil.disk_usage(home).free
    most = load_preset("hw4").package.max_unpacked_bytes
    advice = f"Free some: one submission may unpack to {size(most)}."
    return free > most, f"{size(free)} free", advice


def _memory(limits: MachineLimits) -> tuple[bool, str, str]:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return True, "unknown on this system", ""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = os.cpu_count() or 1
    needed = cores * limits.memory_mb * 1_000_000
    found = f"{size(total)}; {cores} at a time may take {size(needed)}"
    advice = "Use fewer --jobs, or a lower [limits] memory_mb in grading.toml."
    return needed <= total, found, advice


def _limit(home: Path, entry: str, expected: str) -> tuple[bool, str, str]:
    """Whether a look that goes wrong in this way is stopped, alone, and told as what it is."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".doctor-") as folder:
        place = Path(folder)
        setup = Setup(
            root=place, scratch=place / "scratch", rules=rules_json(load_preset("hw4")),
            answers=None, wall_seconds=2, memory_mb=256, parallel=1,
            entry=f"grader.doctor.troublemakers:{entry}",
        )  # fmt: skip
        task = Task("probe", Submission("probe.zip", "zip", ("probe.zip",)), ("check",))
        (answer,) = looked_at([task], setup)
    checked = answer.look.checked
    found = [fault.code for fault in checked.faults] if checked is not None else []
    told = f"{found[0] if found else 'no fault'} after {answer.wall_seconds:.1f} s"
    advice = "Grade on Linux: here a submission may take the machine with it."
    return found == [expected], told, advice


def _terminal() -> tuple[bool, str, str]:
    encoding = (sys.stdout.encoding or "unknown").lower()
    fine = encoding.replace("-", "") == "utf8"
    return fine, encoding, "Set LANG to a UTF-8 locale, or names are shown as escapes."


def _nearest(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(each for each in (path, *path.resolve().parents) if each.is_dir())
