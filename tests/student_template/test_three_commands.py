"""What the README promises: from `check-submission init` to "safe to submit" by three commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.student_template import small_course
from tests.validators.packing_folder import call, inside

# Below [student], which `init` has filled in; the rest is the template's own.
SMALL = """\
[model]
device = "cpu"
[data]
validation_rows = 4
input_tokens = 48
target_tokens = 16
[recover]
train_steps = 4
batch_tokens = 400
evaluate_rows = 2
"""
pytestmark = pytest.mark.torch


def ran(home: Path, script: str, *words: str) -> str:
    """What the script of this folder says; it must end well."""
    done = subprocess.run(
        [sys.executable, script, *words], cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return done.stderr


def test_from_a_new_folder_to_safe_to_submit(tmp_path: Path) -> None:
    from tests.rerun_course.tiny import competition_text

    home = tmp_path / "my-hw4"
    assert call("init", home, "--id", "9900940", "--name", "王小明").exit_code == 0
    small_course.write_course(home)
    rows = [json.dumps({"text": bill.text}) for bill in small_course.bills()]
    (home / "billsum" / "test.jsonl").write_text("\n".join(rows), "utf-8")
    (home / "small.toml").write_text(SMALL, "utf-8")
    (home / "competition.toml").write_text(competition_text(rows=len(rows)), "utf-8")

    assert ran(home, "prune.py", "--settings", "small.toml").endswith("next: python predict.py\n")
    told = ran(home, "predict.py")
    assert told.endswith(f"wrote predictions.csv: {len(rows)} rows\n")  # and no word of rerun.toml
    packed = call("pack", home, "--competition", home / "competition.toml")
    assert (packed.exit_code, packed.last) == (0, "safe to submit")

    names = inside(home / "HW4_9900940_王小明.zip")
    expected = ("README.md", "predict.py", "predictions.csv", "prune.py", "rerun.toml")
    assert {*expected, "settings.toml", "pruned_model/model.safetensors"} <= set(names)
    assert not [each for each in names if each.startswith(("billsum/", "checkpoint/", "t5small"))]
    again = call(home, "--competition", home / "competition.toml")
    assert (again.exit_code, again.last) == (0, "safe to submit")
    assert "checked as pack would hand it in, without" in again.said
