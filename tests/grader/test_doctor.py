"""The doctor tries things for real, and says how to mend what doesn't hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.doctor import probes
from grader.doctor.probing import Probe
from grader.settings import GradingSettings, MachineLimits
from tests.typed import grade
from validators.rules import load_preset

NAMES = (
    "python", "sqlite", "work folder", "lock", "disk", "memory", "time limit", "memory limit",
    "crash", "sandbox", "assets", "course python", "terminal",
)  # fmt: skip


def probed(work: Path, limits: MachineLimits) -> Iterator[Probe]:
    return probes(work, GradingSettings(limits=limits), load_preset("hw4"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Probe]:
    limits = MachineLimits(memory_mb=1)
    return {each.name: each for each in probed(tmp_path_factory.mktemp("doctor"), limits)}


def test_the_limits_hold_on_this_machine(found: dict[str, Probe]) -> None:
    assert tuple(found) == NAMES
    unfit = [each for each in found.values() if not each.fine and each.name != "terminal"]
    assert unfit == []
    assert "fault.time" in found["time limit"].found
    assert "fault.memory" in found["memory limit"].found


def test_more_memory_than_there_is_gets_a_remedy(tmp_path: Path) -> None:
    limits = MachineLimits(memory_mb=1_000_000_000)
    memory = next(each for each in probed(tmp_path, limits) if each.name == "memory")
    assert not memory.fine
    assert "--jobs" in memory.remedy


def test_a_lock_that_keeps_nobody_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.doctor.probing._LOCK_TAKER", "")
    lock = next(each for each in probed(tmp_path, MachineLimits()) if each.name == "lock")
    assert (lock.fine, "does not keep" in lock.found) == (False, True)


def test_a_broken_probe_is_an_answer_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grader.doctor.probing.open_store", broken)
    found = {each.name: each for each in probed(tmp_path, MachineLimits())}
    assert tuple(found) == NAMES
    assert "No space left" in found["work folder"].found
    assert not found["work folder"].fine


def test_the_command_leaves_one_when_something_is_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "grader.doctor.probes", lambda *given: [Probe("lock", False, "broken", "Mend it.")]
    )
    done = grade("doctor", "--work", tmp_path)
    assert done.status == 1
    assert "mend  lock  broken" in done.out
    assert "→ Mend it." in done.out
