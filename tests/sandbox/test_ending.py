"""When a run is over nothing of it is left, however it ended; a killed launcher's neither."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from grader.sandbox import cgroups, leftovers
from tests.sandbox.starting import give, halves, identity, open_folder
from tests.sandbox.trying import here, program, tried

DAEMON = """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("/proc/self/comm", "w").write("{name}")
            os.close(1); os.close(2)
            time.sleep(600)
        os._exit(0)
    os.wait()
    time.sleep(0.2)
    """


def named(name: str) -> list[int]:
    """The processes of this machine with that name that are not dead."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            shown, _, state = path.read_text(encoding="utf-8", errors="replace").rpartition(")")
            if shown.endswith(f"({name}") and not state.startswith(" Z"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_a_daemon_does_not_outlive_its_run(tmp_path: Path) -> None:
    name = f"sb-{os.getpid()}-d"
    result = tried(tmp_path, DAEMON.format(name=name))
    assert result.succeeded, result
    assert named(name) == []


def test_nothing_is_left_of_a_run(tmp_path: Path) -> None:
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    for number in range(3):
        (tmp_path / f"{number}").mkdir()
        tried(tmp_path / f"{number}", "print('x')")
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before
    mine = f"{cgroups.PREFIX}{os.getpid()}-"
    assert not list(Path("/sys/fs/cgroup").glob(f"*/**/{mine}*"))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_runs_in_threads_do_not_end_each_other(tmp_path: Path) -> None:
    from grader.sandbox import run

    codes: list[object] = []

    def one(number: int) -> None:
        made = program(tmp_path, f"import time; time.sleep(0.1 * {number}); print({number})")
        result = run(made, tmp_path / f"out{number}", here())
        codes.append((result.exit_code, result.stdout.text))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes, key=str) == [(0, f"{number}\n") for number in range(4)]


@pytest.mark.parametrize("who", halves())
def test_a_killed_launcher_leaves_nothing_running(who: str) -> None:
    """The sandbox dies with whoever started it, and what it leaves is removed by the next run."""
    owner, folder = identity(who), open_folder()
    name = f"sb-{os.getpid()}-{who[:2]}"
    (folder / "in").mkdir()
    code = f"open('/proc/self/comm', 'w').write('{name}')\nimport time\ntime.sleep(600)"
    (folder / "in" / "main.py").write_text(code, encoding="utf-8")
    give(folder, owner)
    places = ("--input", "in", "--output", "out", "--result", "r.json")
    launcher = subprocess.Popen(
        owner.command("run", *places, "--", "python", "main.py"),
        cwd=folder,
        env=owner.environment(folder),
        stderr=subprocess.DEVNULL,
        **owner.owned(),
    )
    try:
        watched = os.pidfd_open(waited_for(name))
    finally:
        launcher.kill()
        launcher.wait()
    try:
        assert select.select([watched], [], [], 30)[0], "it lives on"
    finally:
        os.close(watched)
    assert named(name) == []
    assert not (folder / "r.json").exists()
    cgroups.sweep()
    assert not list(Path("/sys/fs/cgroup").glob(f"*/**/{cgroups.PREFIX}{launcher.pid}-*"))


def waited_for(name: str) -> int:
    """The process of that name, as soon as there is one."""
    pause = threading.Event()
    for _ in range(3000):
        found = named(name)
        if found:
            return found[0]
        pause.wait(0.01)
    raise AssertionError(f"{name} did not start")


def test_an_interrupted_run_is_cleaned_up(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    name = f"sb-{os.getpid()}-i"
    code = f"open('/proc/self/comm', 'w').write('{name}')\nimport time\ntime.sleep(600)"
    (tmp_path / "in" / "main.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "grader.sandbox", "run", "--input", str(tmp_path / "in")]
    command += ["--output", str(tmp_path / "out"), "--result", str(tmp_path / "r.json")]
    launcher = subprocess.Popen([*command, "--", "python", "main.py"])
    waited_for(name)
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(30) == 130
    assert named(name) == []


def test_what_was_left_in_the_moment_of_its_start_is_killed_by_the_next_run() -> None:
    """Only what bears the mark of a dead launcher: what a living one started stays."""
    own = f"{cgroups.PREFIX}{os.getpid()}-{cgroups.start_of(os.getpid())}-1"
    made = {
        mark: subprocess.Popen([sys.executable, "-c", "input()", mark], stdin=subprocess.PIPE)
        for mark in (f"{cgroups.PREFIX}{os.getpid()}-1-1", own, "other")
    }
    try:
        leftovers.sweep_processes()
        left, kept, other = made.values()
        assert left.wait(30) == -signal.SIGKILL
        assert (kept.poll(), other.poll()) == (None, None)
    finally:
        for one in made.values():
            one.kill()
            one.communicate()
