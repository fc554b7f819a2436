"""What a machine can do is found out by trying, and what it can't is said with the mend."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import SandboxFault, cgroups, choosing, isolation, no_isolation
from grader.sandbox.isolation import DELEGATE
from tests.sandbox.starting import halves, identity, open_folder
from tests.sandbox.trying import here


def pretend(folder: Path, name: str, script: str) -> Path:
    """A program of that name that does what the shell script says."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_what_is_here_says_how_it_works() -> None:
    found = here()
    assert found.kind == "bubblewrap"
    assert found.binary is not None
    assert found.version in found.layers[0]
    assert "seccomp filter" in found.layers
    counted = found.cgroups != "none"
    assert (f"cgroups {found.cgroups}" in found.layers) is counted
    assert bool(found.missing) is not counted


def test_no_isolation_says_so_first() -> None:
    assert no_isolation().layers[0] == "no isolation"
    assert no_isolation().kind == "none"


@pytest.mark.parametrize(
    ("script", "match"),
    [
        ("echo bubblewrap 0.6.2", "version 0.6.2 is too old"),
        ("exit 1", "version unknown is too old"),
        ("[ $1 = --version ] && echo bubblewrap 0.11.0 || exit 3", "exit code 3"),
        ("[ $1 = --version ] && echo bubblewrap 0.11.0 || echo alive; exit 1", "exit code 1"),
        (
            "[ $1 = --version ] && echo bubblewrap 1.0 || { echo no namespaces >&2; exit 1; }",
            "no namespaces",
        ),
    ],
)
def test_a_bubblewrap_that_does_not_work_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, match: str
) -> None:
    broken = pretend(tmp_path, "bwrap", script)
    good = here().binary
    assert good is not None
    monkeypatch.setattr(choosing, "candidates", lambda: iter([broken]))
    with pytest.raises(SandboxFault, match=match) as caught:
        isolation()
    assert caught.value.remedy
    monkeypatch.setattr(choosing, "candidates", lambda: iter([broken, good]))
    assert isolation().binary == good


def test_no_bubblewrap_at_all_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "candidates", lambda: iter([]))
    with pytest.raises(SandboxFault, match="no bubblewrap") as caught:
        isolation()
    assert "pip install 'course-competition-toolkit[sandbox]'" in caught.value.remedy


def test_root_without_control_groups_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "kind_here", lambda: "none")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SandboxFault, match="as root"):
        isolation()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    found = isolation()
    assert found.missing[0][1] == DELEGATE
    assert "cgroups" not in " ".join(found.layers).replace("cgroup namespaces", "")


@pytest.mark.parametrize(
    ("switches", "complaint", "remedy"),
    [
        ({"unprivileged_userns_clone": "0"}, "x", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ({"max_user_namespaces": "0"}, "x", "sysctl -w user.max_user_namespaces"),
        ({"apparmor_restrict_unprivileged_userns": "1"}, "x", "AppArmor"),
        ({}, "Creating new namespace failed", "container"),
        ({}, "version 0.6 is too old", "pip install"),
        ({}, "something else", "docs/guides/sandbox.md"),
    ],
)
def test_the_remedy_fits_what_the_machine_says(
    monkeypatch: pytest.MonkeyPatch, switches: dict[str, str], complaint: str, remedy: str
) -> None:
    monkeypatch.setattr(choosing, "_read", lambda path: switches.get(Path(path).name, "1000"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert remedy in choosing.remedy([complaint])


@pytest.mark.parametrize("who", halves())
def test_refused_namespaces_are_a_fault_with_a_remedy(who: str) -> None:
    """A machine that refuses namespaces is made by bubblewrap itself, around our command."""
    owner, folder = identity(who), open_folder()
    found = subprocess.run(
        [owner.python, "-c", "from grader.sandbox import isolation; print(isolation().binary)"],
        **owner.owned(),
        env=owner.environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    outer = [found.stdout.strip(), "--dev-bind", "/", "/", "--unshare-user", "--disable-userns"]
    done = subprocess.run(
        [*outer, "--", *owner.command("probe")],
        **owner.owned(),
        env=owner.environment(folder),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("fault.sandbox ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    folder.rmdir()


def test_the_package_loads_nothing_of_ours_and_nothing_slow() -> None:
    code = (
        "import sys, grader.sandbox as s; s.isolation, s.no_isolation, s.Program\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'pydantic', 'subprocess', 'validators', 'leaderboard')))\n"
        "s.run; print(sorted(m for m in sys.modules if m.startswith('grader.') and "
        "not m.startswith('grader.sandbox')))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n[]\n"
