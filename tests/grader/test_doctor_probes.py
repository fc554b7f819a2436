"""Each probe of the doctor by itself: what it takes for fine, and what it advises otherwise."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections import namedtuple
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.doctor import probing
from grader.doctor.probing import Probe, probes
from grader.looking import Look
from grader.outcomes import Checked
from grader.settings import GradingSettings, MachineLimits
from grader.workers import Answer, Setup, Task
from validators.report import Fault
from validators.rules import load_preset

LIMITS = MachineLimits(memory_mb=1_000)
SETTINGS, RULES = GradingSettings(limits=LIMITS), load_preset("hw4")
Usage = namedtuple("Usage", "free")


def probed(name: str, work: Path) -> Probe:
    return next(each for each in probes(work, SETTINGS, RULES) if each.name == name)


@pytest.mark.parametrize(
    ("status", "fine"), [("0", False), ("7", False)], ids=["nobody is kept out", "everybody is"]
)
def test_a_lock_must_keep_out_while_it_is_held_and_no_longer(
    status: str, fine: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_LOCK_TAKER", f"raise SystemExit({status})")
    lock = probed("lock", tmp_path)
    assert (lock.fine, bool(lock.remedy)) == (fine, True)


@pytest.mark.parametrize(("free", "fine"), [(10**15, True), (10**6, False)])
def test_a_full_disk_is_told(
    free: int, fine: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free))
    disk = probed("disk", tmp_path)
    assert (disk.fine, disk.remedy.startswith("Free some")) == (fine, not fine)


@pytest.mark.parametrize(("cores", "fine"), [(4, True), (5, False), (None, True)])
def test_memory_must_be_enough_for_all_at_a_time(
    cores: Any, fine: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PHYS_PAGES": 4_000_000, "SC_PAGE_SIZE": 1_000}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    memory = probed("memory", tmp_path)
    assert (memory.fine, "--jobs" in memory.remedy) == (fine, not fine)


def test_a_store_that_may_lose_what_it_keeps_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_journal_mode", lambda _: "delete")
    found = probed("work folder", tmp_path)
    assert (found.fine, "local disk" in found.remedy) == (False, True)


def test_an_old_sqlite_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert probed("sqlite", tmp_path).fine
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 23, 1))
    found = probed("sqlite", tmp_path)
    assert (found.fine, "3.24.0 or newer" in found.remedy) == (False, True)


LIMIT_PROBES = {
    "time limit": ("hang", "fault.time"),
    "memory limit": ("eat_memory", "fault.memory"),
    "crash": ("crash", "fault.crash"),
}


@pytest.mark.parametrize("told", [(), ("fault.time",), ("fault.memory",), ("fault.crash",)])
def test_what_goes_wrong_must_be_told_as_what_it_is(
    told: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = []

    def looked(tasks: Sequence[Task], setup: Setup) -> Iterator[Answer]:
        entries.append(setup.entry.rpartition(":")[2])
        faults = tuple(Fault(code, "probe.zip", "told") for code in told)
        yield Answer(tasks[0].key, Look(Checked(faults=faults)), 1.0)

    monkeypatch.setattr(probing, "looked_at", looked)
    found = {
        each.name: each for each in probes(tmp_path, SETTINGS, RULES) if each.name in LIMIT_PROBES
    }
    assert entries == [entry for entry, _ in LIMIT_PROBES.values()]
    for name, (_, expected) in LIMIT_PROBES.items():
        assert (found[name].fine, found[name].remedy == "") == ((expected,) == tuple(told),) * 2


@pytest.mark.parametrize(
    ("encoding", "fine"),
    [("UTF-8", True), ("utf8", True), ("ascii", False), ("cp1252", False), (None, False)],
)
def test_a_terminal_that_cant_show_names_is_told(
    encoding: Any, fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Output:
        pass

    output = Output()
    output.encoding = encoding  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "stdout", output)
    found = probing._terminal()
    monkeypatch.undo()
    assert found[0] is fine


def test_a_work_folder_that_is_not_there_yet_is_probed_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner").mkdir()
    for work in (tmp_path / "inner/not/yet", Path("inner/not/yet")):
        assert str(tmp_path / "inner") in probed("work folder", work).found
    assert list(tmp_path.rglob("*")) == [tmp_path / "inner"]
