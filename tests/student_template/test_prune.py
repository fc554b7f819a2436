"""`python prune.py`: from a released model to a folder that passes; what it refuses; the sweep."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from compress.settings import Model, Settings, Sweep
from tests.student_template import small_course
from tests.student_template.conftest import TEMPLATE
from tests.student_template.small_course import also

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
    small_course.model().save_pretrained(home / "t5small_TextSummarization")
    small_course.tokenizer().save_pretrained(home / "t5-small")
    (home / "billsum").mkdir()
    lines = (json.dumps(vars(bill)) + "\n" for bill in small_course.bills())
    (home / "billsum" / "train.jsonl").write_text("".join(lines), "utf-8")
    (home / "settings.toml").write_text(SETTINGS, "utf-8")
    return home


def settings_in(home: Path) -> Settings:
    settings = also(small_course.SETTINGS, "data", dataset=str(home / "billsum"), validation_rows=4)
    model = Model(
        released=str(home / "t5small_TextSummarization"), tokenizer=str(home / "t5-small"),
        output=str(home / "made"), device="cpu", seed=3,
    )  # fmt: skip
    return replace(settings, model=model)


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


def test_a_ratio_over_the_limit_is_refused_before_the_model_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[prune]\nratio = 0.31", "utf-8")
    done = ran(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "prune.py: prune.ratio is 0.31; at most 0.3 is allowed.\n"


def test_a_pattern_over_the_limit_is_refused(home: Path) -> None:
    from compress.compressing import compress
    from compress.settings import SettingsError

    with pytest.raises(
        SettingsError, match=r'pattern "2:4" keeps 0\.5 of every layer; the limit is 0\.3'
    ):
        compress(also(settings_in(home), "prune", pattern="2:4"), home / "checkpoint", False)


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[model]\nreleased = './nowhere'", "utf-8")
    done = ran(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith('prune.py: There is no model "./nowhere"')
    assert "Traceback" not in done.stderr


def test_a_sweep_tries_all_and_goes_on_with_what_is_missing(home: Path, tmp_path: Path) -> None:
    from compress.sweep import planned, sweep

    tried = Sweep(("magnitude", "wanda"), (0.5, 0.3), ("cubic",), 2, 2)
    first = replace(settings_in(home), sweep=replace(tried, methods=("magnitude",)))
    sweep(first, tmp_path / "sweep", fresh=False)
    before = (tmp_path / "sweep" / "table.csv").read_text("utf-8")
    sweep(replace(first, sweep=tried), tmp_path / "sweep", fresh=False)
    after = (tmp_path / "sweep" / "table.csv").read_text("utf-8")
    assert after.startswith(before)
    rows = list(csv.DictReader(after.splitlines()))
    assert len(rows) == len(planned(replace(first, sweep=tried))) == 8
    assert {(each["method"], each["ratio"], each["train_steps"]) for each in rows} == {
        (method, ratio, steps)
        for method in ("magnitude", "wanda")
        for ratio in ("0.5", "0.3")
        for steps in ("0", "2")
    }
    assert all(float(each["counted_ratio"]) <= float(each["ratio"]) for each in rows)
    text = (tmp_path / "sweep" / "table.txt").read_text("utf-8")
    for level in ("the released model", "first 20 words of the bill", "one sentence for every"):
        assert level in text
    assert (tmp_path / "sweep" / "plot.png").read_bytes().startswith(b"\x89PNG")
