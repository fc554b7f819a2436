from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import grade
from grader.settings import load_grading
from validators.rules import RulesError


def call(*words: object) -> Result:
    return CliRunner().invoke(grade, [str(word) for word in words], standalone_mode=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "grading.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_private_paths_are_read(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("ID,Label\n", encoding="utf-8")
    settings = load_grading(written(tmp_path, 'answers = "answers.csv"\n'))
    assert settings.answers == "answers.csv"
    assert settings.roster is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('answers = "a.csv"', 'grading.toml:1: answers: there is no "a.csv" beside'),
        ('[kaggle]\nsnapshots = "s"', 'grading.toml:2: kaggle.snapshots: there is no "s"'),
        ('anwsers = "a.csv"', 'grading.toml:1: anwsers: unknown key. Did you mean "answers"?'),
        ("answers = 3", "grading.toml:1: answers: "),
        ('answers = "a\\u0000b"', "must be a path"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_grading(written(tmp_path, text))
    assert said in str(caught.value)


def test_grade_rules_shows_what_is_in_force(tmp_path: Path) -> None:
    competition = tmp_path / "competition.toml"
    competition.write_text('extends = "hw4"\nmodel.max_ratio = 0.25\n', encoding="utf-8")
    shown = call("rules", "--competition", competition)
    assert shown.return_value == 0
    assert "model.max_ratio" in shown.output
    assert "0.25" in shown.output
    assert "rules digest " in shown.output


def test_grade_rules_refuses_a_bad_private_file(tmp_path: Path) -> None:
    result = call("rules", "--grading", written(tmp_path, "roster = 1"))
    assert "grading.toml:1: roster: " in str(result.exception)
