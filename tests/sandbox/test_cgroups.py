"""Control groups of both versions: made, filled, read, removed; in folders that look like them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from grader.sandbox import Limits, cgroups
from grader.sandbox.trouble import SandboxFault
from tests.sandbox.trying import here

LIMITS = Limits(memory_mb=100, processes=10)


@pytest.fixture
def second(tmp_path: Path) -> tuple[Path, Path]:
    """A tree of version 2 whose folder `mine` is ours, and the table that says so."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "cgroup.controllers").write_text("cpu memory pids\n", encoding="ascii")
    (folder / "cgroup.subtree_control").write_text("memory pids\n", encoding="ascii")
    (folder / "cgroup.procs").write_text("", encoding="ascii")
    table = tmp_path / "table"
    table.write_text("1:name=systemd:/else\n0::/mine\n", encoding="ascii")
    return tmp_path, table


def test_version_two_sets_its_limits_and_reads_its_counters(second: tuple[Path, Path]) -> None:
    root, table = second
    made = cgroups.SecondVersion("one", LIMITS, root, table)
    at = root / "mine" / "one"
    assert (at / "memory.max").read_text(encoding="ascii") == str(100 << 20)
    assert (at / "pids.max").read_text(encoding="ascii") == "12"
    made.take(4711)
    assert (at / "cgroup.procs").read_text(encoding="ascii") == "4711"
    assert (made.limit(), made.peak_memory_bytes(), made.cpu_seconds()) == (None, 0, 0)
    (at / "memory.current").write_text("77\n", encoding="ascii")
    assert made.peak_memory_bytes() == 77
    (at / "memory.peak").write_text("99\n", encoding="ascii")
    (at / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n", encoding="ascii")
    assert (made.peak_memory_bytes(), made.cpu_seconds()) == (99, 1.5)
    (at / "pids.events").write_text("max 3\n", encoding="ascii")
    assert made.limit() == "processes"
    (at / "memory.events").write_text("oom 1\noom_kill 2\n", encoding="ascii")
    assert made.limit() == "memory"


def test_version_one_sets_its_limits_and_reads_its_counters(tmp_path: Path) -> None:
    for controller in cgroups.CONTROLLERS:
        (tmp_path / controller / "mine").mkdir(parents=True)
    table = tmp_path / "table"
    table.write_text("4:memory:/mine\n3:cpu,cpuacct:/mine\n8:pids:/mine\n0::/\n", encoding="ascii")
    made = cgroups.FirstVersion("one", LIMITS, tmp_path, table)
    memory, pids = tmp_path / "memory/mine/one", tmp_path / "pids/mine/one"
    assert (memory / "memory.limit_in_bytes").read_text(encoding="ascii") == str(100 << 20)
    assert (pids / "pids.max").read_text(encoding="ascii") == "12"
    made.take(4711)
    assert (tmp_path / "cpuacct/mine/one/cgroup.procs").read_text(encoding="ascii") == "4711"
    (memory / "memory.oom_control").write_text("under_oom 0\noom_kill 0\n", encoding="ascii")
    (pids / "pids.events").write_text("max 0\n", encoding="ascii")
    assert made.limit() is None
    (pids / "pids.events").write_text("max 1\n", encoding="ascii")
    assert made.limit() == "processes"
    (memory / "memory.oom_control").write_text("under_oom 0\noom_kill 1\n", encoding="ascii")
    assert made.limit() == "memory"


def test_what_is_delegated_is_found_and_switched_on(second: tuple[Path, Path]) -> None:
    root, table = second
    assert cgroups.delegated(root, table) == root / "mine"
    (root / "mine/cgroup.subtree_control").write_text("", encoding="ascii")
    (root / "mine/cgroup.procs").write_text("12\n13\n", encoding="ascii")
    assert cgroups.delegated(root, table) == root / "mine"
    assert (root / "mine/cgroup.subtree_control").read_text(encoding="ascii") == "+memory +pids"
    assert (root / "mine/launcher/cgroup.procs").read_text(encoding="ascii") == "13"
    table.write_text("0::/mine/launcher\n", encoding="ascii")
    (root / "mine/cgroup.subtree_control").write_text("memory pids", encoding="ascii")
    assert cgroups.delegated(root, table) == root / "mine"


def test_where_the_top_hands_its_controllers_down_nothing_is_moved(
    second: tuple[Path, Path],
) -> None:
    root, table = second
    (root / "mine/cgroup.subtree_control").write_text("", encoding="ascii")
    (root / "mine/cgroup.procs").write_text("12\n", encoding="ascii")
    (root / "cgroup.subtree_control").write_text("cpu memory pids", encoding="ascii")
    assert cgroups.delegated(root, table) == root
    assert not (root / "mine/launcher").exists()


@pytest.mark.parametrize("offered", ["", "memory", "cpu io pids"])
def test_without_both_controllers_there_is_no_group(
    second: tuple[Path, Path], offered: str
) -> None:
    root, table = second
    for file in ("cgroup.controllers", "cgroup.subtree_control"):
        (root / "mine" / file).write_text(offered, encoding="ascii")
    assert cgroups.delegated(root, table) is None
    assert cgroups.kind_here(root, table) == "none"
    with pytest.raises(SandboxFault, match="delegated"):
        cgroups.SecondVersion("one", LIMITS, root, table)


def test_a_dead_launchers_group_is_removed_and_a_living_ones_kept(
    second: tuple[Path, Path],
) -> None:
    root, table = second
    own = os.getpid()
    living = root / "mine" / f"{cgroups.PREFIX}{own}-{cgroups.start_of(own)}-1"
    reused = root / "mine" / f"{cgroups.PREFIX}{own}-1-1"
    dead = root / "mine" / f"{cgroups.PREFIX}4194304-77-1"
    for folder in (living, reused, dead):
        folder.mkdir()
    cgroups.sweep(root, table)
    assert [living.exists(), reused.exists(), dead.exists()] == [True, False, False]


def test_the_start_of_a_process_tells_it_from_another() -> None:
    assert cgroups.start_of(os.getpid()) > 0
    assert cgroups.start_of(1 << 22) == 0


def test_a_group_of_this_machine_is_removed_with_what_lives_in_it() -> None:
    kind = here().cgroups
    with cgroups.group(kind, LIMITS) as made:
        if made is None:
            assert kind == "none"
            return
        child = os.fork()
        if not child:
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    os.read(os.pipe()[0], 1)
        made.take(child)
    _, code = os.waitpid(child, 0)
    assert os.WTERMSIG(code) == 9
