"""Every reader of a student's bytes survives mutated ones; long runs are `tests.fuzz.drive`."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.drive import TARGETS, drive, mutated

INPUTS = 400


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_inputs_give_findings_and_nothing_else(name: str, tmp_path: Path) -> None:
    target = importlib.import_module(f"tests.fuzz.fuzz_{name}")
    tally = drive(target, INPUTS, seed=20240427, folder=tmp_path)
    assert tally.inputs == INPUTS


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_findings_and_nothing_else(name: str, tmp_path: Path, data: bytes) -> None:
    importlib.import_module(f"tests.fuzz.fuzz_{name}").run_one(data, tmp_path)


def test_the_driver_stops_at_trouble_and_keeps_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import types

    monkeypatch.chdir(tmp_path)
    target = types.ModuleType("tests.fuzz.fuzz_example")

    def run_one(data: bytes, folder: Path) -> None:
        if data != b"fine":
            raise ValueError("trouble")

    target.SEEDS, target.run_one = (b"fine",), run_one  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="trouble"):
        drive(target, 1000, 1, tmp_path)
    kept = list(tmp_path.glob("fuzz-example-1-*.bin"))
    assert len(kept) == 1
    assert kept[0].read_bytes() != b"fine"


def test_mutations_really_change_their_input() -> None:
    import random

    chance = random.Random(7)
    changed = {mutated(b"0123456789" * 5, chance, (b"abc",)) for _ in range(100)}
    assert len(changed) > 80
