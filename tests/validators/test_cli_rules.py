"""By whose rules `check-submission` checked, and what it says where they look wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import call, make_folder

BUILT_IN = "checked by: Data Science HW4: compress a T5-small that summarises bills (built in)"
WRONG = "by these rules, which look wrong: name yours by --competition"


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_folder(tmp_path / "given")


def test_the_rules_are_named_right_above_the_answer(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    named = "checked by: Sample competition (a toy T5, 12 rows) (competition.toml"
    by_option = call(sample.report, "--competition", sample.competition)
    assert by_option.output.splitlines()[-2:] == [f"{named})", "safe to submit"]
    assert call(sample.report).output.splitlines()[-2:] == [BUILT_IN, "safe to submit"]
    monkeypatch.setenv("COMPETITION_TOML", str(sample.competition))
    by_environment = call(sample.report).output.splitlines()
    assert by_environment[-2] == f"{named}, by COMPETITION_TOML)"
    packed = call("pack", sample.folder).output.splitlines()
    assert [line for line in packed if line.startswith("checked by: ")] == [by_environment[-2]]


def test_neither_quiet_nor_json_names_them_in_words(sample: Sample) -> None:
    rules = ("--competition", sample.competition)
    assert call(sample.report, "--quiet", *rules).output == "safe to submit\n"
    answer = json.loads(call(sample.report, "--json", *rules).output)
    assert answer["competition"]["name"] == "Sample competition (a toy T5, 12 rows)"


def test_a_package_of_another_course_is_not_plainly_safe(sample: Sample) -> None:
    result = call(sample.packed())
    assert (result.exit_code, result.last) == (0, f"safe to submit {WRONG}")
    assert "warns model.other-sizes" in result.said
    assert call("--quiet", sample.packed()).last == f"safe to submit {WRONG}"
    (sample.folder / "README.md").unlink()
    blocked = call(sample.packed())
    assert blocked.exit_code == 3
    assert blocked.last.endswith(f"(package.no-readme), {WRONG}")


def test_a_team_name_is_checked_by_itself() -> None:
    good, bad = call("--team", "9900940_王小明"), call("--team", "nobody")
    assert (good.exit_code, good.last) == (0, "safe to submit")
    assert (bad.exit_code, bad.last) == (3, "not safe to submit: 1 finding blocks (team.form)")
    assert call("--team", "9900940_王小明", "--only", "team") == good
    (told,) = json.loads(call("--team", "nobody", "--json").output)["submissions"]
    assert (told["path"], told["kind"], told["digests"]) == ("nobody", "team", [])


@pytest.mark.parametrize("words", [[], ["--team", "nobody", "--only", "csv"], ["--only", "team"]])
def test_nothing_to_check_is_wrong_usage(words: list[str]) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert "Missing argument 'PATH'" in result.said
