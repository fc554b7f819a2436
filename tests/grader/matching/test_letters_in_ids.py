"""Ids with letters: the zip, the roster and the team are one student's in whatever case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.grader.exports import RULES, package
from tests.grader.matching.classes import Course, asked, entrant
from validators.rules.records import TeamRules

LETTERS = RULES.model_copy(
    update={"team": TeamRules(pattern=("{id}_{name}",), id="20[0-9]{6}|a[0-9]{5}")}
)


@pytest.mark.parametrize("on_zip", ["a41207", "A41207"])
@pytest.mark.parametrize("on_roster", ["a41207", "A41207", ""])
@pytest.mark.parametrize("on_kaggle", ["a41207", "A41207"])
def test_one_student_in_any_case(
    on_zip: str, on_roster: str, on_kaggle: str, tmp_path: Path
) -> None:
    others = [("20261101", "Inês Duarte", "ines@example.edu")]
    students = [(on_roster, "Rui Falcão", "rui@example.edu"), *others] if on_roster else None
    found = Course(tmp_path, LETTERS).read(
        [package(on_zip, "R")], students=students, teams=[("7", f"{on_kaggle}_R")]
    )
    assert asked(found) == []
    rui = entrant(found, "a41207")
    assert rui.submission is not None
    assert rui.team is not None
