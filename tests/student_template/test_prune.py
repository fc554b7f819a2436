"""`python prune.py`: from a released model to a folder that passes; what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.student_template import small_course
from tests.student_template.conftest import TEMPLATE

SETTINGS = """\
[model]
tokenizer = "t5-small"
device = "cpu"
[data]
dataset = "billsum"
validation_rows = 4
input_tokens = 48
target_tokens = 16
[prune]
ratio = 0.3
steps = 2
[recover]
train_steps = 4
batch_tokens = 400
accumulate = 1
evaluate_every = 2
evaluate_rows = 2
checkpoint_every = 1
[predict]
max_length = 6
"""
pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder with a tiny released model, its tokenizer and a few bills."""
    home = tmp_path_factory.mktemp("student")
    small_course.write_course(home)
    (home / "settings.toml").write_text(SETTINGS, "utf-8")
    return home


def ran(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TEMPLATE / "prune.py"), *words]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)


def test_what_is_saved_meets_the_limit_by_either_counting(home: Path) -> None:
    from tests.rerun_course.tiny import competition_text
    from validators.model import section
    from validators.rules import load_rules

    done = ran(home)
    assert done.returncode == 0, done.stderr
    for step in ("step 0: pruned to the ratio", "step 4: score", "next: python predict.py"):
        assert step in done.stderr
    (home / "competition.toml").write_text(competition_text(), "utf-8")
    found = section(home / "pruned_model", "pruned_model", load_rules(home / "competition.toml"))
    assert not [each for each in found.findings if each.blocks], found.findings
    assert found.model is not None
    total = found.model.total
    assert total is not None
    assert total.strict == total.handout <= 0.3 * total.parameters < total.strict + 10
    assert f"{total.strict:,} non-zero" in done.stderr
    again = ran(home)
    assert again.returncode == 0
    assert "goes on after step 4" in again.stderr


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[model]\nreleased = './nowhere'", "utf-8")
    done = ran(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith('prune.py: There is no model "./nowhere"')
    assert "Traceback" not in done.stderr
