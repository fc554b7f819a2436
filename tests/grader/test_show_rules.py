"""`grade rules`: what decides nothing in a course is said to, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from grader.cli import main
from tests.typed import grade

BARE = 'extends = "hw4"\n[competition]\nparts = ["package", "csv"]\n[package]\nreport = []\n'
MODEL = "competition.parts has no model"
REPORT = "no report is asked for"
BOARD = "grading.toml has no leaderboard"
TEAM = "competition.parts has no team, grading.toml no leaderboard"
ASSETS = "grading.toml has no assets"
INSPECTED = {"inspect.weights": "inspect.parts has no weights",
             "inspect.data": "inspect.parts has no data"}  # fmt: skip
OF_THE_RULES = {"model": MODEL, "package.report_suffixes": REPORT, **INSPECTED}
WHOLE = '[kaggle]\npublic_leaderboard = "b.csv"\n'


def shown(folder: Path, rules: str, grading: Optional[str]) -> tuple[dict[str, str], str]:
    """The rules that are not used, each with its reason, and all that was said."""
    (folder / "competition.toml").write_text(rules, encoding="utf-8")
    (folder / "b.csv").touch()
    (folder / "assets").mkdir()
    words = ["--competition", folder / "competition.toml"]
    if grading is not None:
        (folder / "grading.toml").write_text(grading, encoding="utf-8")
        words += ["--grading", folder / "grading.toml"]
    done = grade("rules", *words, run=main)
    assert done.status == 0, done.err
    rows = (line.split(None, 1) for line in done.out.splitlines() if "(not used: " in line)
    return {name: why[len("(not used: ") :].rstrip(")") for name, why in rows}, done.out


@pytest.mark.parametrize(
    ("rules", "grading", "idle"),
    [
        ('extends = "hw4"\n', None, {}),
        ('extends = "hw4"\n', f'assets = "assets"\n{WHOLE}', {}),
        ('extends = "hw4"\n', WHOLE, {"rerun": ASSETS}),
        ('extends = "hw4"\n', 'assets = "assets"\n', {"competition.submissions_per_day": BOARD}),
        (BARE, None, OF_THE_RULES),
        (
            BARE,
            "",
            {**OF_THE_RULES, "rerun": ASSETS, "team.pattern": TEAM,
             "competition.submissions_per_day": BOARD},
        ),
        (BARE, WHOLE, {**OF_THE_RULES, "rerun": ASSETS}),
    ],
)  # fmt: skip
def test_what_nothing_goes_by_is_said_with_its_reason(
    rules: str, grading: Optional[str], idle: dict[str, str], tmp_path: Path
) -> None:
    found, out = shown(tmp_path, rules, grading)
    assert found == idle
    # What is said of a whole table stands in place of its keys.
    assert ("model.max_ratio" in out) is ("model" not in idle)
    assert ("rerun.rows" in out) is ("rerun" not in idle)


@pytest.mark.parametrize(
    ("grading", "said"),
    [
        ('[board]\nnames = "display"\n', True),
        (f'[board]\nnames = "display"\n{WHOLE}', False),
        ("", False),
        (None, False),
    ],
)
def test_names_that_are_not_shown_are_explained(
    grading: Optional[str], said: bool, tmp_path: Path
) -> None:
    _, out = shown(tmp_path, BARE, grading)
    assert ("the board shows pseudonyms" in out) is said
