"""What breaks on our side is a fault: named, alone, and never held against the student."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.demo.sample import make_sample
from tests.test_architecture import sources
from validators.checks import check_submission
from validators.report import Outcome

# Each fault code, and the function whose breaking must lead to it.
FAULTS = {
    "fault.unpack": "validators.opening.unpack",
    "fault.package": "validators.package.section",
    "fault.csv": "validators.predictions.section",
    "fault.model": "validators.model.section",
    "fault.team": "validators.team_name.section",
}


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), OSError(28, "No space left")])
def test_a_broken_part_is_a_fault_and_the_others_go_on(
    code: str, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    sample = make_sample(tmp_path)
    monkeypatch.setattr(FAULTS[code], broken)
    report = check_submission(sample.packed(), sample.rules, team="9900940_王小明")
    faults = [section.fault for section in report.sections if section.fault is not None]
    assert [fault.code for fault in faults] == [code]
    assert "test_faults.py:" in faults[0].message
    assert report.findings == ()
    assert report.outcome is Outcome.FAULT
    passed = [section.name for section in report.sections if section.fault is None]
    everything = ["package", "csv", "model", "team"]
    assert passed == (
        [] if code == "fault.unpack" else [part for part in everything if f"fault.{part}" != code]
    )


def test_a_finding_that_blocks_outweighs_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    sample = make_sample(tmp_path)
    (sample.folder / "README.md").unlink()
    monkeypatch.setattr("validators.predictions.section", broken)
    assert check_submission(sample.folder, sample.rules).outcome is Outcome.BLOCKED


def test_every_fault_that_the_code_can_make_is_provoked_by_a_test() -> None:
    made = {f"fault.{part}" for part in ("package", "csv", "model", "team")}
    for path in sources("validators", "grader"):
        text = path.read_text(encoding="utf-8")
        made |= set(re.findall(r'"(fault\.[a-z]+)"', text))
        made |= {f"fault.{part}" for part in re.findall(r'fault_of\("([a-z]+)"', text)}
    tested = " ".join(path.read_text(encoding="utf-8") for path in sources("tests"))
    assert len(made) > 10
    assert [code for code in sorted(made) if f'"{code}"' not in tested] == []
