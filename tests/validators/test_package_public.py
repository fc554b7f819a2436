"""The few names that others may rely on, used as the README shows them."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import validators
import validators.model
import validators.package
from grader.demo.sample import make_sample
from validators.model.architecture import reference_of


def test_the_three_functions_work_as_documented(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")
    rules = sample.rules
    assert rules.model is not None
    assert validators.check_submission(sample.packed(), rules).outcome.value == "safe"
    limits = validators.package.Limits.of(rules.package)
    workspace = validators.package.unpack(sample.packed(), tmp_path / "out", limits)
    assert {entry.path for entry in workspace.entries} >= {"README.md", "main.py"}
    counted = validators.model.count(sample.model, reference_of(rules.model))
    assert counted.total is not None
    assert Fraction(1, 4) < counted.total.handout_ratio <= Fraction(3, 10)


def test_an_unknown_name_is_refused_as_python_does() -> None:
    code = "import validators; validators.nothing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "module 'validators' has no attribute 'nothing'" in done.stderr
