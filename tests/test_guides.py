"""The guides' code does what the guides say."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from grader.demo.sample import make_sample
from grader.settings import load_grading
from tests.cases import csv
from tests.cases.case import Case
from tests.write_docs import DOCS
from validators.predictions import checks, codes, read_predictions, text_checks
from validators.rules import load_rules
from validators.running import run_checks


def blocks(guide: str, language: str) -> list[str]:
    text = (DOCS / "guides" / guide).read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


def test_a_check_added_as_the_guide_says_works(tmp_path: Path) -> None:
    declared, written, shown = blocks("add-a-check.md", "python")
    names = {**vars(codes), **vars(checks), **vars(text_checks), **vars(csv)}
    exec(declared, names)
    exec("from __future__ import annotations\n" + written, names)
    case: Case = eval(shown, names)
    sample = make_sample(tmp_path)
    new_tier = ((names["predictions_speak_calmly"],),)

    def found() -> list[str]:
        subject = read_predictions(sample.predictions, "predictions.csv", sample.rules)
        results, _ = run_checks((*checks.TIERS, *new_tier), subject, sample.rules)
        assert results[-1].promise == "No prediction is written in capitals only."
        return [finding.code for result in results for finding in result.findings]

    assert found() == []
    case.breaks(sample)
    assert found() == list(case.expects)


def test_the_check_of_the_guide_takes_about_ten_lines() -> None:
    lines = "".join(blocks("add-a-check.md", "python")).strip().splitlines()
    assert len(lines) <= 12


def test_the_competition_files_of_the_guide_are_accepted(tmp_path: Path) -> None:
    whole, without_model, *tables = blocks("competition.md", "toml")[:4]
    path = tmp_path / "competition.toml"
    for text in (whole, without_model, *(f'extends = "hw4"\n{table}' for table in tables)):
        path.write_text(text, encoding="utf-8")
        assert load_rules(path).competition.name
    assert len(tables) == 2


def test_the_settings_of_the_grading_guide_are_accepted(tmp_path: Path) -> None:
    text, softer = blocks("grading.md", "toml")
    path = tmp_path / "grading.toml"
    path.write_text(text, encoding="utf-8")
    for name in re.findall(r'"([^"]+\.(?:csv|zip))"', text):
        (tmp_path / name).touch()
    assert load_grading(path).limits.seconds_per_submission == 600
    rules = tmp_path / "competition.toml"
    rules.write_text(f'extends = "hw4"\n{softer}', encoding="utf-8")
    assert load_rules(rules).severities == {"package.no-readme": "warns"}


def test_the_settings_of_the_rerunning_guide_are_accepted(tmp_path: Path) -> None:
    (text,) = blocks("rerunning.md", "toml")
    (tmp_path / "grading.toml").write_text(text, encoding="utf-8")
    for name in ("assets/models/t5small_TextSummarization", "course-env/bin/python"):
        (tmp_path / name).mkdir(parents=True)
    settings = load_grading(tmp_path / "grading.toml")
    assert (settings.assets, settings.rerun.memory_mb) == ("assets", 24_000)
